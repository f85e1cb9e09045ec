"""`simulate` and its results: tables that add up, the same for any number of workers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ccsim.errors import OptionError
from ccsim.queueing import erlang
from ccsim.simulation import Results, simulate
from ccsim.simulation.engines import Engine
from ccsim.simulation.workers import Workers
from tests.conftest import made_scenario

BUSY = {
    "queues": {
        "calls": {
            "talk": {"exponential": {"mean": 180}},
            "wrap": 20,
            "patience": {"exponential": {"mean": 120}},
            "target": {"service_level": 0.8, "within": 20},
        }
    },
    "groups": {"team": {"skills": {"calls": 1}, "on_duty": 4}},
}


@pytest.fixture(scope="module")
def results() -> Results:
    return simulate(made_scenario(**BUSY), replications=6, workers=1, progress=False)


def test_kpis_are_indexed_by_queue_and_kpi_with_intervals(results: Results) -> None:
    kpis = results.kpis()
    assert list(kpis.columns) == ["mean", "low", "high"]
    assert kpis.index.names == ["queue", "kpi"]
    known = kpis.dropna()
    assert (known["low"] <= known["mean"]).all()
    assert (known["mean"] <= known["high"]).all()
    assert kpis.attrs == {
        "replications": 6,
        "service_level": "served_over_offered",
        "note": "fewer than 10 replications: intervals are rough",
    }


def test_kpis_of_contacts_are_what_the_legs_say(results: Results) -> None:
    legs = pd.concat([results.contacts(number) for number in range(6)])
    handled = legs[legs["state"] == "handled"]
    mean = results.kpis().loc["all", "mean"]
    assert mean["offered"] == pytest.approx(len(legs) / 6)
    assert mean["answer_rate"] == pytest.approx(len(handled) / len(legs))
    assert mean["service_level"] == pytest.approx((handled["wait"] <= 20).sum() / len(legs))
    assert mean["asa"] == pytest.approx(legs["wait"].mean())
    assert mean["asa_handled"] == pytest.approx(handled["wait"].mean())
    aht = (handled["wrap_end"] - handled["answered"]).dt.total_seconds().mean()
    assert mean["aht"] == pytest.approx(aht)
    longest = [results.contacts(number)["wait"].max() for number in range(6)]
    assert mean["longest_wait"] == pytest.approx(np.mean(longest))


def test_the_four_service_levels_are_ordered_as_their_definitions(results: Results) -> None:
    def level(definition: str) -> float:
        return results.kpis(definition=definition).loc[("all", "service_level"), "mean"]

    default, excluding = level("served_over_offered"), level("excluding_short_abandons")
    assert default <= excluding <= level("short_abandons_good")
    assert default <= level("served_over_served")


def test_intervals_add_up_to_the_whole_period(results: Results) -> None:
    intervals, mean = results.intervals(), results.kpis().loc["all", "mean"]
    for name in ("offered", "handled", "abandoned"):
        assert intervals[name].sum() == pytest.approx(mean[name])
    groups = results.intervals(by="group")
    assert (groups["at_work"] * 0.5).sum() == pytest.approx(mean["hours_at_work"], rel=1e-6)
    assert np.allclose(groups["busy"] + groups["idle"], groups["at_work"])


@pytest.mark.parametrize("by", ["queue", "segment", "channel"])
def test_every_breakdown_of_contacts_has_the_same_whole(results: Results, by: Any) -> None:
    whole = results.kpis().loc["all"]
    pd.testing.assert_frame_equal(results.kpis(by).loc["all"], whole)


def test_intervals_take_further_kpis_and_name_those_they_cannot(results: Results) -> None:
    table = results.intervals(kpis=("answer_rate", "aht"))
    assert table["answer_rate"].between(0, 1).all()
    with pytest.raises(OptionError, match="did you mean 'answer_rate'"):
        results.intervals(kpis=("answerrate",))
    with pytest.raises(OptionError, match="allowed: 'queue', 'segment', 'channel', 'group'"):
        results.intervals(by="site")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="'stage'"):
        results.kpis(by="site")  # type: ignore[arg-type]


def test_a_timeline_tells_the_story_of_one_contact(results: Results) -> None:
    told = results.timeline(0)
    assert told["event"].iloc[0] == "arrives"
    assert list(told.columns) == ["time", "event", "where", "who"]
    with pytest.raises(OptionError, match="no contact 99999"):
        results.timeline(99999)


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_workers_and_their_number_never_matter(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes: list[int] = []

    def shared(self: Workers, tasks: Any) -> Any:
        processes.append(self.processes)
        return really(self, tasks)

    really = Workers._on_processes
    monkeypatch.setattr(Workers, "_on_processes", shared)
    monkeypatch.setattr("ccsim.simulation.workers.WORTH_WORKERS", 0.0)
    runs = [
        simulate(
            made_scenario(**BUSY), replications=7, seed=3, engine=engine, workers=workers,
            progress=False,
        )
        for workers in (1, 2, 3)
    ]  # fmt: skip
    assert processes == [2, 3]
    for run in runs[1:]:
        pd.testing.assert_frame_equal(runs[0].kpis(), run.kpis(), check_exact=True)


def test_counting_a_window_leaves_out_the_start_up() -> None:
    scenario = made_scenario(**BUSY)
    whole, window = (
        simulate(scenario, replications=3, workers=1, progress=False, count=count)
        for count in (None, ("2h", "4h"))
    )
    assert window.kpis().loc[("all", "hours_at_work"), "mean"] == pytest.approx(8)
    entered = pd.concat([whole.contacts(number) for number in range(3)])["entered"]
    inside = entered.dt.hour.between(2, 3)
    assert window.kpis().loc[("all", "offered"), "mean"] == pytest.approx(inside.sum() / 3)


def test_days_meeting_the_target_are_counted_day_by_day() -> None:
    both = made_scenario(
        **(BUSY | {"horizon": {"start": made_scenario().horizon.start, "days": 2}})
    )
    starts = pd.date_range("2026-01-05", periods=96, freq="30min", tz="UTC")
    on_duty = [12 if start.day == 5 else 1 for start in starts]
    results = simulate(
        both,
        pd.DataFrame({"team": on_duty}, index=starts),
        replications=4,
        workers=1,
        progress=False,
    )
    assert results.kpis().loc[("calls", "days_meeting_target"), "mean"] == 0.5


def test_a_replication_looked_into_is_the_one_that_was_counted(results: Results) -> None:
    counted = results.tallies[2].contacts[0].sum()
    assert len(results.contacts(2)) == counted
    with pytest.raises(OptionError, match="replication 6 was not run"):
        results.contacts(6)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"replications": 0}, OptionError, "replications=0"),
        ({"replications": 2.5}, OptionError, r"replications=2\.5"),
        ({"seed": -1}, OptionError, "seed=-1"),
        ({"seed": 10**30}, OptionError, "seed=1000"),
        ({"workers": 0}, OptionError, "workers=0"),
        ({"engine": "fast"}, OptionError, "engine='fast'"),
        ({"count": ("4h", "2h")}, OptionError, "from before to"),
        ({"count": ("2h", "40h")}, OptionError, "within the horizon"),
        ({"count": ("soon", "2h")}, OptionError, "durations"),
    ],
)
def test_arguments_that_are_not_allowed_are_named(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        simulate(made_scenario(**BUSY), **arguments)


def test_without_a_target_no_day_is_said_to_meet_it() -> None:
    results = simulate(made_scenario(), replications=2, workers=1, progress=False)
    assert np.isnan(results.kpis().loc[("calls", "days_meeting_target"), "mean"])


def test_a_replication_is_near_erlang_a(results: Results) -> None:
    # No precision claimed here (that is tests/truth): only that units and rates are right.
    expected = erlang(60, 200, 4, patience=120).abandonment
    assert results.kpis().loc[("all", "abandonment"), "mean"] == pytest.approx(expected, abs=0.05)


def test_intervals_of_what_cannot_be_negative_stop_at_nought() -> None:
    # One call in a few days: the interval of the mean wait would reach far below nought.
    rare = made_scenario(demand={"rates": {"calls": 30}}, groups=BUSY["groups"])
    kpis = simulate(rare, {"team": 3}, replications=3, workers=1, progress=False).kpis().dropna()
    assert (kpis["low"] >= 0).all()


def test_printed_results_show_shares_as_percent_and_waits_in_seconds(results: Results) -> None:
    text = repr(results)
    assert "6 replications" in text
    assert text.count("%") >= 12
    assert " s  [" in text


def test_printed_results_of_one_replication_say_that_there_are_no_intervals() -> None:
    text = repr(simulate(made_scenario(**BUSY), replications=1, workers=1, progress=False))
    assert text.startswith("Results of one replication\n")
    assert text.endswith("one replication: no intervals")
    assert "nan" not in text
    assert "[" not in text
    assert text.count("%") == 4


@pytest.mark.parametrize("replications", [1, 3])
def test_printed_results_without_contacts_say_so(replications: int) -> None:
    nobody = made_scenario(demand={"rates": {"calls": 0}})
    made = simulate(nobody, {"team": 2}, replications=replications, workers=1, progress=False)
    lines = {line.split()[0]: line for line in repr(made).splitlines()}
    assert "nan" not in repr(made)
    assert lines["service_level"].split(maxsplit=1)[1] == "no contacts"
    assert lines["asa"].endswith("no contacts")
    assert lines["offered"].split()[1] == "0"
    with pytest.raises(OptionError, match="plot: no contacts at all"):
        made.plot()


def test_printed_results_without_agents_say_so() -> None:
    made = simulate(made_scenario(**BUSY), {"team": 0}, replications=2, workers=1, progress=False)
    assert "occupancy      nobody at work" in repr(made)
    assert "nan" not in repr(made)


def test_a_plot_shows_the_targets_of_the_scenario(results: Results) -> None:
    figure = results.plot()
    assert "on target in" in figure.layout.title.text
    assert figure.layout.annotations[0].text == "<b>calls</b>  Service level (target 80%)"
