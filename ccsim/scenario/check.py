"""What the fields of a scenario say of each other: names that must exist, sums, contradictions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ccsim.scenario.check_contracts import contract_problems
from ccsim.scenario.check_demand import demand_problems
from ccsim.scenario.check_follow_up import follow_up_problems
from ccsim.scenario.check_law import law_problems
from ccsim.scenario.check_menu import menu_problems
from ccsim.scenario.check_outbound import outbound_problems
from ccsim.scenario.check_people import people_problems
from ccsim.scenario.check_queues import queue_problems
from ccsim.scenario.model import Scenario
from ccsim.scenario.problem import Problem, nearest
from ccsim.scenario.timetable import horizon_problems, opening_problems, shift_problems


def inconsistencies(scenario: Scenario) -> list[Problem]:
    """List everything that contradicts itself or refers to something that is not there."""
    return [problem for check in CHECKS for problem in check(scenario)]


def _sources(scenario: Scenario) -> Iterator[Problem]:
    for path in scenario.sources:
        place: Any = scenario.origin.document
        for part in path.split("."):
            entries = dict(enumerate(place)) if isinstance(place, list) else place
            known = (
                {str(name): entry for name, entry in entries.items()}
                if isinstance(entries, dict)
                else {}
            )
            if part not in known:
                yield scenario.origin.problem(
                    ("sources", path),
                    "names a field the scenario does not set",
                    found=part,
                    allowed=", ".join(known) or "the path of a field that is set",
                    near=nearest(part, known),
                )
                break
            place = known[part]


CHECKS: tuple[Callable[[Scenario], Iterator[Problem]], ...] = (
    horizon_problems,
    opening_problems,
    demand_problems,
    queue_problems,
    follow_up_problems,
    people_problems,
    menu_problems,
    outbound_problems,
    shift_problems,
    law_problems,
    contract_problems,
    _sources,
)
