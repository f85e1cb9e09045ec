from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from ccsim.demand import Adjustment, Forecast, backtest, forecast, read_history
from ccsim.errors import HistoryError, OptionError

from .made import counted, expected_rates

PARIS = "Europe/Paris"


@pytest.fixture(scope="module")
def made() -> Forecast:
    rows = counted(expected_rates(56), 1, day_sd=0.05)
    return forecast(read_history(rows, timezone=PARIS), days=7, model="multiplicative")


def on(made: Forecast, day: str) -> float:
    return float(made.mean.loc[day, "calls"].sum())


def test_a_factor_moves_mean_band_and_draws_of_its_days_only(made: Forecast) -> None:
    changed = made.adjust("2026-03-03", "calls", 1.5, "second mailing", by="Ada")
    assert on(changed, "2026-03-03") == pytest.approx(1.5 * on(made, "2026-03-03"))
    assert on(changed, "2026-03-04") == on(made, "2026-03-04")
    ratio = (
        changed.quantile(0.9).loc["2026-03-03"].sum() / made.quantile(0.9).loc["2026-03-03"].sum()
    )
    assert ratio.item() == pytest.approx(1.5, rel=0.02)
    draws = changed.sample(3, seed=1).sum(), made.sample(3, seed=1).sum()
    assert draws[0] > draws[1]


def test_the_original_and_every_version_stay_at_hand(made: Forecast) -> None:
    changed = made.adjust("2026-03-03", "calls", 1.5, "mailing").adjust(
        ["2026-03-04", "2026-03-05"], "calls", value=1000, reason="agreed with the bank"
    )
    assert changed.original is made
    assert len(changed.versions) == 3
    assert on(changed, "2026-03-05") == pytest.approx(1000)
    days = changed.compare(made).set_index("date")["difference"]
    assert days[pd.Timestamp("2026-03-02")] == 0
    assert days[pd.Timestamp("2026-03-03")] == pytest.approx(0.5 * on(made, "2026-03-03"))
    assert "adjusted by planner: calls on 2026-03-03 × 1.5 (mailing)" in changed.summary()


def test_what_an_adjustment_was_worth_is_told_once_the_counts_are_in(made: Forecast) -> None:
    truth = made.mean * 1.0
    truth.loc["2026-03-03"] *= 1.4
    came = truth.stack().rename("offered").reset_index()
    good = made.adjust("2026-03-03", "calls", 1.5, "mailing")
    both = good.adjust("2026-03-04", "calls", 1.2, "a hunch")
    table = both.value_added(came).set_index("reason")
    assert table.loc["mailing", "value_added"] == pytest.approx(0.3 * on(made, "2026-03-03"))
    assert table.loc["a hunch", "value_added"] == pytest.approx(-0.2 * on(made, "2026-03-04"))


def test_the_backtest_scores_models_with_and_without_adjustments() -> None:
    rates = expected_rates(70)
    rates[rates.index.strftime("%Y-%m-%d") == "2026-03-11"] *= 1.5
    history = read_history(counted(rates, 2), timezone=PARIS)
    known = Adjustment((dt.date(2026, 3, 11),), "calls", 1.5, "price change")
    league = backtest(history, origins=1, models=["multiplicative"], adjustments=[known]).set_index(
        "model"
    )
    assert league.loc["multiplicative + adjustments", "WAPE"] < league.loc["multiplicative", "WAPE"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"queue": "cals"}, "did you mean 'calls'"),
        ({"dates": "2026-05-01"}, "not an open day of the forecast"),
        ({"dates": "soon"}, "not a date"),
        ({"reason": " "}, "no reason"),
        ({"value": 10.0}, "either factor= or value="),
        ({"factor": -1.0}, "0 or more"),
    ],
)
def test_a_change_that_says_nothing_possible_is_refused(
    made: Forecast, settings: dict, message: str
) -> None:
    given = {"dates": "2026-03-03", "queue": "calls", "factor": 1.2, "reason": "x"} | settings
    with pytest.raises(OptionError, match=message):
        made.adjust(**given)


def test_a_workbook_comes_back_as_adjustments(made: Forecast, tmp_path: Path) -> None:
    path = made.to_excel(tmp_path / "forecast.xlsx")
    assert made.from_excel(path).mean.equals(made.mean)
    book = openpyxl.load_workbook(path)
    sheet = book["days"]
    header = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(3, header["calls"]).value = 3000
    book.save(path)
    with pytest.raises(OptionError, match="row 3: the total of 'calls' was changed to 3000"):
        made.from_excel(path)
    sheet.cell(3, header["reason"]).value = "street party"
    book.save(path)
    changed = made.from_excel(path, by="Ada")
    assert on(changed, "2026-03-03") == pytest.approx(3000)
    assert changed.adjustments[0].by == "Ada"


def test_another_workbook_is_refused(made: Forecast, tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="no such file"):
        made.from_excel(tmp_path / "none.xlsx")
    pd.DataFrame({"date": ["2026-03-03"], "reason": [""]}).to_excel(
        tmp_path / "other.xlsx", sheet_name="days", index=False
    )
    with pytest.raises(HistoryError, match="lacks calls"):
        made.from_excel(tmp_path / "other.xlsx")
