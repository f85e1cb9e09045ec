from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from ccsim.demand import Calendar
from ccsim.demand.days import day_kinds
from ccsim.errors import OptionError


def dates_of(first: str, days: int) -> np.ndarray:
    return np.datetime64(first, "D") + np.arange(days)


def weekdays_open(dates: np.ndarray, closed: list[str]) -> np.ndarray:
    return np.is_busday(dates) & ~np.isin(dates, np.array(closed, dtype="datetime64[D]"))


def on(dates: np.ndarray, flags: np.ndarray) -> list[str]:
    return [str(day) for day in dates[flags]]


def test_holidays_and_makeup_workdays_of_china_are_known() -> None:
    calendar = Calendar("CN")
    year = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert dt.date(2026, 10, 1) in calendar.holidays(*year)
    assert dt.date(2026, 10, 10) in calendar.makeup_workdays(*year)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("UX", "country 'UX' is not known"),
        ("US-NX", "subdivision 'NX' of US is not known; allowed: AK"),
    ],
)
def test_an_unknown_country_or_subdivision_is_refused(code: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        Calendar(code)


def test_an_unknown_holiday_names_the_nearest() -> None:
    with pytest.raises(OptionError, match="did you mean 'Columbus Day'"):
        Calendar("US", open=("Columbus Dya",))


def test_the_centre_closes_on_the_holidays_it_closed_on_before() -> None:
    dates = dates_of("2003-05-05", 200)
    history = weekdays_open(dates, ["2003-05-26", "2003-07-04", "2003-09-01"])[:170]
    kinds = day_kinds(dates, history, Calendar("US"))
    assert on(dates, kinds.closed) == ["2003-05-26", "2003-07-04", "2003-09-01", "2003-11-11"]
    assert on(dates, kinds.open_holiday) == ["2003-10-13"]
    assert on(dates, kinds.after_closure)[:3] == ["2003-05-27", "2003-07-07", "2003-09-02"]
    assert any("Veterans Day" in note and "closed" in note for note in kinds.notes)


def test_what_the_planner_says_of_a_holiday_goes_before_habit() -> None:
    dates = dates_of("2003-05-05", 200)
    history = weekdays_open(dates, ["2003-05-26", "2003-07-04", "2003-09-01"])[:170]
    calendar = Calendar("US", open=("Veterans Day",), closed=(dt.date(2003, 11, 12),))
    kinds = day_kinds(dates, history, calendar)
    assert on(dates, kinds.closed)[-1] == "2003-11-12"
    assert "2003-11-11" in on(dates, kinds.open_holiday)


def test_a_lost_day_is_no_closure() -> None:
    dates = dates_of("2003-05-05", 60)
    kinds = day_kinds(
        dates, weekdays_open(dates, ["2003-05-14"]), Calendar("US", open=("Memorial Day",))
    )
    assert "2003-05-14" not in on(dates, kinds.closed)
    assert "2003-05-15" not in on(dates, kinds.after_closure)


def test_a_makeup_saturday_counts_as_a_friday() -> None:
    dates = dates_of("2026-09-28", 20)
    kinds = day_kinds(dates, weekdays_open(dates, []), Calendar("CN"))
    assert kinds.weekday[on(dates, np.ones(20, dtype=bool)).index("2026-10-10")] == 4


def test_the_turn_of_the_month_is_its_last_and_first_three_business_days() -> None:
    dates = dates_of("2026-01-20", 20)
    kinds = day_kinds(dates, weekdays_open(dates, []), None)
    wanted = ["2026-01-30", "2026-02-02", "2026-02-03", "2026-02-04"]
    assert on(dates, kinds.turn_of_month) == wanted
