"""How agents are required: what is to hold together, and how often headcount may change."""

from __future__ import annotations

from pydantic import StrictBool

from ccsim.scenario.kinds import PositiveDuration
from ccsim.scenario.setting import Section, setting


class Staffing(Section):
    """How the requirement is found; the targets themselves belong to the queues."""

    jointly: StrictBool = setting(
        False,
        description="Certainty is of all queues' targets holding together, not of each by itself",
    )
    block: PositiveDuration | None = setting(
        None,
        unit="s",
        description="Headcount changes at most so often, counted from midnight; none: every "
        "interval",
    )
