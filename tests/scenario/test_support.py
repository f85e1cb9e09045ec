"""What the schema describes and this version does not do is refused, never ignored."""

from __future__ import annotations

import datetime as dt
from functools import reduce
from pathlib import Path

import pytest

import ccsim
from ccsim.errors import NotYetSupported
from ccsim.scenario import load, require_support, unsupported
from ccsim.scenario.annotations import section_at
from ccsim.scenario.model import Scenario
from ccsim.scenario.setting import Section
from ccsim.scenario.support import planned

COMPLETE = Path("docs/complete.yaml")
PLANNED_SECTIONS = [name for name, field in Scenario.model_fields.items() if planned(field)]


def test_the_complete_example_loads():
    assert load(COMPLETE).name == "Every feature once"


def test_the_complete_example_holds_every_section_of_the_schema():
    assert set(load(COMPLETE).model_fields_set) == set(Scenario.model_fields)


def test_every_planned_field_of_the_complete_example_is_refused_with_file_and_line():
    scenario = load(COMPLETE)
    told = {problem.field: str(problem) for problem in unsupported(scenario)}
    text = COMPLETE.read_text().splitlines()
    for path in scenario.origin.lines:
        section = section_at(Scenario, path[:-1]) if path else None
        field = section.model_fields.get(str(path[-1])) if section else None
        if field is None or not planned(field):
            continue
        if reduce(step, path, scenario) == field.get_default(call_default_factory=True):
            continue  # asks for what happens anyway
        dotted = ".".join(map(str, path))
        refused = next((name for name in told if f"{dotted}.".startswith(f"{name}.")), None)
        assert refused, f"{dotted} is planned and not refused"
        file, line, *_ = told[refused].split(":")
        assert file == "docs/complete.yaml"
        assert refused.split(".")[-1] in text[int(line) - 1]


def step(place, part):
    return getattr(place, part) if isinstance(place, Section) else place[part]


@pytest.mark.parametrize("section", PLANNED_SECTIONS)
def test_every_planned_section_of_the_schema_stands_in_the_complete_example(section):
    assert section in {problem.field for problem in unsupported(load(COMPLETE))}


@pytest.mark.parametrize(
    "act",
    [
        require_support,
        ccsim.require,
        ccsim.schedule,
        ccsim.plan,
        lambda scenario: ccsim.simulate(scenario, replications=1),
        lambda scenario: ccsim.draw(scenario, 1, 0),
    ],
    ids=["require_support", "require", "schedule", "plan", "simulate", "draw"],
)
def test_everything_that_would_act_on_it_refuses(act):
    with pytest.raises(NotYetSupported, match=r"docs/complete\.yaml:31: ivr: not yet supported by"):
        act(load(COMPLETE))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"queues.calls.talk": [["0h", "3min"], ["2h", "4min"]]}, "talk: a list by period"),
        ({"queues.calls.wrap": [["0h", "3min"], ["2h", "4min"]]}, "wrap: a list by period"),
        ({"queues.calls.patience": [["0h", "3min"], ["2h", "4min"]]}, "patience: a list by period"),
        ({"queues.calls.closing": "turn_away"}, "closing: value not yet supported"),
        ({"queues.calls.target.scope": "week"}, "target.scope: value not yet supported"),
        ({"demand.arrivals": "fixed"}, "demand.arrivals: value not yet supported"),
        ({"routing.agent": "personal_agent"}, "routing.agent: value not yet supported"),
        ({"shifts.labour_law": "CN"}, "shifts.labour_law: value not yet supported"),
        ({"groups.team.shrinkage": {"off_phone": 0.1}}, "shrinkage.off_phone: not yet supported"),
        ({"channels.chat": {}, "queues.calls.channel": "chat"}, "channel: channel not yet supp"),
    ],
)
def test_single_values_that_are_planned_are_refused(scenario_of, change, message):
    with pytest.raises(NotYetSupported, match=message):
        require_support(scenario_of().change(change))


def test_writing_out_a_default_asks_for_nothing(scenario_of):
    plain = scenario_of().change(
        {
            "queues.calls.balk": 0,
            "queues.calls.closing": "serve",
            "shifts.split": False,
            "sites": {},
            "queues.calls.target.scope": "interval",
            "contract": {"growth": 0},
        }
    )
    assert unsupported(plain) == []


def test_what_works_is_not_refused(scenario_of):
    working = scenario_of(
        hours={"daily": "08:00-20:00", "sun": "closed", "closed": [dt.date(2026, 1, 6)]},
        channels={"voice": {"lines": 30, "within": "30s"}},
        service_level={"definition": "short_abandons_good", "short_abandon": "5s"},
        routing={"agent": "longest_idle"},
        shifts={"meal": {"length": "30min"}, "window": "08:00-20:00", "weekly": {"days_off": 1}},
    )
    assert unsupported(working) == []
