"""Comparing on common customers, stopping when precise, and stories of single contacts."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from ccsim.errors import OptionError
from ccsim.simulation.compare import compare, difference_of
from ccsim.simulation.estimate import half_width, jackknife, linear_ratio
from ccsim.simulation.records import WAIT_ANNOUNCED
from ccsim.simulation.results import Results
from ccsim.simulation.stopping import until_precise
from ccsim.simulation.tally import Tally, tally
from ccsim.simulation.timeline import story, trace_of
from tests.conftest import made_scenario
from tests.simulation.made_legs import (
    call,
    centre_with,
    gone,
    leg,
    legs_of,
    results_with,
    spans_of,
)

CENTRE = centre_with()


def day(number: int, faster: float = 0.0) -> Tally:
    """A replication of some calls, of which those with short waits are served in time."""
    random = np.random.default_rng(number)
    waits = np.maximum(random.exponential(15, random.poisson(40)) - faster, 0)
    rows = [call(60, round(wait, 3), 30) for wait in waits]
    return tally(CENTRE, legs_of(*rows, gone(10, 3)), spans_of((0, 0, "logged_in", 0, 3600)))


def results(replications: int, faster: float = 0.0) -> Results:
    return results_with(CENTRE, tuple(day(number, faster) for number in range(replications)))


def test_the_same_compared_with_itself_differs_by_exactly_nought() -> None:
    table = difference_of(results(5), results(5))
    known = table.dropna()
    assert (known[["difference", "low", "high"]].to_numpy() == 0).all()
    assert np.allclose(known["correlation"], 1)
    assert list(table.columns) == ["a", "b", "difference", "low", "high", "correlation"]


def test_a_comparison_shows_both_sides_and_is_narrower_for_being_paired() -> None:
    a, b = results(20), results(20, faster=5)
    row = difference_of(a, b).loc[("all", "service_level")]
    assert row["a"] == pytest.approx(a.kpis().loc[("all", "service_level"), "mean"])
    assert row["difference"] == pytest.approx(row["b"] - row["a"])
    assert row["low"] > 0
    alone = [one.kpis().loc[("all", "service_level")] for one in (a, b)]
    apart = np.sqrt(sum((one["high"] - one["mean"]) ** 2 for one in alone))
    assert row["correlation"] > 0.3
    assert row["high"] - row["difference"] < apart


def test_shares_differ_by_one_at_most() -> None:
    table = difference_of(results(4), results(4, faster=60))
    assert table.loc[("all", "days_meeting_target"), "high"] <= 1
    assert table.loc[("all", "asa"), "low"] < -1


@pytest.mark.parametrize("case", range(310, 314))
def test_the_variance_of_a_difference_of_ratios_is_that_found_by_brute_force(case: int) -> None:
    random = np.random.default_rng(case)
    found, said = [], []
    for _ in range(1500):
        counted = random.poisson(80, 25).astype(float)
        luck = random.beta(8, 2, 25)
        good = [random.binomial(counted.astype(int), luck * part) for part in (0.8, 0.9)]
        a, b = (linear_ratio(one.astype(float), counted) for one in good)
        found.append(float(b.mean - a.mean))
        said.append(float(((b.influence - a.influence) ** 2).sum() / 24 / 25))
    # Of 1,500 differences the variance is known to within 3.7 % (one standard error).
    assert abs(np.mean(said) / np.var(found) - 1) < 3.5 * np.sqrt(2 / 1500)


def test_a_jackknife_of_a_mean_is_the_mean() -> None:
    values = np.array([1.0, 4.0, 2.0, 9.0])
    one = jackknife(values.mean(), (values.sum() - values) / 3)
    assert one.influence == pytest.approx(values - values.mean())
    assert float(half_width(one.influence)) > 0


def test_different_horizons_and_unknown_kpis_are_refused() -> None:
    longer = made_scenario(horizon={"start": dt.date(2026, 1, 5), "days": 2})
    with pytest.raises(OptionError, match=r"horizon\.days is 1 in the first"):
        compare(made_scenario(), longer)
    with pytest.raises(OptionError, match="did you mean 'service_level'"):
        difference_of(results(3), results(3), kpis=["servicelevel"])
    with pytest.raises(OptionError, match="same seed"):
        difference_of(results(3), results(4))


def until(half_width: dict[object, float], most: int = 10_000) -> tuple[Results, list[range]]:
    asked: list[range] = []

    def more(numbers: range) -> list[Tally]:
        asked.append(numbers)
        return [day(number) for number in numbers]

    made = until_precise(
        more,
        lambda tallies: results_with(CENTRE, tallies),
        half_width,  # type: ignore[arg-type]
        most=most,
    )
    return made, asked


def test_replications_are_added_until_as_precise_as_asked() -> None:
    made, asked = until({"service_level": 0.02, ("calls", "asa"): 1.0})
    kpis = made.kpis()
    assert (
        kpis.loc[("all", "service_level"), "high"] - kpis.loc[("all", "service_level"), "mean"]
        <= 0.02
    )
    numbers = [number for batch in asked for number in batch]
    assert numbers == list(range(made.replications))
    assert made.stopping.startswith(f"{made.replications} replications were enough")
    assert made.stopping in repr(made)
    pd.testing.assert_frame_equal(kpis, results(made.replications).kpis())


def test_it_says_when_the_most_was_not_enough() -> None:
    made, _ = until({"service_level": 0.0001}, most=15)
    assert made.replications == 15
    assert "were not enough: service_level" in made.stopping


def test_one_replication_at_most_has_no_interval_to_be_precise_by() -> None:
    made, _ = until({"service_level": 0.1}, most=1)
    assert made.stopping == (
        "one replication, the most allowed, was not enough: service_level without interval, "
        "not ±0.1"
    )


@pytest.mark.parametrize(
    ("half_width", "message"),
    [
        ({"servicelevel": 0.1}, "did you mean 'service_level'"),
        ({("cals", "asa"): 0.1}, "unknown queue 'cals'; did you mean 'calls'"),
        ({("calls", "asa", "x"): 0.1}, "a pair of queue and KPI"),
        ({"service_level": 0}, "above nought"),
        ({}, "a mapping such as"),
    ],
)
def test_half_widths_that_cannot_be_are_named(
    half_width: dict[object, float], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        until(half_width)


def test_small_samples_say_so() -> None:
    assert "fewer than 10" in results(3).kpis().attrs["note"]
    assert "fewer than 10" in repr(results(3))
    assert "note" not in results(10).kpis().attrs
    alone = results(1).kpis()
    assert alone[["low", "high"]].isna().all(axis=None)


STORY = legs_of(
    gone(60, 30, arrived=10, contact=3, flags=WAIT_ANNOUNCED),
    call(700, 5, 60, 10, contact=3, attempt=2, cause="retry"),
    leg(kind="ticket", contact=3, attempt=2, arrived=765, entered=800, ended=900),
)


def test_a_story_is_told_in_order_of_time() -> None:
    from dataclasses import replace

    from ccsim.simulation.rules import StageRules

    centre = replace(CENTRE, stages=(StageRules("store", 1, 0, ()),))
    told = story(centre, STORY, ["Ann"])
    assert told["event"].tolist() == [
        "arrives",
        "asks for a person",
        "hears the expected wait",
        "hangs up",
        "tries again",
        "asks for a person",
        "is answered",
        "talk ends",
        "ticket opened",
        "wrap-up ends",
        "ticket reaches the back office",
        "ticket done",
    ]
    assert told["time"].is_monotonic_increasing
    assert told.loc[6, "who"] == "Ann"
    assert told["where"].iloc[-1] == "store"


def test_a_trace_has_the_agents_too_and_has_to_be_asked_for() -> None:
    spans = spans_of((0, 0, "logged_in", 0, 600), (0, 0, "break", 600, 700))
    legs = STORY.where(STORY.kind == 0)
    told = trace_of(CENTRE, legs, spans, ["Ann"])
    agents = told[told["contact"] < 0]
    assert agents["event"].tolist() == ["is at work", "takes a break", "leaves"]
    with pytest.raises(OptionError, match="trace=True"):
        _ = results(2).trace
