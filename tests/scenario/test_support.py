"""What the schema describes and this version does not do is refused, never ignored."""

from __future__ import annotations

import datetime as dt
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

import ccsim
from ccsim.errors import NotYetSupported
from ccsim.scenario import load, require_closed_form, require_support, unsupported
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


def test_the_complete_example_asks_for_nothing_else_that_is_planned():
    rooms = {problem.field.split(".")[0] for problem in unsupported(load(COMPLETE))}
    assert rooms == {"groups", "support", "contract"}


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
    with pytest.raises(NotYetSupported, match=r"yaml:\d+: groups.generalists.licence: not yet"):
        act(load(COMPLETE))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"groups.team.licence": "voice"}, "groups.team.licence: not yet supported"),
        ({"contract": {"ownership": "own.yaml"}}, "contract.ownership: not yet supported"),
    ],
)
def test_what_is_planned_is_refused(scenario_of, change, message):
    with pytest.raises(NotYetSupported, match=message):
        require_support(scenario_of().change(change))


MENU = {"start": "hello", "nodes": {"hello": {"prompt": 5, "then": "calls"}}}
CALLBACK = {"when_wait_over": 60, "accept": 0.5, "reach": 1}
RETRY = {"probability": 0.5, "after": 60}
RESOLUTION = {"first_contact": 0.8, "returns_after": 60}
TICKET = {"to": "depot", "probability": 0.1, "promise": 60}
WHEN = {"when": {"contacts_waiting": 9}, "until": {"contacts_waiting": 3}}
# Two queues of which the second takes what the first hands on, for rules that need another.
OTHER = {"queues.other": {"talk": 60}, "demand.rates.other": 1, "groups.team.skills.other": 1}
SIMULATED: list[tuple[dict[str, Any], str]] = [
    ({"queues.calls.talk": [["0h", "3min"], ["2h", "4min"]]}, "queues.calls.talk"),
    ({"queues.calls.wrap": [["0h", "3min"], ["2h", "4min"]]}, "queues.calls.wrap"),
    ({"queues.calls.patience": [["0h", "3min"], ["2h", "4min"]]}, "queues.calls.patience"),
    ({"channels.chat": {}, "queues.calls.channel": "chat"}, "queues.calls.channel"),
    ({"channels.voice.deferred": True}, "queues.calls.channel"),
    ({"ivr": MENU}, "ivr"),
    ({"segments": {"vip": {"share": 0.1}}}, "segments"),
    ({"knowledge": {"accuracy": 0.9}}, "knowledge"),
    ({"quality": {"monitored": 0.1, "talk_factor": 1.1}}, "quality.talk_factor"),
    (
        {"campaigns.a": {"records": 9, "window": "09:00-11:00", "queue": "calls", "pick_up": 1}},
        "campaigns",
    ),
    (
        {"channels.voice.lines": 9, "elasticity": [{"what": "lines", "by": 1, **WHEN}]},
        "elasticity",
    ),
    ({"demand": {"log": "log.csv"}}, "demand.log"),
    ({"demand.arrivals": "fixed"}, "demand.arrivals"),
    ({"queues.calls.capacity": 9}, "queues.calls.capacity"),
    ({"queues.calls.balk": 0.1}, "queues.calls.balk"),
    ({"queues.calls.announcement": {}}, "queues.calls.announcement"),
    ({"queues.calls.callback": CALLBACK}, "queues.calls.callback"),
    ({"queues.calls.retry": RETRY}, "queues.calls.retry"),
    ({"queues.calls.resolution": RESOLUTION}, "queues.calls.resolution"),
    (
        {"back_office.depot": {"servers": 1, "work": 60}, "queues.calls.ticket": TICKET},
        "queues.calls.ticket",
    ),
    (
        {**OTHER, "queues.calls.transfers": [{"to": "other", "probability": 0.1}]},
        "queues.calls.transfers",
    ),
    (
        {
            **OTHER,
            "queues.calls.wrong_department": {"probability": 0.1, "to": {"other": 1}, "after": 9},
        },
        "queues.calls.wrong_department",
    ),
    ({"queues.calls.personal_agent": {"share": 0.1}}, "queues.calls.personal_agent"),
    ({"queues.calls.closing": "turn_away"}, "queues.calls.closing"),
    ({"groups.team.shrinkage": {"off_phone": 0.1}}, "groups.team.shrinkage.off_phone"),
    (
        {"groups.team.shrinkage": {"lateness": {"probability": 0.1, "delay": 60}}},
        "groups.team.shrinkage.lateness",
    ),
    ({"groups.team.standby": {"people": 1, **WHEN}}, "groups.team.standby"),
    ({"groups.team.learning": 0.1}, "groups.team.learning"),
    ({"sites.main": {"seats": 4}}, "sites.main.seats"),
    (
        {"routing.overflow": [{"queue": "calls", "after": 60, "to": "team"}]},
        "routing.overflow",
    ),
]


@pytest.mark.parametrize(("change", "field"), SIMULATED, ids=[field for _, field in SIMULATED])
def test_what_only_the_simulator_models_is_refused_by_closed_forms_alone(
    scenario_of, change, field
):
    scenario = scenario_of().change(change)
    assert unsupported(scenario) == []
    with pytest.raises(NotYetSupported, match="not yet supported by this version in closed forms"):
        require_closed_form(scenario)
    with pytest.raises(NotYetSupported) as refusal:
        ccsim.require(scenario, method="erlang")
    assert [problem.field for problem in refusal.value.problems] == [field]


@pytest.mark.parametrize(
    "change",
    [
        {"queues.calls.worth": {"handled": 9}},
        {"survey": {"sampled": 0.1, "responds": 0.1}},
        {"quality": {"reviewed": 0.1}},
        {"sites.main": {}},
        {"demand.uncertainty": {"day_factor": {"gamma": {"mean": 1, "cv": 0.2}}}},
        {"queues.calls.closing": "serve", "queues.calls.balk": 0},
    ],
)
def test_what_changes_neither_demand_nor_work_is_left_to_closed_forms(scenario_of, change):
    require_closed_form(scenario_of().change(change))


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
        routing={"agent": "lowest_occupancy", "contact": "weighted_wait", "unified": "siloed"},
        shifts={"meal": {"length": "30min"}, "window": "08:00-20:00", "weekly": {"days_off": 1}},
    )
    assert unsupported(working) == []
