"""From a file to a validated scenario, or to every problem it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ccsim.errors import ScenarioError
from ccsim.scenario.annotations import section_at
from ccsim.scenario.check import inconsistencies
from ccsim.scenario.model import Scenario
from ccsim.scenario.origin import Key, Origin, read
from ccsim.scenario.problem import Problem, nearest, refusal


def load(path: str | Path, overrides: Sequence[str] = ()) -> Scenario:
    """Read a scenario file and check it whole.

    Parameters
    ----------
    path
        YAML file; paths in it are relative to it.
    overrides
        Names of the file's own overrides to apply, later ones on top of earlier ones.

    Returns
    -------
    Scenario
        Immutable and validated. Fields whose behaviour does not exist yet are accepted here
        and refused by everything that would act on them.

    Raises
    ------
    ScenarioError
        With one line for every problem: file, line, field, found, allowed, nearest name.

    Examples
    --------
    >>> import ccsim
    >>> ccsim.load("scenarios/finance.yaml").industry   # doctest: +SKIP
    'finance'
    """
    scenario = build(read(path))
    problems = [
        problem
        for name, changes in scenario.overrides.items()
        for problem in _override_problems(scenario.origin, name, changes)
    ]
    if problems:
        raise refusal(problems)
    return scenario.override(*overrides) if overrides else scenario


def build(origin: Origin) -> Scenario:
    """Validate a document: every field first, then what the fields say of each other."""
    try:
        scenario = _validated(origin, origin.document)
    except ValidationError as error:
        wrong = [_path(detail) for detail in error.errors(include_url=False)]
        problems = field_problems(origin, error, Scenario) + _further(origin, wrong)
    else:
        problems = inconsistencies(scenario)
        if not problems:
            return scenario
    raise refusal(sorted(problems, key=lambda problem: problem.line))


def _validated(origin: Origin, document: Mapping[str, Any]) -> Scenario:
    scenario = Scenario.model_validate(document)
    scenario._origin = origin
    return scenario


def _further(origin: Origin, wrong: list[Key]) -> list[Problem]:
    """Check what the sound fields say of each other, so that one run shows every problem.

    The wrong fields are left out; findings that touch them, or a section around them, may be
    due to that and are not told.
    """
    try:
        problems = inconsistencies(_validated(origin, origin.without(wrong)))
    except ValidationError:
        return []  # what is left is no scenario: the wrong fields were required ones
    dotted = [".".join(map(str, path)) for path in wrong]
    return [
        problem
        for problem in problems
        if not any(f"{path}.".startswith(f"{problem.field}.") for path in dotted)
    ]


def _path(detail: ErrorDetails) -> Key:
    return tuple(part for part in detail["loc"] if part != "[key]")


def _override_problems(origin: Origin, name: str, changes: Mapping[str, Any]) -> list[Problem]:
    try:
        build(origin.changed(changes))
    except ScenarioError as error:
        return [
            origin.problem(("overrides", name), f"leads to a scenario that is not valid: {line}")
            for line in str(error).splitlines()
        ]
    return []


def field_problems(origin: Origin, error: ValidationError, root: type[BaseModel]) -> list[Problem]:
    """Word pydantic's findings for a planner, whatever kind of file was read."""
    return [_problem(origin, detail, root) for detail in error.errors(include_url=False)]


def _problem(origin: Origin, detail: ErrorDetails, root: type[BaseModel]) -> Problem:
    path, found = _path(detail), detail["input"]
    context = detail.get("ctx", {})
    section = section_at(root, path[:-1])
    if detail["type"] == "extra_forbidden":
        names = list(section.model_fields) if section is not None else []
        return origin.problem(
            path, "unknown field", allowed=", ".join(names), near=nearest(path[-1], names)
        )
    field = section.model_fields.get(str(path[-1])) if section is not None and path else None
    meaning = (field.description or "") if field is not None else ""
    if detail["type"] == "missing":
        return origin.problem(path, "required field is missing", allowed=meaning)
    if detail["type"] == "not_allowed":
        near = _nearest_named(context.get("names"), found)
        return origin.problem(
            path, context["reason"], found=found, allowed=context["allowed"], near=near
        )
    if detail["type"] == "literal_error":
        allowed = context["expected"].replace(" or ", ", ").replace("'", "")
        near = nearest(found, allowed.split(", "))
        return origin.problem(path, "unknown value", found=found, allowed=allowed, near=near)
    return origin.problem(path, detail["msg"], found=found, allowed=meaning)


def _nearest_named(kind: str | None, found: Any) -> str | None:
    if kind != "timezone":
        return None
    from zoneinfo import available_timezones

    return nearest(found, available_timezones())
