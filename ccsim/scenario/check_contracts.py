"""What the terms of a contract type say of each other and of the week."""

from __future__ import annotations

from collections.abc import Iterator

from ccsim.scenario.model import Scenario
from ccsim.scenario.origin import Key
from ccsim.scenario.problem import Problem

HOUR = 3600.0


def contract_problems(scenario: Scenario) -> Iterator[Problem]:
    """Refuse terms nobody could keep."""
    weekly = scenario.shifts.weekly
    for name, terms in scenario.contracts.items():
        path: Key = ("contracts", name)
        most = min((terms.hours + terms.overtime) / HOUR, weekly.max_hours)
        if terms.least_hours / HOUR > most:
            yield scenario.origin.problem(
                (*path, "least_hours"),
                "more than may be worked in a week",
                found=f"{terms.least_hours / HOUR:g} h",
                allowed=f"at most {most:g} h (hours and overtime, shifts.weekly.max_hours)",
            )
        if terms.least_days_in_row > terms.days_in_row:
            yield scenario.origin.problem(
                (*path, "least_days_in_row"),
                "more than may be worked in a row",
                found=terms.least_days_in_row,
                allowed=f"at most {terms.days_in_row} (days_in_row)",
            )
        if terms.days is not None and terms.days > 7:
            yield scenario.origin.problem(
                (*path, "days"), "more than a week has", found=terms.days, allowed="at most 7"
            )
        if terms.most_nights is not None and terms.most_nights > 0 and not terms.nights:
            yield scenario.origin.problem(
                (*path, "most_nights"),
                "a number of nights where nights are not allowed",
                found=terms.most_nights,
                allowed="nights: true, or no most_nights",
            )
