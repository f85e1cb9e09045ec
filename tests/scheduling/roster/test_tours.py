"""Tours without names: they go round, keep their contract's rules and cover the week."""

from __future__ import annotations

import pytest

import ccsim
from ccsim.errors import OptionError
from tests.scheduling.roster.made import centre, every_day, placed

TERMS = {
    "full": {"hours": "35h", "days_in_row": 5, "days_off_in_row": 2},
    "half": {"hours": "14h", "nights": False},
}


def week():
    early, late = every_day(7), every_day(7, opens="14:00", closes="22:00")
    night = every_day(7, opens="22:00", closes="06:00")
    return placed(*early, *early, *late, *night)


@pytest.mark.parametrize("weeks", [1, 3])
def test_tours_cover_the_week_and_keep_their_rules_all_around(weeks):
    scenario = centre(contracts=TERMS, shifts={"under_cover": 20})
    made = ccsim.tours_for(scenario, week(), weeks, time_limit=8)
    assert made.missing.empty
    assert made.bound <= made.cost + 1e-6
    for (_, contract), days in made.patterns.groupby(["tour", "contract"]):
        assert len(days) == 7 * weeks
        assert days["people"].iloc[0] % weeks == 0
        worked = (days["start"] != "").tolist()
        assert days.groupby("week")["paid_hours"].sum().max() <= 2 * 35
        around = "".join("x" if one else "." for one in worked * 2)
        if contract == "half":
            assert (days["start"] != "22:00").all()
        else:
            assert "xxxxxx" not in around
            assert "x.x" not in around
        starts, ends = days["start"].tolist(), days["end"].tolist()
        for one, later in zip(ends, [*starts[1:], starts[0]], strict=True):
            assert not (one == "22:00" and later == "08:00")
            assert not (one == "06:00" and later in ("08:00", "14:00"))


def test_a_tour_counts_once_in_every_week_it_lasts():
    scenario = centre(contracts=TERMS, shifts={"under_cover": 20})
    made = ccsim.tours_for(scenario, week(), 2, time_limit=8)
    worked = made.patterns[made.patterns["start"] != ""]
    share = worked["people"] / 2
    there = share.groupby([worked["weekday"], worked["start"]]).sum()
    assert there.loc["mon", "08:00"] >= 2
    assert (there >= 1).all()
    assert len(there) == 21


def test_only_a_week_of_shifts_goes_round():
    with pytest.raises(OptionError, match="the horizon has 14 days"):
        ccsim.tours_for(centre(14), placed(*every_day(7)))
    with pytest.raises(OptionError, match="weeks=0"):
        ccsim.tours_for(centre(), placed(*every_day(7)), 0)
