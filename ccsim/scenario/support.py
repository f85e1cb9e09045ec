"""Which fields of the schema this version acts on; the rest is refused, never ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic.fields import FieldInfo

from ccsim.distributions import Distribution
from ccsim.scenario.contacts import Queue
from ccsim.scenario.model import Scenario
from ccsim.scenario.origin import Key
from ccsim.scenario.problem import Problem, not_yet
from ccsim.scenario.setting import Section

# What the simulator does and the closed forms behind `require`, `schedule` and `plan` do not:
# each changes how many contacts wait, how long they take or who is there to take them.
BEYOND_CLOSED_FORMS = ("ivr", "segments", "knowledge", "campaigns", "elasticity")
QUEUE_BEYOND_CLOSED_FORMS = (
    "capacity",
    "balk",
    "announcement",
    "callback",
    "retry",
    "resolution",
    "ticket",
    "transfers",
    "wrong_department",
    "second_channel",
    "booking",
    "personal_agent",
    "closing",
)
GROUP_BEYOND_CLOSED_FORMS = ("standby", "learning")
SHRINKAGE_BEYOND_CLOSED_FORMS = ("off_phone", "lateness")


def unsupported(scenario: Scenario) -> list[Problem]:
    """List the fields a scenario sets whose behaviour does not exist yet."""
    return list(_planned(scenario, scenario, ()))


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


def require_closed_form(scenario: Scenario) -> None:
    """Refuse a scenario whose requirement no closed form gives: what only the simulator models.

    Called by `require`, `schedule` and `plan`, after `require_support`.

    Raises
    ------
    NotYetSupported
        With one line for every field concerned.
    """
    problems = list(_beyond_closed_forms(scenario))
    if problems:
        raise not_yet(problems)


def planned(field: FieldInfo) -> bool:
    """Say whether a field is described but not acted on yet."""
    return bool(_extra(field).get("planned"))


def _extra(field: FieldInfo) -> dict[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _asks(section: Section, name: str) -> bool:
    """Say whether a field asks for anything beyond what happens without it."""
    field = type(section).model_fields[name]
    return bool(getattr(section, name) != field.get_default(call_default_factory=True))


def _beyond_closed_forms(scenario: Scenario) -> Iterator[Problem]:
    def beyond(path: Key, found: Any = None) -> Problem:
        return scenario.origin.problem(
            path,
            "not yet supported by this version in closed forms (require, schedule, plan)",
            found=found,
            allowed="simulate, which takes it, with on_duty or a duty of your own",
        )

    for name in BEYOND_CLOSED_FORMS:
        if _asks(scenario, name):
            yield beyond((name,))
    demand = scenario.demand
    if demand.log is not None:
        yield beyond(("demand", "log"))
    if demand.arrivals != "poisson":
        yield beyond(("demand", "arrivals"), demand.arrivals)
    for name, queue in scenario.queues.items():
        yield from (beyond(("queues", name, *rest)) for rest in _in_queue(scenario, queue))
    for name, group in scenario.groups.items():
        for field in GROUP_BEYOND_CLOSED_FORMS:
            if _asks(group, field):
                yield beyond(("groups", name, field))
        for field in SHRINKAGE_BEYOND_CLOSED_FORMS:
            if _asks(group.shrinkage, field):
                yield beyond(("groups", name, "shrinkage", field))
    for name, site in scenario.sites.items():
        for field in ("seats", "lines"):
            if _asks(site, field):
                yield beyond(("sites", name, field))
    for field in ("overflow", "reserve"):
        if _asks(scenario.routing, field):
            yield beyond(("routing", field))
    quality = scenario.quality
    if quality is not None and quality.monitored > 0 and quality.talk_factor != 1:
        yield beyond(("quality", "talk_factor"))


def _in_queue(scenario: Scenario, queue: Queue) -> Iterator[tuple[str, ...]]:
    if queue.channel != "voice" or scenario.channels[queue.channel].deferred:
        yield ("channel",)
    for field in ("talk", "wrap", "patience"):
        if is_by_period(getattr(queue, field)):
            yield (field,)
    for field in QUEUE_BEYOND_CLOSED_FORMS:
        if _asks(queue, field):
            yield (field,)


def is_by_period(value: Any) -> bool:
    """Say whether a field holds a list of distributions by period of arrival."""
    return isinstance(value, tuple) and any(
        isinstance(item, tuple) and isinstance(item[-1], Distribution) for item in value
    )


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
