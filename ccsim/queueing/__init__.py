"""Closed forms: what a queue with one kind of contact and one group of agents does on average.

Exact in steady state for Poisson arrivals and exponential handle times: Erlang B, C and A,
limited lines, and any distribution of patience.
"""

from __future__ import annotations

from ccsim.queueing.agents import agents_for
from ccsim.queueing.erlang import ErlangResult, erlang

__all__ = ["ErlangResult", "agents_for", "erlang"]
