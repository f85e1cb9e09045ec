from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from ccsim.demand import Calendar
from ccsim.demand.days import DayKinds, day_kinds
from ccsim.errors import OptionError


def dates_of(first: str, days: int) -> np.ndarray:
    return np.datetime64(first, "D") + np.arange(days)


def weekdays_open(dates: np.ndarray, closed: list[str]) -> np.ndarray:
    """One contact on every weekday but those closed, one queue and slot."""
    is_open = np.is_busday(dates) & ~np.isin(dates, np.array(closed, dtype="datetime64[D]"))
    return np.where(is_open, 1.0, np.nan)[None, :, None]


def marked(dates: np.ndarray, kinds: DayKinds, name: str) -> list[str]:
    column = kinds.signals.column(name)
    return [] if column is None else on(dates, kinds.signals.values[:, column] > 0)


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
    history = weekdays_open(dates, ["2003-05-26", "2003-07-04", "2003-09-01"])[:, :170]
    kinds = day_kinds(dates, history, Calendar("US"))
    assert on(dates, kinds.closed) == ["2003-05-26", "2003-07-04", "2003-09-01"]
    assert marked(dates, kinds, "open on a holiday") == ["2003-10-13", "2003-11-11"]
    after = marked(dates, kinds, "first day after a closure")
    assert after == ["2003-05-27", "2003-07-07", "2003-09-02"]
    assert marked(dates, kinds, "day before a closure") == [
        "2003-05-23",
        "2003-07-03",
        "2003-08-29",
    ]
    # Open on Columbus Day, as most employers are; so taken to be open on Veterans Day too.
    assert any("Veterans Day" in note and "open" in note for note in kinds.notes)


def test_habits_hold_among_holidays_that_most_keep_and_among_those_that_few_do() -> None:
    dates = dates_of("2003-05-05", 210)
    closed = ["2003-05-26", "2003-07-04", "2003-09-01"]
    kinds = day_kinds(dates, weekdays_open(dates, closed)[:, :120], Calendar("US"))
    ahead = on(dates, kinds.closed)[3:]
    assert ahead == ["2003-11-27"]  # Thanksgiving, and neither Columbus nor Veterans Day


def test_what_the_planner_says_of_a_holiday_goes_before_habit() -> None:
    dates = dates_of("2003-05-05", 200)
    history = weekdays_open(dates, ["2003-05-26", "2003-07-04", "2003-09-01"])[:, :170]
    calendar = Calendar("US", open=("Veterans Day",), closed=(dt.date(2003, 11, 12),))
    kinds = day_kinds(dates, history, calendar)
    assert on(dates, kinds.closed)[-1] == "2003-11-12"
    assert "2003-11-11" in marked(dates, kinds, "open on a holiday")


def test_a_lost_day_is_no_closure() -> None:
    dates = dates_of("2003-05-05", 60)
    kinds = day_kinds(
        dates, weekdays_open(dates, ["2003-05-14"]), Calendar("US", open=("Memorial Day",))
    )
    assert "2003-05-14" not in on(dates, kinds.closed)
    assert "2003-05-15" not in marked(dates, kinds, "first day after a closure")
    assert marked(dates, kinds, "day after an outage") == ["2003-05-15"]


def test_a_makeup_saturday_counts_as_a_friday() -> None:
    dates = dates_of("2026-09-28", 20)
    kinds = day_kinds(dates, weekdays_open(dates, []), Calendar("CN"))
    assert kinds.weekday[on(dates, np.ones(20, dtype=bool)).index("2026-10-10")] == 4


def test_the_turn_of_the_month_is_its_last_and_first_three_business_days() -> None:
    dates = dates_of("2026-01-20", 20)
    kinds = day_kinds(dates, weekdays_open(dates, []), None)
    wanted = ["2026-01-30", "2026-02-02", "2026-02-03", "2026-02-04"]
    assert marked(dates, kinds, "turn of the month") == wanted
