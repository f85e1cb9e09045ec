"""The menu and coming back: counted where the log tells, and said where it does not."""

from __future__ import annotations

import pandas as pd
import pytest

import ccsim
from ccsim.demand import read_calls
from ccsim.demand.calibration.measured import measured
from ccsim.demand.calibration.menu import menu_of
from ccsim.demand.calibration.retrials import retrials_of
from tests.demand.calibration.made import rows, simulated_log


def frame(*calls, **columns) -> pd.DataFrame:
    return measured(read_calls(rows(*calls).assign(**columns), timezone="UTC"))


MENU = (
    ("calls", "", 20, None, 20, "contained"),
    ("calls", "", 15, None, 15, "ivr_lost"),
    ("calls", "ann", 40, 40, 90, "handled"),
    ("calls", "ann", 95, 95, 190, "handled"),
)


def test_the_menu_s_ends_and_times_are_told_apart() -> None:
    row = menu_of(frame(*MENU, ivr=[20.0, 5.0, 10.0, 14.0])).loc["calls"]
    assert (row["entered"], row["contained"], row["ivr_lost"]) == (4, 1, 1)
    assert (row["containment"], row["lost_share"]) == (0.25, 0.25)
    assert (row["mean"], row["mean_contained"], row["mean_lost"]) == (12, 20, 5)
    assert row["containment_low"] < 0.25 < row["containment_high"]


def test_who_ends_in_the_menu_neither_asked_nor_waited() -> None:
    own = frame(*MENU)
    assert own["asked"].sum() == 2
    assert own.loc[~own["asked"], "wait"].isna().all()


def test_a_log_without_a_menu_has_none() -> None:
    assert menu_of(frame(*MENU[2:])).empty


def test_containment_and_hanging_up_come_back_when_the_scenario_is_simulated() -> None:
    table = simulated_log().table.copy()
    # One in five of those who enter is contained, one in ten hangs up: as rows of their own.
    base = table.iloc[::7]
    asked = table.assign(ivr=12.0)
    ends = pd.concat(
        [
            base.assign(outcome="contained", ivr=30.0, contact=base["contact"] + "c"),
            base.iloc[::2].assign(outcome="ivr_lost", ivr=4.0, contact=base["contact"][::2] + "l"),
        ]
    ).assign(answered=pd.NaT, agent=None)
    ends["ended"] = ends["arrived"]
    everybody = pd.concat([asked, ends], ignore_index=True)
    found = ccsim.calibrate(read_calls(everybody, timezone="UTC"))
    told = found.menu.loc["calls"]
    scenario = found.scenario()
    kpis = ccsim.simulate(scenario, {"team_1": 20}, replications=2, progress=False).kpis()
    mean = kpis["mean"].loc["all"]
    assert mean["contained"] / mean["entered"] == pytest.approx(told["containment"], abs=0.01)
    assert mean["ivr_lost"] / mean["entered"] == pytest.approx(told["lost_share"], abs=0.01)


CAME_BACK = (
    ("calls", "", 0, None, 60, "abandoned"),
    ("calls", "ann", 360, 400, 500, "handled"),  # the same customer, 300 s later
    ("calls", "", 100, None, 130, "abandoned"),  # never again
    ("calls", "ann", 600, 600, 700, "handled"),
    ("calls", "ann", 1000, 1000, 1100, "handled"),  # was handled before
    ("calls", "ann", 9000, 9000, 9100, "handled"),
)


def test_a_retry_is_the_next_contact_of_who_was_not_served() -> None:
    own = frame(*CAME_BACK, customer=["a", "a", "b", "c", "c", "d"])
    row = retrials_of(own, 3600).loc["calls"]
    assert (row["unserved"], row["retries"], row["share"]) == (2, 1, 0.5)
    assert row["mean_after"] == 300
    # Of three handled contacts early enough to be followed one came again.
    assert row["after_handled"] == pytest.approx(1 / 3)
    assert row["excess"] == pytest.approx(0.5 - 1 / 3)


def test_customers_are_kept_as_hashes() -> None:
    own = frame(*CAME_BACK, customer=["a", "a", "b", "c", "c", "d"])
    assert own["customer"].nunique() == 4
    assert not set(own["customer"]) & set("abcd")


def test_without_customers_retrials_are_not_in_the_log() -> None:
    assert retrials_of(frame(*CAME_BACK), 3600).empty
