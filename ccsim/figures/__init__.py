"""Figures: pure functions from tables to Plotly figures.

They import nothing of ccsim but their theme; every word comes from a `labels` mapping.
"""
