"""What the pictures of histories and forecasts are given to draw."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from ccsim.demand import Event, Forecast, History, forecast, read_history
from ccsim.demand.clock import local_dates
from ccsim.demand.marks import day_marks, history_marks
from ccsim.errors import OptionError
from ccsim.text import labels
from tests.demand.made import counted, expected_rates

EASTER_MONDAY = pd.Timestamp("2026-04-06")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Fourteen weeks without Easter Monday, and with one day lost."""
    table = counted(expected_rates(100, step=60), seed=3)
    dates = table["start"].dt.strftime("%m-%d")
    path = tmp_path_factory.mktemp("plots") / "calls.csv"
    table[~dates.isin(["04-06", "03-18"])].to_csv(path, index=False)
    return read_history(path, timezone="Europe/Paris")


@pytest.fixture(scope="module")
def made(history: History) -> Forecast:
    sale = Event("sale", (dt.date(2026, 4, 22),), 1.3)
    return forecast(history, days=14, model="multiplicative", calendar="FR", events=[sale])


def groups(figure: object) -> set[str]:
    return {trace.legendgroup for trace in figure.data}  # type: ignore[attr-defined]


def test_a_closed_holiday_is_marked_as_that_and_not_as_missing(history: History) -> None:
    marks = history_marks(history, calendar="FR").set_index("date")
    assert marks.loc[EASTER_MONDAY, "kind"] == "closed"
    assert marks.loc[pd.Timestamp("2026-03-18"), "kind"] == "missing"


def test_without_a_calendar_the_holiday_is_a_day_without_counts(history: History) -> None:
    marks = history_marks(history).set_index("date")
    assert marks.loc[EASTER_MONDAY, "kind"] == "missing"


def test_findings_later_than_what_was_known_are_not_marked(history: History) -> None:
    then = history.until(pd.Timestamp("2026-03-31"))
    assert history_marks(then, calendar="FR")["date"].max() == pd.Timestamp("2026-03-18")


def test_holidays_on_weekdays_never_open_and_events_outside_are_not_marked() -> None:
    days = local_dates(pd.bdate_range("2026-10-26", periods=10, tz="Europe/Paris"))
    far = Event("far", (dt.date(2027, 1, 1),), 1.3)
    # All Saints' 2026 is a Sunday.
    assert day_marks(days, (far,), "FR").empty


def test_an_event_of_some_queues_is_marked_there_alone() -> None:
    days = local_dates(pd.bdate_range("2026-10-26", periods=10, tz="Europe/Paris"))
    marks = day_marks(days, (Event("sale", (dt.date(2026, 10, 28),), {"orders": 2.0}),))
    assert list(marks["queue"]) == ["orders"]


def test_a_history_plots_itself_in_the_language_asked_for(history: History) -> None:
    figure = history.plot(calendar="FR", labels=labels("zh"))
    assert figure.layout.yaxis.title.text == labels("zh")["figure.history.per_day"]
    assert {"closed", "missing"} <= groups(figure)


def test_a_forecast_plots_three_bands_and_its_events(made: Forecast) -> None:
    assert groups(made.plot()) == {
        *("history", "mean", "event"),
        *("band 0.5", "band 0.8", "band 0.95"),
    }


def test_an_adjusted_forecast_shows_what_it_was_before(made: Forecast) -> None:
    assert "original" in groups(made.adjust("2026-04-23", "calls", 1.2, "mailing").plot())


def test_one_day_through_the_day_has_counts_plan_and_rest_but_no_history(made: Forecast) -> None:
    today = made.mean["calls"].iloc[:4]
    counts = pd.DataFrame({"start": today.index, "queue": "calls", "offered": today * 1.2})
    figure = made.update(counts.reset_index(drop=True)).plot(on=today.index[0].date())
    assert {"counts", "plan", "mean"} <= groups(figure)
    assert "history" not in groups(figure)


@pytest.mark.parametrize("day", ["2026-04-25", "soon"])
def test_a_day_that_is_not_in_the_forecast_cannot_be_shown(made: Forecast, day: str) -> None:
    with pytest.raises(OptionError, match="allowed"):
        made.plot(on=day)
