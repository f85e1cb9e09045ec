"""Days as models see them: a count for each (day, slot) and what kind of day it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ccsim.demand.arrays import Bools, Dates, Floats, Whole
from ccsim.demand.calendar import Calendar, is_listed, plain_name
from ccsim.demand.clock import every_date, local_dates
from ccsim.demand.events import Event
from ccsim.demand.gaps import USUAL, weekday_of
from ccsim.demand.history import History
from ccsim.demand.signals import (
    Signals,
    calendar_columns,
    event_columns,
    stacked,
    yearly_columns,
)

SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, eq=False)
class DayKinds:
    """What is known in advance about each day; arrays of shape (day,).

    Attributes
    ----------
    weekday
        Monday = 0; a make-up workday counts as its neighbour in the week (Friday, Monday).
    closed
        Closed for a holiday, though the weekday is usually open.
    usually_open
        Whether the weekday usually is.
    signals
        Effects of the calendar and of events.
    notes
        Which closures were assumed, and why.
    """

    weekday: Whole
    closed: Bools
    usually_open: Bools
    signals: Signals
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
    seconds: Whole
    step: int
    queues: tuple[str, ...]
    counts: Floats
    known: int
    kinds: DayKinds

    def at(
        self, day: int, days: int, calendar: Calendar | None, events: Sequence[Event]
    ) -> DayGrid:
        """Return the grid as it was known after so many of its days, with a horizon of `days`."""
        counts = np.full((len(self.queues), day + days, len(self.seconds)), np.nan)
        counts[:, :day] = self.counts[:, :day]
        dates = every_date(self.dates[0], day + days)
        kinds = day_kinds(dates, counts[:, :day], calendar, events)
        return replace(self, dates=dates, counts=counts, known=day, kinds=kinds)


def day_grid(
    history: History,
    calendar: Calendar | None,
    until: np.datetime64,
    events: Sequence[Event] = (),
) -> DayGrid:
    """Lay a history out by day and slot, with empty days up to `until`."""
    first = np.datetime64(history.first_day, "D")
    day = np.timedelta64(1, "D")
    known = int((np.datetime64(history.last_day, "D") - first) // day) + 1
    total = max(known, int((until - first) // day) + 1)
    dates = every_date(first, total)

    starts = history.starts
    of_day = history.slots
    seconds = np.unique(of_day)
    queues = history.queues
    cell = (
        pd.Index(queues).get_indexer(pd.Index(history.table["queue"])),
        (local_dates(starts) - first).astype(np.int64),
        np.searchsorted(seconds, of_day),
    )
    shape = (len(queues), total, len(seconds))
    offered = history.table["offered"].to_numpy(dtype=float)
    sums, times = np.zeros(shape), np.zeros(shape)
    np.add.at(sums, cell, np.nan_to_num(offered))
    np.add.at(times, cell, np.isfinite(offered))
    counts = np.divide(sums, times, out=np.full(shape, np.nan), where=times > 0)

    kinds = day_kinds(dates, counts[:, :known], calendar, events)
    step = int(history.interval.total_seconds())
    return DayGrid(dates, seconds, step, queues, counts, known, kinds)


def day_kinds(
    dates: Dates, counts: Floats, calendar: Calendar | None, events: Sequence[Event] = ()
) -> DayKinds:
    """Work out the kind of every date from the calendar and from what the centre did.

    Parameters
    ----------
    dates
        Consecutive dates, shape (day,).
    counts
        Of the first dates (the history), NaN where nothing was counted, (queue, known, slot).
    calendar
        Public holidays; without one no day is special but for the turn of the month.
    events
        Those without an uplift become signals.
    """
    known = counts.shape[1]
    counted = np.isfinite(counts)
    observed = counted.any(axis=(0, 2))
    volumes = np.where(counted, counts, 0.0).sum(axis=(0, 2))
    margin = 31  # whole months around the dates, to count their business days
    wide = every_date(dates[0] - margin, len(dates) + 2 * margin)
    inside = slice(margin, margin + len(dates))
    seen = np.zeros(len(wide), dtype=bool)
    seen[margin : margin + known] = observed
    in_history = np.zeros(len(wide), dtype=bool)
    in_history[margin : margin + known] = True

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
    closed, notes = _closures(wide, holidays, seen, in_history, usually_open, calendar)
    busy = _busy(weekday[inside][:known], np.where(observed, volumes, np.nan))[weekday]
    lost = in_history & usually_open & ~closed & ~seen
    lost[inside][:known] |= _in_part(counted, weekday[inside][:known])
    open_day = usually_open & ~closed
    columns = calendar_columns(wide, weekday, closed, open_day, busy, lost, calendar)
    columns += event_columns(events, wide) + yearly_columns(wide, known)
    return DayKinds(
        weekday=weekday[inside],
        closed=closed[inside],
        usually_open=usually_open[inside],
        signals=stacked(columns, len(wide)).of(inside),
        notes=(
            *(note for day, note in notes if dates[0] <= day <= dates[-1]),
            *_unannounced(calendar, dates[known:]),
        ),
    )


def _unannounced(calendar: Calendar | None, ahead: Dates) -> tuple[str, ...]:
    """Name the years ahead of which nobody has said which weekends are worked."""
    if calendar is None or not len(ahead):
        return ()
    return tuple(
        f"make-up workdays of {year} are not announced for {calendar.code}: its weekends are taken "
        "to be ordinary; a calendar file says otherwise"
        for year in calendar.unannounced(ahead[0].item(), ahead[-1].item())
    )


def _busy(weekday: Whole, volumes: Floats) -> Bools:
    """Weekdays on which at least half of what an ordinary weekday brings comes in, (7,)."""
    means = np.zeros(7)
    for number in range(7):
        brought = volumes[(weekday == number) & np.isfinite(volumes)]
        means[number] = brought.mean() if len(brought) else 0.0
    ordinary = np.median(means[means > 0]) if means.any() else 0.0
    return np.asarray(means >= 0.5 * ordinary) & (means > 0)


def _in_part(counted: Bools, weekday: Whole) -> Bools:
    """Days of which some usual slot of some queue was not counted, shape (known,)."""
    part = np.zeros(len(weekday), dtype=bool)
    for queue in counted:
        seen = queue.any(axis=1)
        for number in np.unique(weekday):
            days = np.flatnonzero(seen & (weekday == number))
            if len(days):
                usual = queue[days].mean(axis=0) >= USUAL
                part[days] |= ~queue[days][:, usual].all(axis=1)
    return part


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
    closed_weekly = not usually_open.all()
    for place in ahead:
        day = dates[place].item()
        name = plain_name(holidays[day])
        seldom = calendar.is_seldom_kept(name)
        habits = [
            was_closed
            for other, days in kept.items()
            if calendar.is_seldom_kept(other) == seldom
            for was_closed in days
        ]
        if name in kept:
            closed[place], why = (np.mean(kept[name]) >= USUAL, "as on this holiday before")
        elif habits:
            closed[place], why = np.mean(habits) >= USUAL, "as on other holidays before"
        elif seldom:
            closed[place], why = False, "few keep it, and there is none of its like in the history"
        else:
            closed[place] = closed_weekly
            why = "no holiday in the history; a centre closed on some weekdays is taken to close"
        state = "closed" if closed[place] else "open"
        notes.append((day, f"{name} {day}: taken to be {state} ({why})"))
    return closed, notes
