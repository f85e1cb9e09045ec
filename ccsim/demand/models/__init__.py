"""Forecast models: rules for what to expect, and leagues that combine them."""

from __future__ import annotations

from ccsim.demand.models.base import Fitted, Horizon, Model, Rule
from ccsim.demand.models.league import League, league
from ccsim.demand.models.registry import RULES, model_names

__all__ = ["RULES", "Fitted", "Horizon", "League", "Model", "Rule", "league", "model_names"]
