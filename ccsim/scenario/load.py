"""From a file to a validated scenario, or to every problem it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
        for problem in _override_problems(scenario, name, changes)
    ]
    if problems:
        raise refusal(problems)
    return scenario.override(*overrides) if overrides else scenario


def build(origin: Origin) -> Scenario:
    """Validate a document: every field first, then what the fields say of each other."""
    try:
        scenario = _validated(origin, origin.document)
    except ValidationError as error:
        wrong = [_path(origin, detail) for detail in error.errors(include_url=False)]
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


def _override_problems(scenario: Scenario, name: str, changes: Mapping[str, Any]) -> list[Problem]:
    try:
        scenario.change(changes)
    except ScenarioError as error:
        found = [problem for problem in error.problems if isinstance(problem, Problem)]
        return [_in_override(scenario.origin, name, changes, problem) for problem in found]
    return []


def _in_override(
    origin: Origin, name: str, changes: Mapping[str, Any], problem: Problem
) -> Problem:
    """Say where the override is that leads to a problem elsewhere."""
    cause = [path for path in changes if f"{problem.field}.".startswith(f"{path}.")]
    place: Key = ("overrides", name, *cause[:1])
    return replace(
        problem,
        where=origin.where(place),
        line=origin.line(place) or 0,
        field=f"overrides.{name}",
        what=f"leads to a scenario that is not valid: {problem.field}: {problem.what}",
    )


def field_problems(origin: Origin, error: ValidationError, root: type[BaseModel]) -> list[Problem]:
    """Word pydantic's findings for a planner, whatever kind of file was read."""
    found: dict[tuple[Key, str], Problem] = {}
    details = error.errors(include_url=False)
    paths = [_path(origin, detail) for detail in details]
    for path, detail in zip(paths, details, strict=True):
        problem = _problem(origin, detail, path, root)
        if not _is_one_of_several(detail, path):
            found[path, detail["type"]] = problem
        elif not any(len(other) > len(path) and other[: len(path)] == path for other in paths):
            # None of the forms a value may take fits: one problem, with all of them.
            earlier = found.get((path, "several"))
            found[path, "several"] = problem if earlier is None else _either(earlier, problem)
    return list(found.values())


def _path(origin: Origin, detail: ErrorDetails) -> Key:
    """Path of a finding in the document, without pydantic's names of the alternatives it tried."""
    path: list[str | int] = []
    place: Any = origin.document
    for part in detail["loc"]:
        if isinstance(place, dict) and part in place:
            place = place[part]
        elif isinstance(place, dict) and detail["type"] == "missing":
            place = None
        elif isinstance(place, list) and isinstance(part, int) and part < len(place):
            place = place[part]
        else:
            continue
        path.append(part)
    return tuple(path)


def _is_one_of_several(detail: ErrorDetails, path: Key) -> bool:
    return len([part for part in detail["loc"] if part != "[key]"]) > len(path)


def _either(one: Problem, other: Problem) -> Problem:
    allowed = [text for text in (one.allowed, other.allowed) if text]
    return replace(one, what="value not allowed", allowed=", or ".join(dict.fromkeys(allowed)))


# What pydantic calls the type of an error → what is wrong, and what is allowed instead.
WORDS = {
    "model_type": ("not a section", "a section with {names}"),
    "dict_type": ("not a section", "a section of names and values"),
    "tuple_type": ("not a list", "a list, in brackets or one entry a line"),
    "string_type": ("not text", "text; in quotes where it looks like a number, a date or true"),
    "bool_type": ("neither true nor false", "true, false"),
    "int_type": ("not a whole number", "a whole number"),
    "too_short": ("empty", "at least {min_length}: {meaning}"),
    "too_long": ("too many", "at most {max_length}: {meaning}"),
    "greater_than_equal": ("out of range", "at least {ge}"),
    "less_than_equal": ("out of range", "at most {le}"),
    "string_pattern_mismatch": ("not in the form asked for", "{meaning}, in the form {pattern}"),
}


def _problem(origin: Origin, detail: ErrorDetails, path: Key, root: type[BaseModel]) -> Problem:
    kind, found = detail["type"], detail["input"]
    context = detail.get("ctx", {})
    section = section_at(root, path[:-1])
    if kind == "extra_forbidden":
        names = list(section.model_fields) if section is not None else []
        return origin.problem(
            path, "unknown field", allowed=", ".join(names), near=nearest(path[-1], names)
        )
    field = section.model_fields.get(str(path[-1])) if section is not None and path else None
    meaning = (field.description or "") if field is not None else ""
    if kind == "missing":
        return origin.problem(path, "required field is missing", allowed=meaning)
    if kind == "not_allowed":
        near = _nearest_named(context.get("names"), found)
        return origin.problem(
            path, context["reason"], found=found, allowed=context["allowed"], near=near
        )
    if kind == "literal_error":
        allowed = context["expected"].replace(" or ", ", ").replace("'", "")
        near = nearest(found, allowed.split(", "))
        return origin.problem(path, "unknown value", found=found, allowed=allowed, near=near)
    what, allowed = WORDS.get(kind.replace("_parsing", "_type"), (detail["msg"], "{meaning}"))
    inner = section_at(root, path)
    names = list(inner.model_fields) if inner is not None else []
    words = {**context, "meaning": meaning, "names": ", ".join(names)}
    return origin.problem(path, what, found=found, allowed=allowed.format(**words))


def _nearest_named(kind: str | None, found: Any) -> str | None:
    if kind != "timezone":
        return None
    from zoneinfo import available_timezones

    return nearest(found, available_timezones())
