"""Forecast models: each learns from a history and predicts a horizon, known by a name."""

from __future__ import annotations

from ccsim.demand.models.base import Fitted, Horizon, Model, RollingModel
from ccsim.demand.models.registry import model_named, model_names

__all__ = ["Fitted", "Horizon", "Model", "RollingModel", "model_named", "model_names"]
