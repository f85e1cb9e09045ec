"""Speed and memory, measured beside named peers in the same run: `make bench`.

Machines differ and are shared, so the figures that count are ratios.
"""
