"""Copies with changes, and named overrides."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ccsim.errors import ScenarioError
from ccsim.scenario import load

OVERRIDES = """\
overrides:
  busy: {demand.rates.calls: 90, groups.desk.cost_per_hour: 40}
  cheap: {groups.desk.cost_per_hour: 25}
"""


def test_a_change_is_a_validated_copy(desk):
    before = desk.load()
    after = before.change({"groups.desk.employed": 30, "queues.calls.talk": "5min"})
    assert (before.groups["desk"].employed, after.groups["desk"].employed) == (20, 30)
    assert after.queues["calls"].talk.mean == 300
    assert after.change({"groups.desk.employed": 20, "queues.calls.talk": "4min"}).groups == (
        before.groups
    )


def test_a_change_reaches_sections_that_exist_by_default_only(desk):
    changed = desk.load(("channels:\n  voice: {within: 20s}\n", "")).change(
        {"channels.voice.lines": 30, "shifts.weekly.days_off": 1, "queues.calls.target.asa": 9}
    )
    assert changed.channels["voice"].lines == 30
    assert changed.shifts.weekly.days_off == 1
    assert changed.queues["calls"].target.asa == 9


def test_an_empty_section_can_be_filled_by_a_change(desk):
    empty = desk.load(more="contract:\n")
    assert empty.change({"contract.tariff": "a.yaml"}).contract.tariff == "a.yaml"


def test_an_entry_of_a_list_and_a_whole_new_name_can_be_changed(desk):
    changed = desk.load().change(
        {
            "shifts.lengths.1": "9h",
            "groups.night": {"skills": {"calls": 2}},
            "demand.rates": {"calls": [["0h", 10], ["12h", 20]]},
        }
    )
    assert changed.shifts.lengths == (14400, 32400)
    assert changed.groups["night"].skills["calls"].rank == 2
    assert changed.demand.rates["calls"] == ((0, 10), (43200, 20))


def test_numpy_numbers_are_numbers(desk):
    changed = desk.load().change(
        {"groups.desk.employed": np.int64(30), "groups.desk.cost_per_hour": np.float32(40)}
    )
    assert changed.groups["desk"].employed == 30
    assert changed.groups["desk"].cost_per_hour == 40.0


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("groups.dsk.employed", "no such name; did you mean 'desk'?; allowed: desk"),
        ("grps.desk.employed", "no such name; did you mean 'groups'?"),
        ("groups.desk.emploied", "groups.desk.emploied: unknown field; did you mean 'employed'?"),
        ("demand.rates.cals", "demand.rates.cals: unknown queue; found 'cals'"),
        ("groups.desk.employed.x", "groups.desk.employed has no fields of its own, found 20"),
        ("groups.desk.skills.calls.speed", "groups.desk.skills.calls has no fields of its own"),
        ("groups.desk.employed.x.y", "groups.desk.employed has no fields of its own"),
        (
            "shifts.lengths.2",
            "shifts.lengths.2: cannot change 'shifts.lengths.2': no such entry; al",
        ),
        ("shifts.lengths.-1", "no such entry; allowed: 0 to 1"),
        ("shifts.lengths.first", "no such entry; allowed: 0 to 1"),
        ("shifts.lengths.²", "no such entry"),
        ("", "unknown field"),
        ("groups..employed", "no such name"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(desk, path, message):
    with pytest.raises(ScenarioError, match=re.escape(message)):
        desk.load().change({path: 5})


def test_a_name_made_of_digits_is_a_name_and_no_index(desk):
    numbered = desk.load(("desk:", '"7":'))
    assert numbered.change({"groups.7.employed": 9}).groups["7"].employed == 9


def test_a_change_that_is_not_valid_names_the_file_and_that_it_was_changed(desk):
    with pytest.raises(
        ScenarioError, match=r"small\.yaml \(changed\): groups\.desk\.employed: not"
    ):
        desk.load().change({"groups.desk.employed": "many"})


def test_later_overrides_win(desk):
    base = desk.load(more=OVERRIDES)
    both = base.override("busy", "cheap")
    assert (both.demand.rates["calls"], both.groups["desk"].cost_per_hour) == (90, 25)
    assert base.override("cheap", "busy").groups["desk"].cost_per_hour == 40
    assert base.groups["desk"].cost_per_hour == 30
    assert load(desk.file, ["busy", "cheap"]) == both


def test_an_unknown_override_is_refused_with_the_nearest_name(desk):
    with pytest.raises(
        ScenarioError, match=r"no such override; did you mean 'cheap'\?; allowed: bu"
    ):
        load(desk.write(more=OVERRIDES), ["chep"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            "groups.desk.emploied: 5",
            "groups.desk.emploied: unknown field; did you mean 'employed'?",
        ),
        (
            "groups.dsk.employed: 5",
            "cannot change 'groups.dsk.employed': no such name; did you mean",
        ),
        ("groups.desk.employed: many", "groups.desk.employed: not a whole number; found 'many'"),
        (
            "groups.desk.on_duty: 21",
            "groups.desk.on_duty: more on duty than are employed; found 21",
        ),
        ("queues.calls: 5", "queues.calls: not a section; found 5"),
    ],
)
def test_an_override_that_leads_nowhere_is_refused_at_load_with_its_own_line(desk, change, message):
    told = desk.line(more=f"overrides:\n  fine: {{horizon.days: 3}}\n  wrong:\n    {change}\n")
    assert told.startswith("small.yaml:2")
    assert "overrides.wrong: leads to a scenario that is not valid: " in told
    assert message in told


def test_a_changed_scenario_remembers_the_file_it_came_from(desk):
    before = desk.load(more=OVERRIDES)
    after = before.override("busy").change({"groups.desk.employed": 30})
    assert after.base.demand.rates == {"calls": 60}
    assert after.base.groups["desk"].employed == 20
    assert after.base.origin is before.origin
    assert after.base is after.base
    assert after.origin.base is before.origin


def test_an_unchanged_scenario_is_its_own_base(desk):
    scenario = desk.load(more=OVERRIDES)
    assert scenario.base is scenario
    assert scenario.origin.base is scenario.origin
