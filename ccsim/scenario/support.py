"""Which fields of the schema this version acts on; the rest is refused, never ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic.fields import FieldInfo

from ccsim.distributions import Distribution
from ccsim.scenario.model import Scenario
from ccsim.scenario.origin import Key
from ccsim.scenario.problem import Problem, not_yet
from ccsim.scenario.setting import Section

# Channels whose contacts are one live conversation at a time.
LIVE_CHANNELS = ("voice",)


def unsupported(scenario: Scenario) -> list[Problem]:
    """List the fields a scenario sets whose behaviour does not exist yet."""
    return [*_planned(scenario, scenario, ()), *_channels(scenario)]


def require_support(scenario: Scenario) -> None:
    """Refuse a scenario that asks for behaviour this version does not have.

    Raises
    ------
    NotYetSupported
        With one line for every field concerned.
    """
    problems = unsupported(scenario)
    if problems:
        raise not_yet(problems)


def planned(field: FieldInfo) -> bool:
    """Say whether a field is described but not acted on yet."""
    return bool(_extra(field).get("planned"))


def _extra(field: FieldInfo) -> dict[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _planned(scenario: Scenario, section: Section, path: Key) -> Iterator[Problem]:
    for name, field in type(section).model_fields.items():
        if name not in section.model_fields_set:
            continue
        value, here = getattr(section, name), (*path, name)
        if value == field.get_default(call_default_factory=True):
            continue  # written out, but asking for nothing beyond what happens anyway
        if planned(field):
            yield scenario.origin.problem(here, "not yet supported by this version")
        elif value in _extra(field).get("planned_values", ()):
            yield scenario.origin.problem(
                here, "value not yet supported by this version", found=value
            )
        elif _is_by_period(value):
            yield scenario.origin.problem(here, "a list by period of arrival is not yet supported")
        else:
            yield from _inside(scenario, value, here)


def _inside(scenario: Scenario, value: Any, path: Key) -> Iterator[Problem]:
    if isinstance(value, Section):
        yield from _planned(scenario, value, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _inside(scenario, item, (*path, key))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _inside(scenario, item, (*path, index))


def _is_by_period(value: Any) -> bool:
    return isinstance(value, tuple) and any(
        isinstance(item, tuple) and isinstance(item[-1], Distribution) for item in value
    )


def _channels(scenario: Scenario) -> Iterator[Problem]:
    for name, queue in scenario.queues.items():
        if queue.channel not in LIVE_CHANNELS:
            yield scenario.origin.problem(
                ("queues", name, "channel"),
                "channel not yet supported by this version",
                found=queue.channel,
                allowed=", ".join(LIVE_CHANNELS),
            )
