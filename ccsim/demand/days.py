"""Days as models see them: a count for each (day, slot) and what kind of day it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ccsim.demand.calendar import Calendar, is_listed, plain_name
from ccsim.demand.clock import every_date, local_dates, slot_seconds
from ccsim.demand.gaps import USUAL, weekday_of
from ccsim.demand.history import History

Floats = npt.NDArray[np.float64]
Dates = npt.NDArray[np.datetime64]
Bools = npt.NDArray[np.bool_]

SATURDAY, SUNDAY = 5, 6
TURN_OF_MONTH_LAST, TURN_OF_MONTH_FIRST = 1, 3  # business days, see `_turn_of_month`


@dataclass(frozen=True, eq=False)
class DayKinds:
    """What is known in advance about each day; arrays of shape (day,).

    Attributes
    ----------
    weekday
        Monday = 0; a make-up workday counts as its neighbour in the week (Friday, Monday).
    closed
        Closed for a holiday, though the weekday is usually open.
    after_closure
        First open day after such a closure.
    open_holiday
        A public holiday on which the centre is open.
    turn_of_month
        Last business day of a month or one of the first three.
    notes
        Which closures were assumed, and why.
    """

    weekday: npt.NDArray[np.int64]
    closed: Bools
    after_closure: Bools
    open_holiday: Bools
    turn_of_month: Bools
    usually_open: Bools
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class DayGrid:
    """Counts by queue, day and slot from the first day of the history to the last of the horizon.

    Attributes
    ----------
    dates
        Local dates, `datetime64[D]`, shape (day,).
    seconds
        Seconds since local midnight of each slot the history has, shape (slot,).
    step
        Seconds a slot lasts.
    queues
        Their names.
    counts
        Contacts offered, shape (queue, day, slot); NaN where nothing was observed. An hour
        the clock repeats counts once, as its mean.
    known
        Number of days up to the end of the history; the rest is the horizon.
    kinds
        What kind of day each is.
    """

    dates: Dates
    seconds: npt.NDArray[np.int64]
    step: int
    queues: tuple[str, ...]
    counts: Floats
    known: int
    kinds: DayKinds


def day_grid(history: History, calendar: Calendar | None, until: np.datetime64) -> DayGrid:
    """Lay a history out by day and slot, with empty days up to `until`."""
    first = np.datetime64(history.first_day, "D")
    day = np.timedelta64(1, "D")
    known = int((np.datetime64(history.last_day, "D") - first) // day) + 1
    total = max(known, int((until - first) // day) + 1)
    dates = every_date(first, total)

    starts = history.starts
    of_day = slot_seconds(starts)
    seconds = np.unique(of_day)
    queues = history.queues
    cell = (
        pd.Index(queues).get_indexer(pd.Index(history.table["queue"])),
        (local_dates(starts) - first).astype(np.int64),
        np.searchsorted(seconds, of_day),
    )
    shape = (len(queues), total, len(seconds))
    sums, times = np.zeros(shape), np.zeros(shape)
    np.add.at(sums, cell, history.table["offered"].to_numpy(dtype=float))
    np.add.at(times, cell, 1.0)
    counts = np.divide(sums, times, out=np.full(shape, np.nan), where=times > 0)

    observed = np.isfinite(counts[:, :known]).any(axis=(0, 2))
    kinds = day_kinds(dates, observed, calendar)
    step = int(history.interval.total_seconds())
    return DayGrid(dates, seconds, step, queues, counts, known, kinds)


def day_kinds(dates: Dates, observed: Bools, calendar: Calendar | None) -> DayKinds:
    """Work out the kind of every date from the calendar and from what the centre did.

    Parameters
    ----------
    dates
        Consecutive dates, shape (day,).
    observed
        Whether anything was counted, for the first dates (the history), shape (known,).
    calendar
        Public holidays; without one no day is special but for the turn of the month.
    """
    margin = 31  # whole months around the dates, to count their business days
    wide = every_date(dates[0] - margin, len(dates) + 2 * margin)
    inside = slice(margin, margin + len(dates))
    seen = np.zeros(len(wide), dtype=bool)
    seen[margin : margin + len(observed)] = observed
    in_history = np.zeros(len(wide), dtype=bool)
    in_history[margin : margin + len(observed)] = True

    first, last = wide[0].item(), wide[-1].item()
    holidays = calendar.holidays(first, last) if calendar else {}
    makeup = np.isin(
        wide,
        np.array(sorted(calendar.makeup_workdays(first, last)), dtype="datetime64[D]")
        if calendar
        else np.array([], dtype="datetime64[D]"),
    )
    weekday = weekday_of(wide)
    weekday[makeup & (weekday == SATURDAY)] = SATURDAY - 1
    weekday[makeup & (weekday == SUNDAY)] = 0

    usual = np.array(
        [
            seen[in_history & (weekday == number)].mean() >= USUAL
            if (in_history & (weekday == number)).any()
            else False
            for number in range(7)
        ]
    )
    usually_open = usual[weekday]
    holiday = np.isin(wide, np.array(sorted(holidays), dtype="datetime64[D]"))
    closed, notes = _closures(wide, holidays, seen, in_history, usually_open, calendar)
    open_day = usually_open & ~closed
    business = (weekday < SATURDAY) & ~closed
    return DayKinds(
        weekday=weekday[inside],
        closed=closed[inside],
        after_closure=_after(closed, open_day)[inside],
        open_holiday=(holiday & open_day)[inside],
        turn_of_month=_turn_of_month(wide, business)[inside],
        usually_open=usually_open[inside],
        notes=tuple(note for day, note in notes if dates[0] <= day <= dates[-1]),
    )


def _closures(
    dates: Dates,
    holidays: dict[dt.date, str],
    seen: Bools,
    in_history: Bools,
    usually_open: Bools,
    calendar: Calendar | None,
) -> tuple[Bools, list[tuple[dt.date, str]]]:
    """Past closures as they were; future ones by holiday name, then by habit, then by guess."""
    closed = np.zeros(len(dates), dtype=bool)
    if calendar is None:
        return closed, []
    notes: list[tuple[dt.date, str]] = []
    kept: dict[str, list[bool]] = {}
    ahead: list[int] = []
    for place, day in enumerate(dates.tolist()):
        name = holidays.get(day)
        plain = None if name is None else plain_name(name)
        if is_listed(calendar.closed, day, plain):
            closed[place] = not seen[place]
        elif name is None or plain is None or not usually_open[place]:
            continue
        elif in_history[place]:
            closed[place] = not seen[place]
            kept.setdefault(plain, []).append(not seen[place])
        elif not is_listed(calendar.open, day, plain):
            ahead.append(place)
    habits = [was_closed for days in kept.values() for was_closed in days]
    closed_weekly = not usually_open.all()
    for place in ahead:
        day = dates[place].item()
        name = plain_name(holidays[day])
        if name in kept:
            closed[place], why = (np.mean(kept[name]) >= USUAL, "as on this holiday before")
        elif habits:
            closed[place], why = np.mean(habits) >= USUAL, "as on other holidays before"
        else:
            closed[place] = closed_weekly
            why = "no holiday in the history; a centre closed on some weekdays is taken to close"
        state = "closed" if closed[place] else "open"
        notes.append((day, f"{name} {day}: taken to be {state} ({why})"))
    return closed, notes


def _after(closed: Bools, open_day: Bools) -> Bools:
    """Open days with a holiday closure between them and the open day before."""
    after = np.zeros(len(closed), dtype=bool)
    waiting = False
    for place in range(len(closed)):
        if open_day[place]:
            after[place], waiting = waiting, False
        waiting = waiting or bool(closed[place])
    return after


def _turn_of_month(dates: Dates, business: Bools) -> Bools:
    """Last and first three business days of each month.

    Bills, pay and statements fall due then. The window is the usual one of the literature
    on the turn of the month (Lakonishok and Smidt, Review of Financial Studies 1, 1988).
    """
    month = dates.astype("datetime64[M]").astype(np.int64)
    turn = np.zeros(len(dates), dtype=bool)
    for number in np.unique(month):
        places = np.flatnonzero(business & (month == number))
        turn[places[:TURN_OF_MONTH_FIRST]] = True
        turn[places[-TURN_OF_MONTH_LAST:]] = True
    return turn
