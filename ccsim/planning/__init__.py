"""The rooms joined: from history to a staffed, simulated and costed plan.

Public names: `plan`, `Plan`.
"""

from ccsim.planning.plan import Plan, plan

__all__ = ["Plan", "plan"]
