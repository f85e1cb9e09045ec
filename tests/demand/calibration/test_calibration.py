"""The whole of a calibration: its scenario, its words, its pictures, what it refuses."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import ccsim
from ccsim.demand import read_calls
from ccsim.demand.calibration.fragment import spec_of
from ccsim.distributions import (
    Constant,
    Empirical,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    PiecewiseHazard,
    Weibull,
    from_spec,
)
from ccsim.errors import OptionError
from ccsim.text import labels
from tests.demand.calibration.made import rows, simulated_log

PICTURES = ("talk", "talk_quantiles", "patience", "hazard", "hours", "on_duty")


@pytest.fixture(scope="module")
def found() -> ccsim.Calibration:
    return ccsim.calibrate(simulated_log())


@pytest.fixture(scope="module")
def written(found: ccsim.Calibration, tmp_path_factory: pytest.TempPathFactory):
    file = tmp_path_factory.mktemp("calibrated") / "centre.yaml"
    text = found.to_yaml(file, name="The centre again")
    return file, text


def test_what_is_written_loads_and_is_what_was_found(found: ccsim.Calibration, written) -> None:
    file, text = written
    assert file.read_text(encoding="utf-8") == text
    scenario = ccsim.load(file)
    queue = scenario.queues["calls"]
    assert scenario.name == "The centre again"
    assert queue.talk.mean == pytest.approx(found.talk.chosen["calls"].mean, rel=1e-5)
    assert queue.wrap.mean == pytest.approx(found.wrap["calls"].mean, rel=1e-4)
    at = np.linspace(0, 300, 31)
    assert queue.patience.sf(at) == pytest.approx(found.patience.chosen["calls"].sf(at), abs=1e-4)


def test_every_value_says_where_it_comes_from(written) -> None:
    sources = ccsim.load(written[0]).sources
    for field in ("demand.rates", "queues.calls.talk", "queues.calls.patience"):
        assert sources[field].quality == "A"
    assert "inferred" in sources["queues.calls.wrap"].source
    assert sources["queues.calls.wrap"].quality == "assumption"


def test_the_scenario_of_a_typical_week_has_the_log_s_contacts_and_simulates(
    found: ccsim.Calibration, written
) -> None:
    scenario = ccsim.load(written[0])
    # Rates are of all contacts, retries included; the log has none.
    kpis = ccsim.simulate(scenario, replications=2, progress=False).kpis()["mean"].loc["all"]
    weekly = len(found.contacts) / 3
    assert kpis["offered"] == pytest.approx(weekly, rel=3.5 / (2 * weekly) ** 0.5 + 0.01)


def test_on_duty_by_hour_is_what_the_log_shows(written) -> None:
    team = ccsim.load(written[0]).groups["team_1"]
    by_hour = {int(clock // 3600): number for clock, number in team.on_duty}
    assert by_hour == {0: 0, 8: 9, 14: 0}


@pytest.mark.parametrize(
    "distribution",
    [
        Constant(30.25),
        Exponential(123.456789),
        Lognormal(189.7, 1.2),
        Gamma(180, 0.7),
        Weibull(0.83, 249.07),
        Hyperexponential((60.123456, 600.1), (0.7123456789, 0.2876543211)),
        Empirical((0.0, 10.5, 40.25)),
        PiecewiseHazard((0.0, 25.0), (0.0012345678, 1.2e-05)),
    ],
)
def test_a_distribution_is_written_as_a_scenario_reads_it(distribution) -> None:
    again = from_spec(spec_of(distribution))
    assert again.mean == pytest.approx(distribution.mean, rel=1e-5)
    assert type(again) is type(distribution)


def test_short_calls_do_not_move_the_mean_that_is_written() -> None:
    table = simulated_log().table.copy()
    handled = table.index[table["outcome"] == "handled"][::10]
    table.loc[handled, "ended"] = table.loc[handled, "answered"] + pd.Timedelta(seconds=3)
    found = ccsim.calibrate(read_calls(table, timezone="UTC"))
    truth = found.contacts["talk"].mean()
    assert found.talk.summary.loc["calls", "short_share"] > 0.09
    assert found.talk.chosen["calls"].mean == pytest.approx(truth, rel=1e-9)
    assert found.talk.fits.loc["calls"].index[0] == "lognormal"


def test_logged_after_call_work_is_taken_as_it_is() -> None:
    table = simulated_log().table
    wrap = pd.Series(np.where(table["outcome"] == "handled", 25.0, np.nan), table.index)
    found = ccsim.calibrate(read_calls(table.assign(wrap=wrap), timezone="UTC"))
    assert found.wrap_logged
    assert found.wrap["calls"].mean == pytest.approx(25)


def test_the_summary_says_what_matters_and_what_the_log_does_not_tell(
    found: ccsim.Calibration,
) -> None:
    told = found.summary()
    assert "by agent: does not matter" in told
    assert "Menu: times and containment are not in this log" in told
    assert repr(found) == told


def test_a_small_log_is_calibrated_as_far_as_it_goes() -> None:
    found = ccsim.calibrate(
        read_calls(
            rows(
                ("calls", "ann", 0, 0, 100, "handled"),
                ("calls", "", 50, None, 80, "abandoned"),
                ("calls", "ann", 200, 200, 290, "handled"),
                ("rare", "", 400, None, 430, "abandoned"),
            ),
            timezone="UTC",
        )
    )
    assert found.patience.chosen == {}
    scenario = found.scenario()
    assert scenario.queues["calls"].talk.mean == pytest.approx(95)
    # Nobody of the rare queue was handled: its talk is an assumption, and says so.
    assert scenario.sources["queues.rare.talk"].quality == "assumption"
    assert "too few weeks" in found.summary()


def test_a_log_without_agents_is_one_group_not_yet_staffed() -> None:
    table = simulated_log().table.drop(columns="agent")
    found = ccsim.calibrate(read_calls(table, timezone="UTC"))
    assert found.scenario().groups["agents"].on_duty is None
    assert "People: not in this log" in found.summary()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("what", PICTURES)
def test_every_picture_is_drawn_in_both_languages(
    found: ccsim.Calibration, what: str, language: str
) -> None:
    figure = found.plot(what, "calls", labels(language))
    assert len(figure.data) > 0
    assert "{" not in figure.layout.title.text


@pytest.mark.parametrize(
    ("what", "queue", "words"),
    [
        ("talks", "all", "plot: 'talks'; allowed: talk, .*did you mean 'talk'"),
        ("talk", "call", "plot: queue 'call'; allowed: all, calls; did you mean 'calls'"),
    ],
)
def test_an_unknown_picture_is_refused(
    found: ccsim.Calibration, what: str, queue: str, words: str
) -> None:
    with pytest.raises(OptionError, match=words):
        found.plot(what, queue)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"short": -1}, "calibrate: short is -1; allowed: a number at least 0"),
        ({"within": 0}, "calibrate: within is 0; allowed"),
        ({"longest_gap": "1h"}, "calibrate: longest_gap is '1h'; allowed"),
        ({"interval": "7min"}, "interval 7 min is not allowed"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        ccsim.calibrate(simulated_log(), **options)


def test_a_log_without_a_talk_is_refused() -> None:
    lost = read_calls(rows(("calls", "", 0, None, 60, "abandoned")), timezone="UTC")
    with pytest.raises(OptionError, match="nobody in table was handled"):
        ccsim.calibrate(lost)
    menu = read_calls(rows(("calls", "", 0, None, 0, "contained")), timezone="UTC")
    with pytest.raises(OptionError, match="has no contact that was handled or abandoned"):
        ccsim.calibrate(menu)


def test_a_name_that_no_scenario_allows_is_refused_before_it_is_written() -> None:
    table = simulated_log().table.head(3000).assign(queue="New York")
    found = ccsim.calibrate(read_calls(table, timezone="UTC"))
    with pytest.raises(OptionError, match="queue 'New York' of table; a scenario's names"):
        found.to_yaml()


def test_importing_ccsim_s_demand_stays_light() -> None:
    heavy = ("scipy.stats", "statsmodels", "plotly", "scipy.optimize")
    code = f"import ccsim, sys; ccsim.calibrate; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
