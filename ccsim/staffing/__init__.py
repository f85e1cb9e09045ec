"""Agents each interval and group needs: closed forms, corrected for load that lags demand.

Public names: `require`, `Requirement`.
"""

from ccsim.staffing.require import require
from ccsim.staffing.requirement import Requirement

__all__ = ["Requirement", "require"]
