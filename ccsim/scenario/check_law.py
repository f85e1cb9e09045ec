"""Shift rules against the labour law a scenario names: what breaks it, and which article."""

from __future__ import annotations

from collections.abc import Iterator

from ccsim.scenario.labour_law import Rule, labour_law
from ccsim.scenario.model import Scenario
from ccsim.scenario.origin import Key
from ccsim.scenario.problem import Problem

HOUR = 3600.0


def law_problems(scenario: Scenario) -> Iterator[Problem]:
    """Check shift rules and overtime prices against `shifts.labour_law`."""
    shifts = scenario.shifts
    if shifts.labour_law == "none":
        return
    law = labour_law(shifts.labour_law)
    if shifts.weekly.max_hours > law["week_hours"].value:
        path: Key = ("shifts", "weekly", "max_hours")
        yield _broken(
            scenario, path, f"{shifts.weekly.max_hours:g} h", "at most", law["week_hours"]
        )
    if shifts.weekly.days_off < law["days_off"].value:
        path = ("shifts", "weekly", "days_off")
        yield _broken(scenario, path, shifts.weekly.days_off, "at least", law["days_off"])
    if shifts.overtime > law["overtime_month_hours"].value * HOUR:
        found = f"{shifts.overtime / HOUR:g} h"
        rule = law["overtime_month_hours"]
        yield _broken(scenario, ("shifts", "overtime"), found, "at most", rule)
    yield from _days(scenario, law)
    for name, group in scenario.groups.items():
        if group.overtime_price < law["overtime_price"].value:
            path = ("groups", name, "overtime_price")
            rule = law["overtime_price"]
            yield _broken(scenario, path, group.overtime_price, "at least", rule)


def _days(scenario: Scenario, law: dict[str, Rule]) -> Iterator[Problem]:
    """Check the length of a working day: overtime may lengthen it where there is any."""
    shifts, rule = scenario.shifts, law["day_hours"]
    longest = rule.value * HOUR
    if shifts.overtime > 0:
        longest += law["overtime_day_hours"].value * HOUR
        rule = law["overtime_day_hours"]
    for path, length in scenario.shifts.every_length():
        if shifts.paid(length) > longest:
            yield scenario.origin.problem(
                ("shifts", *path),
                f"a working day against the labour law ({rule.article})",
                found=f"{shifts.paid(length) / HOUR:g} h paid",
                allowed=f"at most {longest / HOUR:g} h"
                + ("" if shifts.overtime > 0 else ", or more with shifts.overtime"),
            )


def _broken(scenario: Scenario, path: Key, found: object, bound: str, rule: Rule) -> Problem:
    return scenario.origin.problem(
        path,
        f"against the labour law ({rule.article})",
        found=found,
        allowed=f"{bound} {rule.value:g} {rule.unit}",
    )
