"""What is known in advance of each day beside its weekday, as columns of a regression.

Every column has a standard deviation: what one would believe of its effect, on the log scale,
before any such day was seen. Few days seen so move a forecast little, and a dozen decide it.
Effects of one kind share a column and differ by columns of their own with a smaller deviation, so
that a holiday or sale seen once leans on its like (partial pooling; Gelman and Hill 2007, ch. 12).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ccsim.demand.arrays import Bools, Dates, Floats
from ccsim.demand.calendar import Calendar, plain_name
from ccsim.demand.events import Event

# Before any is seen, a calendar effect is thought to lie within about ±10 % of what we would
# guess. An open holiday may be as quiet as a Sunday or a rush, its neighbours half so, and one
# holiday differs from the next.
EFFECT_SD, HOLIDAY_SD, NEIGHBOUR_SD, OWN_SD = 0.10, 0.40, 0.20, 0.20
TURN_OF_MONTH_LAST, TURN_OF_MONTH_FIRST = 1, 3  # business days
# An event to be learned may treble contacts; its days differ, and its like differ from it.
EVENT_SD, EVENT_DAY_SD, EVENT_OWN_SD = 1.0, 0.50, 0.30
LAST_EVENT_DAY = 4
YEARLY_SD = 0.15
YEARLY_WAVES = 4
# Less than a year and a half cannot tell a season from a trend.
YEARLY_DAYS = 548
YEAR = 365.25

AFTER_CLOSURE = "first day after a closure"


@dataclass(frozen=True, eq=False)
class Signals:
    """Columns of the day regression.

    Attributes
    ----------
    names : tuple of str
        What each column is, for figures and messages.
    values : numpy.ndarray
        How much of it each day has, shape (day, column).
    sd : numpy.ndarray
        Standard deviation of its effect before any was seen, log scale, shape (column,).
    """

    names: tuple[str, ...]
    values: Floats
    sd: Floats

    def column(self, name: str) -> int | None:
        """Position of a column; None where there is none of that name."""
        return self.names.index(name) if name in self.names else None

    def of(self, days: slice) -> Signals:
        """Return the signals of some of the days."""
        return Signals(self.names, self.values[days], self.sd)


@dataclass(frozen=True, eq=False)
class Column:
    """One column before it is put beside the others."""

    name: str
    values: Floats | Bools
    sd: float


def stacked(columns: Iterable[Column], days: int) -> Signals:
    """Put columns side by side; one that is nowhere at work is left out."""
    used = [column for column in columns if np.any(column.values)]
    values = np.column_stack([c.values for c in used]) if used else np.zeros((days, 0))
    return Signals(
        tuple(c.name for c in used), values.astype(float), np.array([c.sd for c in used], float)
    )


def calendar_columns(
    dates: Dates,
    weekday: npt.NDArray[np.int64],
    closed: Bools,
    open_day: Bools,
    busy: Bools,
    lost: Bools,
    calendar: Calendar | None,
) -> list[Column]:
    """Make the columns that hang on the calendar.

    Parameters
    ----------
    dates
        Consecutive dates, shape (day,).
    weekday
        Monday = 0, a make-up workday as its neighbour, shape (day,).
    closed
        Closed for a holiday though the weekday is usually open.
    open_day
        Open.
    busy
        Whether the weekday is a working day, as its volume tells.
    lost
        Days that were open and not, or not wholly, counted.
    calendar
        Public holidays, or None.
    """
    business = busy & open_day
    after = _first_after(closed, open_day)
    first, last = _turn_of_month(dates, business)
    columns = [
        Column(AFTER_CLOSURE, after, EFFECT_SD),
        Column("day before a closure", _first_after(closed[::-1], open_day[::-1])[::-1], EFFECT_SD),
        Column("day after an outage", _first_after(lost, open_day & ~lost), EFFECT_SD),
        Column("turn of the month", first | last, EFFECT_SD),
    ]
    if calendar is None:
        return columns
    days: list[dt.date] = dates.tolist()
    holidays = calendar.holidays(days[0], days[-1])
    makeup = calendar.makeup_workdays(days[0], days[-1])
    is_holiday = np.array([day in holidays for day in days])
    open_holiday = is_holiday & open_day
    columns += [
        *(
            Column(
                f"make-up {name}",
                np.array([day in makeup and day.weekday() == number for day in days]),
                NEIGHBOUR_SD,
            )
            for number, name in ((5, "Saturday"), (6, "Sunday"))
        ),
        Column("bridge day", _bridges(is_holiday | ~open_day, open_day), NEIGHBOUR_SD),
        Column("open on a holiday", open_holiday, HOLIDAY_SD),
        Column(
            "eve of an open holiday",
            _next_to(open_holiday, is_holiday, 1) & open_day,
            NEIGHBOUR_SD,
        ),
        Column(
            "day after an open holiday",
            _next_to(open_holiday, is_holiday, -1) & open_day,
            NEIGHBOUR_SD,
        ),
    ]
    names = np.array([plain_name(holidays.get(day, "")) for day in days], dtype=object)
    return columns + [
        Column(name, open_holiday & (names == name), OWN_SD)
        for name in sorted({str(n) for n in names[open_holiday]})
    ]


def yearly_columns(dates: Dates, known: int) -> list[Column]:
    """Waves of the year, once the history is long enough to tell them from a trend."""
    if known < YEARLY_DAYS:
        return []
    angle = 2.0 * np.pi * (dates - np.datetime64("2000-01-01")).astype(float) / YEAR
    return [
        Column(f"season, wave {wave} {name}", turn(wave * angle), YEARLY_SD / wave)
        for wave in range(1, YEARLY_WAVES + 1)
        for name, turn in (("sine", np.sin), ("cosine", np.cos))
    ]


def event_columns(events: Sequence[Event], dates: Dates) -> list[Column]:
    """Make the columns of the events whose effect is learned.

    All events of a kind share a column. Where the kind has several names each has its own
    beside it; days of an event after its first, and days before and after it, have theirs.
    """
    groups: dict[str, list[Event]] = {}
    for event in events:
        if event.is_learned:
            groups.setdefault(event.group, []).append(event)
    columns: list[Column] = []
    for kind, members in groups.items():
        whole = np.sum([event.strength(dates) for event in members], axis=0)
        columns.append(Column(kind, whole, EVENT_SD))
        names = sorted({event.name for event in members})
        if len(names) > 1:
            columns += [
                Column(
                    f"{kind}: {name}",
                    np.sum([e.strength(dates) for e in members if e.name == name], axis=0),
                    EVENT_OWN_SD,
                )
                for name in names
            ]
        columns += _days_around(kind, members, dates)
    return columns


def _days_around(kind: str, members: Sequence[Event], dates: Dates) -> list[Column]:
    """Days of an event after its first, and the days around it, counted from its ends."""
    named: dict[str, Floats] = {}

    def mark(name: str, date: np.datetime64) -> None:
        named.setdefault(f"{kind}, {name}", np.zeros(len(dates)))[dates == date] = 1.0

    for event in members:
        on = np.unique(np.array(event.dates, dtype="datetime64[D]"))
        runs = np.split(on, np.flatnonzero(np.diff(on).astype(int) > 1) + 1)
        for run in runs:
            if event.fades is None:
                for number, date in enumerate(run[1:], start=2):
                    mark(f"day {min(number, LAST_EVENT_DAY)}", date)
            for number in range(1, event.before + 1):
                mark(f"{number} before", run[0] - number)
            for number in range(1, event.after + 1):
                mark(f"{number} after", run[-1] + number)
    return [Column(name, values, EVENT_DAY_SD) for name, values in named.items()]


def _first_after(closed: Bools, open_day: Bools) -> Bools:
    """Open days with a holiday closure between them and the open day before."""
    after = np.zeros(len(closed), dtype=bool)
    waiting = False
    for place in range(len(closed)):
        if open_day[place]:
            after[place], waiting = waiting, False
        waiting = waiting or bool(closed[place])
    return after


def _next_to(days: Bools, but: Bools, shift: int) -> Bools:
    """Days just before (shift 1) or after (-1) some days, being none of `but`."""
    near = np.zeros(len(days), dtype=bool)
    if shift > 0:
        near[:-shift] = days[shift:]
    else:
        near[-shift:] = days[:shift]
    return near & ~but


def _bridges(off: Bools, open_day: Bools) -> Bools:
    """Single open days between two days off."""
    bridge = np.zeros(len(off), dtype=bool)
    bridge[1:-1] = open_day[1:-1] & off[:-2] & off[2:] & ~off[1:-1]
    return bridge


def _turn_of_month(dates: Dates, business: Bools) -> tuple[Bools, Bools]:
    """First three and last business days of each month.

    Bills, pay and statements fall due then. The window is the usual one of the literature
    on the turn of the month (Lakonishok and Smidt, Review of Financial Studies 1, 1988).
    """
    month = dates.astype("datetime64[M]").astype(np.int64)
    first, last = np.zeros(len(dates), dtype=bool), np.zeros(len(dates), dtype=bool)
    for number in np.unique(month):
        places = np.flatnonzero(business & (month == number))
        first[places[:TURN_OF_MONTH_FIRST]] = True
        last[places[-TURN_OF_MONTH_LAST:]] = True
    return first, last
