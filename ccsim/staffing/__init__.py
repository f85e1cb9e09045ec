"""Agents each interval and group needs: closed forms first, simulation where closed forms lie.

Public names: `require`, `Requirement`, `Proof`.
"""

from ccsim.staffing.proof import Proof
from ccsim.staffing.require import require
from ccsim.staffing.requirement import Requirement

__all__ = ["Proof", "Requirement", "require"]
