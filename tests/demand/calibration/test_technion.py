"""The Technion's bank: `calibrate` finds what shared/reference/technion.md states of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ccsim
from ccsim.demand.calibration.technion import read_technion
from ccsim.errors import HistoryError
from tests.demand.calibration.made import bank, needs_the_bank

# n, mean, sd, quartiles, p90, p99, share under 10 s, mu and sigma of the others; to the last digit.
TALK = {
    "all": (105_158, 189.7, 266.8, 58, 114, 228, 432, 1144, 0.061, 4.841, 0.956),
    "PS": (75_130, 194.9, 231.4, 68, 124, 236, 432, 1089, 0.043, 4.913, 0.884),
    "NW": (14_869, 108.9, 153.6, 34, 62, 123, 244, 734, 0.065, 4.287, 0.920),
    "NE": (9_308, 301.8, 363.3, 84, 184, 379, 706, 1782, 0.060, 5.282, 1.017),
    "IN": (785, 293.5, 354.7, 79, 179, 372, 693, 1777, 0.045, 5.231, 1.013),
}
TALK_COLUMNS = (
    "n",
    "mean",
    "sd",
    "q25",
    "median",
    "q75",
    "p90",
    "p99",
    "short_share",
    "mu",
    "sigma",
)
TALK_DIGITS = (0.5, 0.05, 0.1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.0005, 0.0005, 0.001)

# waited, abandoned, S(30), S(60), S(120), S(300), S(600), median, exponential mean.
PATIENCE = {
    "all": (83_492, 21_252, 0.8988, 0.8178, 0.7086, 0.5203, 0.3829, 330, 382),
    "PS": (56_568, 11_544, 0.9119, 0.8362, 0.7373, 0.5999, 0.5189, 668, 442),
    "NW": (16_753, 7_746, 0.8310, 0.7178, 0.5720, 0.3148, 0.1947, 166, 232),
    "NE": (7_294, 1_044, 0.9569, 0.9165, 0.8607, 0.7278, 0.4593, 586, 849),
    "IN": (1_050, 492, 0.9166, 0.8281, 0.7155, 0.4859, 0.2576, 290, 396),
}
PATIENCE_COLUMNS = (
    "waited", "abandoned", "s30", "s60", "s120", "s300", "s600", "median", "exponential_mean",
)  # fmt: skip
PATIENCE_DIGITS = (0.5, 0.5, *5 * (0.00005,), 0.5, 0.5)


@pytest.fixture(scope="module")
def found() -> ccsim.Calibration:
    return bank()[1]


@needs_the_bank
@pytest.mark.parametrize("queue", TALK)
def test_talk_is_as_published(found: ccsim.Calibration, queue: str) -> None:
    row = found.talk.summary.loc[queue]
    for column, told, digit in zip(TALK_COLUMNS, TALK[queue], TALK_DIGITS, strict=True):
        # Half a unit of the last digit, and a hair for how quantiles are interpolated.
        assert row[column] == pytest.approx(told, abs=1.001 * digit), column


@needs_the_bank
@pytest.mark.parametrize("queue", PATIENCE)
def test_patience_is_as_published(found: ccsim.Calibration, queue: str) -> None:
    row = found.patience.summary.loc[queue]
    for column, told, digit in zip(PATIENCE_COLUMNS, PATIENCE[queue], PATIENCE_DIGITS, strict=True):
        assert row[column] == pytest.approx(told, abs=1.001 * digit), column


@needs_the_bank
def test_phantoms_are_left_out_and_62_percent_of_the_others_wait(found: ccsim.Calibration) -> None:
    row = found.patience.summary.loc["all"]
    assert "1,230 phantoms left out" in found.source
    assert row["contacts"] == 135_777 - 1_230
    assert row["waited_of_contacts"] == pytest.approx(0.62, abs=0.005)


@needs_the_bank
@pytest.mark.parametrize("queue", ["all", "PS", "NW", "NE", "IN"])
def test_the_lognormal_is_far_better_than_gamma_or_exponential(
    found: ccsim.Calibration, queue: str
) -> None:
    fits = found.talk.fits.loc[queue]
    assert fits.index[0] == "lognormal"
    assert (fits.loc[["gamma", "exponential"], "aic"] - fits["aic"].iloc[0]).min() > 50
    assert fits["distance"].iloc[0] < 0.5 * fits.loc[["gamma", "exponential"], "distance"].min()


@needs_the_bank
@pytest.mark.parametrize("queue", ["PS", "NW"])
def test_patience_of_the_regular_types_is_lognormal_or_a_weibull_of_shape_0_83(
    found: ccsim.Calibration, queue: str
) -> None:
    fits = found.patience.fits.loc[queue]
    assert fits.loc["weibull", "distribution"].shape == pytest.approx(0.83, abs=0.02)
    assert (
        fits.loc["lognormal", "aic"] < fits.loc["weibull", "aic"] < fits.loc["exponential", "aic"]
    )


@needs_the_bank
def test_peaks_stand_near_15_and_60_s_and_the_timer_of_new_customers_at_170_to_175(
    found: ccsim.Calibration,
) -> None:
    peaks = found.patience.peaks.set_index("queue")
    regular = peaks.loc["PS"]
    for near in (15, 60):
        assert ((regular["start"] < near) & (regular["end"] >= near)).any()
    timers = peaks.loc[["NW"]].query("kind == 'timer'")
    assert (170.0, 175.0) in set(zip(timers["start"], timers["end"], strict=True))
    assert not (regular["kind"] == "timer").any()


@needs_the_bank
def test_a_few_agents_make_much_of_the_short_calls(found: ccsim.Calibration) -> None:
    agents = found.short_calls.loc["agent"]
    out = agents[agents["stands_out"]]
    assert len(out) == 3
    assert out["short"].sum() > 0.4 * agents["short"].sum()


@needs_the_bank
def test_the_steps_of_every_queue_keep_within_a_hundredth_of_kaplan_meier(
    found: ccsim.Calibration,
) -> None:
    assert found.patience.summary["distance"].max() <= 0.01


@needs_the_bank
def test_it_says_what_the_log_does_not_tell(found: ccsim.Calibration) -> None:
    told = found.summary()
    assert "Retrials: not in this log (no column customer)" in told
    assert "containment is not in this log" in told
    assert "shrinkage: not in this log" in told


@needs_the_bank
def test_the_bank_as_a_scenario_loads(found: ccsim.Calibration, tmp_path: Path) -> None:
    found.to_yaml(tmp_path / "bank.yaml")
    bank = ccsim.load(tmp_path / "bank.yaml")
    assert set(bank.queues) == {"PS", "NW", "NE", "IN", "TT", "PE"}
    at = np.array([30.0, 60, 120, 300, 600])
    published = np.array(PATIENCE["NW"][2:7])
    assert np.abs(bank.queues["NW"].patience.sf(at) - published).max() <= 0.0101
    assert bank.queues["PS"].talk.mean == pytest.approx(194.396, abs=0.01)


def rows(**changed: object) -> pd.DataFrame:
    plain = {
        "date": "1999-01-03", "vru_entry": "9:00:00", "vru_time": 10, "type": "PS", "priority": 0,
        "q_start": "9:00:10", "q_time": 30, "outcome": "AGENT", "ser_time": 60, "server_id": 5,
    }  # fmt: skip
    return pd.DataFrame([plain | changed])


def only(**changed: object) -> pd.Series:
    return read_technion(rows(**changed)).table.iloc[0]


def test_a_row_adds_up_to_times_on_the_bank_s_clock() -> None:
    call = only()
    assert call["arrived"] == pd.Timestamp("1999-01-03 09:00:10", tz="Asia/Jerusalem")
    assert (call["answered"] - call["arrived"]).total_seconds() == 30
    assert (call["ended"] - call["answered"]).total_seconds() == 60
    assert (call["outcome"], call["segment"], call["ivr"]) == ("handled", "ordinary", 10)
    assert only(priority=2)["segment"] == "high"


def test_who_never_queued_was_lost_in_the_menu_and_who_left_the_queue_at_once_abandoned() -> None:
    gone = {"outcome": "HANG", "q_time": 0, "ser_time": 0, "server_id": -1}
    assert only(**gone, q_start="0:00:00")["outcome"] == "ivr_lost"
    assert only(**gone, q_start="9:00:10")["outcome"] == "abandoned"


def test_a_time_in_the_menu_below_nought_was_not_measured() -> None:
    call = only(vru_time=-337)
    assert np.isnan(call["ivr"])
    assert call["arrived"] == pd.Timestamp("1999-01-03 09:00", tz="Asia/Jerusalem")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"outcome": "LOST"}, "column 'outcome': found 'LOST'; allowed: AGENT, HANG"),
        ({"priority": 7}, "column 'priority': found .*7.*; allowed: 0, 1, 2"),
    ],
)
def test_what_is_not_known_is_refused(changed: dict[str, object], words: str) -> None:
    with pytest.raises(HistoryError, match=words):
        read_technion(rows(**changed))


def test_another_file_is_refused() -> None:
    with pytest.raises(HistoryError, match="column 'vru_time' is missing"):
        read_technion(rows().drop(columns="vru_time"))
