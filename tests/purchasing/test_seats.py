"""Seats counted as tariffs count them, on days worked by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccsim.errors import TariffError
from ccsim.purchasing import seats_billed
from ccsim.purchasing.seats import logins, named, peak_concurrent
from ccsim.scenario import load
from tests.conftest import made_scenario

DAY = pd.Timestamp("2026-03-02", tz="Europe/Paris")


def duty(*rows):
    """Rows of (agent, from, to) in hours of one day, and an activity where it is not work."""
    return pd.DataFrame(
        [
            {
                "agent": agent,
                "group": "team",
                "activity": activity[0] if activity else "work",
                "start": DAY + pd.Timedelta(hours=begin),
                "end": DAY + pd.Timedelta(hours=end),
            }
            for agent, begin, end, *activity in rows
        ],
        columns=["agent", "group", "activity", "start", "end"],
    )


# Logged in: 1 from 8, 3 from 9, 2 from 11, 3 from 12:30, 1 from 13 to 16.
HAND_WORKED = duty(("a", 8, 12), ("b", 9, 13), ("c", 9, 11), ("d", 12, 16), ("e", 12.5, 13))


@pytest.mark.parametrize(
    ("grace_h", "seats"),
    [
        (0, 3),  # the peak
        (0.5, 3),  # from 9 to 11
        (2, 3),  # a peak as long as the grace counts
        (2.01, 2),  # two or more from 9 to 13
        (4, 2),
        (4.01, 1),  # somebody from 8 to 16
        (8.01, 0),
    ],
)
def test_a_peak_counts_when_it_lasts_as_long_as_the_grace(grace_h, seats):
    assert peak_concurrent(HAND_WORKED, grace_h * 3600) == seats


def test_two_short_peaks_are_not_one_long_one():
    twice = duty(("a", 8, 18), ("b", 9, 9.25), ("b", 15, 15.25))
    assert peak_concurrent(twice, 900) == 2
    assert peak_concurrent(twice, 1800) == 1


def test_whoever_leaves_makes_room_for_whoever_comes():
    assert peak_concurrent(duty(("a", 8, 12), ("b", 12, 16))) == 1


def test_nobody_logs_out_for_a_meal():
    meal = duty(("a", 8, 12), ("a", 12, 13, "meal"), ("a", 13, 17), ("b", 12, 13))
    assert len(logins(meal)) == 2
    assert peak_concurrent(meal) == 2


def test_a_person_who_comes_back_is_two_log_ins_and_one_name():
    twice = duty(("a", 8, 12), ("a", 14, 18))
    assert len(logins(twice)) == 2
    assert named(twice) == 1
    assert peak_concurrent(twice) == 1


def test_people_who_take_turns_are_all_named_though_few_are_there_at_once():
    turns = duty(*((f"agent {n}", n, n + 1) for n in range(20)))
    assert (named(turns), peak_concurrent(turns)) == (20, 1)


def test_nobody_on_duty_needs_no_seat():
    assert (named(duty()), peak_concurrent(duty()), peak_concurrent(duty(), 1800)) == (0, 0, 0)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 40), st.integers(1, 20)),
        min_size=1,
        max_size=8,
        unique_by=lambda row: row[0],
    ),
    grace=st.integers(0, 20),
)
def test_the_peak_is_what_counting_minute_by_minute_gives(rows, grace):
    table = duty(*((agent, start / 4, (start + length) / 4) for agent, start, length in rows))
    present = [sum(s <= quarter < s + n for _, s, n in rows) for quarter in range(61)]

    def lasts(number):
        runs = "".join("x" if there >= number else " " for there in present).split()
        return max(map(len, runs), default=0)

    expected = max(n for n in range(9) if n == 0 or (lasts(n) > 0 and lasts(n) >= grace))
    assert peak_concurrent(table, grace * 900) == expected
    assert peak_concurrent(table, grace * 900) <= named(table)


TARIFF = """\
name: Seats
unit: peak_concurrent
price: 75
currency: EUR
grace: 30min
source: price list on example.com
seen: 2026-03-01
quality: A
check_before_use: true
"""


def scenario_with(folder, *tariffs, currency="EUR"):
    for number, tariff in enumerate(tariffs):
        (folder / f"tariff{number}.yaml").write_text(tariff)
    names = [f"tariff{number}.yaml" for number in range(len(tariffs))]
    file = folder / "scenario.yaml"
    file.write_text(
        f"name: x\ncurrency: {currency}\nhorizon: {{start: 2026-03-02, days: 1}}\n"
        "demand: {rates: {calls: 9}}\nqueues: {calls: {talk: 3min}}\n"
        f"groups: {{team: {{skills: {{calls: 1}}}}}}\ncontract: {{tariff: {names}}}\n"
    )
    return load(file)


def test_seats_are_priced_by_tariff_with_source_and_quality(tmp_path):
    by_name = TARIFF.replace("Seats", "Names").replace("peak_concurrent", "named")
    table = seats_billed(scenario_with(tmp_path, TARIFF, by_name), HAND_WORKED)
    assert table["seats"].to_dict() == {"Seats": 3, "Names": 5}
    assert table["cost_per_month"].to_dict() == {"Seats": 225, "Names": 375}
    assert set(table["currency"]) == {"EUR"}
    assert table.loc["Seats", ["source", "quality"]].tolist() == ["price list on example.com", "A"]


def test_the_grace_of_a_tariff_leaves_out_shorter_peaks(tmp_path):
    long = TARIFF.replace("30min", "3h")
    assert seats_billed(scenario_with(tmp_path, long), HAND_WORKED)["seats"].tolist() == [2]


def test_a_scenario_without_tariffs_has_an_empty_table():
    assert seats_billed(made_scenario(), HAND_WORKED).empty


def test_a_tariff_in_another_currency_is_refused_with_the_scenario_s_line(tmp_path):
    scenario = scenario_with(tmp_path, TARIFF, currency="USD")
    told = r"scenario\.yaml:7: contract\.tariff: tariff0\.yaml bills in EUR; allowed: USD"
    with pytest.raises(TariffError, match=told):
        seats_billed(scenario, HAND_WORKED)


def test_a_tariff_that_is_not_there_is_refused(tmp_path):
    scenario = scenario_with(tmp_path, TARIFF)
    (tmp_path / "tariff0.yaml").unlink()
    with pytest.raises(TariffError, match=r"tariff0\.yaml: cannot be read \(No such file"):
        seats_billed(scenario, HAND_WORKED)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("unit: peak_concurrent", "unit: peak_concurent", ":2: unit: unknown value; found 'peak_c"),
        ("price: 75", "price: -5", ":3: price: out of range; found -5; allowed: a number, nought"),
        ("price: 75", "price: free", ":3: price: not a number; found 'free'"),
        ("EUR", "Euro", ":4: currency: not in the form asked for; found 'Euro'"),
        ("grace: 30min", "grace: half an hour", ":5: grace: not a duration"),
        ("source: price list on example.com\n", "", ":1: source: required field is missing; allow"),
        ("seen: 2026-03-01\n", "", ":1: seen: required field is missing"),
        ("quality: A", "quality: D", ":8: quality: unknown value; found 'D'; allowed: A, B, C, as"),
        (
            "check_before_use: true",
            "check_before_use: false",
            ":9: check_before_use: unknown value",
        ),
        ("price: 75", "price: 75\nprise: 8", ":4: prise: unknown field; did you mean 'price'?"),
        ("price: 75", "price: 75\nprice: 8", ":4: price: given twice"),
    ],
)
def test_a_tariff_that_is_not_valid_is_refused_with_its_own_line(tmp_path, old, new, message):
    scenario = scenario_with(tmp_path, TARIFF.replace(old, new))
    with pytest.raises(TariffError) as refusal:
        seats_billed(scenario, HAND_WORKED)
    assert f"tariff0.yaml{message}" in str(refusal.value)


def test_shipped_tariffs_are_valid_dated_and_say_that_prices_change():
    from pathlib import Path

    from ccsim.purchasing import load_tariff

    files = sorted(Path("scenarios/tariffs").glob("*.yaml"))
    assert files
    for file in files:
        tariff = load_tariff(file)
        assert tariff.check_before_use is True
        assert tariff.seen >= dt.date(2026, 1, 1)
        assert tariff.source
