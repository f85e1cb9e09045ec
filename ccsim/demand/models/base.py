"""What a forecast model is, and a model made of any rule for what to expect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from ccsim.demand.calendar import Calendar
from ccsim.demand.clock import local_starts
from ccsim.demand.days import DayGrid, DayKinds, Floats, day_grid
from ccsim.demand.history import History
from ccsim.demand.hours import Hours, open_slots
from ccsim.demand.prediction import Forecast
from ccsim.demand.spread import measure
from ccsim.errors import HistoryError

SHORTEST_DAYS = 12  # Monday of one week to Friday of the next
MOST_ORIGINS = 40


@dataclass(frozen=True, eq=False)
class Horizon:
    """The days to forecast.

    Attributes
    ----------
    start : pandas.Timestamp
        First local date, without time zone, after the end of the history.
    days : int
        Calendar days.
    hours : Hours or None
        Weekly opening hours; None learns them from the history.
    """

    start: pd.Timestamp
    days: int
    hours: Hours | None = None


class Fitted(Protocol):
    """A model that has seen a history."""

    def predict(self, horizon: Horizon) -> Forecast:
        """Forecast the horizon."""
        ...


class Model(Protocol):
    """A way to learn from history."""

    @property
    def name(self) -> str:
        """Name in the league table."""
        ...

    def fit(self, history: History, calendar: Calendar | None) -> Fitted:
        """Learn from a history in which events have been divided out."""
        ...


class Expect(Protocol):
    """A rule for what one queue can expect of coming days."""

    def __call__(self, counts: Floats, kinds: DayKinds, targets: range) -> Floats:
        """Expect contacts.

        Parameters
        ----------
        counts
            Known counts, shape (day, slot), NaN where nothing was observed.
        kinds
            Kinds of all days, the known ones first.
        targets
            Positions of the days to expect, among those of `kinds`.

        Returns
        -------
        numpy.ndarray
            Expected contacts, shape (target, slot); NaN where nothing can be said.
        """
        ...


@dataclass(frozen=True)
class RollingModel:
    """A rule whose uncertainty is learned from the forecasts it would have made.

    Attributes
    ----------
    name : str
        Name in the league table.
    expect : Expect
        The rule.
    """

    name: str
    expect: Expect

    def fit(self, history: History, calendar: Calendar | None) -> FittedRolling:
        """Check that there is enough history to learn from.

        Raises
        ------
        HistoryError
            When it spans less than two working weeks.
        """
        span = (history.last_day - history.first_day).days + 1
        if span < SHORTEST_DAYS:
            raise HistoryError(
                f"{history.source}: {span} days of history are too few to forecast from; "
                f"at least {SHORTEST_DAYS} are needed (two working weeks)"
            )
        return FittedRolling(self, history, calendar)


@dataclass(frozen=True, eq=False)
class FittedRolling:
    """A rule with the history it goes by."""

    model: RollingModel
    history: History
    calendar: Calendar | None

    def predict(self, horizon: Horizon) -> Forecast:
        """Forecast the horizon, with the spread of past forecasts of the same length.

        Raises
        ------
        HistoryError
            When no interval of the horizon is open.
        """
        first = np.datetime64(horizon.start, "D")
        grid = day_grid(self.history, self.calendar, first + horizon.days - 1)
        wanted = grid.dates >= first
        is_open = open_slots(grid, horizon.hours) & wanted[grid.known :][:, None]
        targets = range(grid.known, len(grid.dates))
        expected = np.stack(
            [self.model.expect(counts[: grid.known], grid.kinds, targets) for counts in grid.counts]
        )
        expected = np.where(is_open, expected, 0.0)

        clock = local_starts(grid.dates[grid.known :], grid.seconds, self.history.timezone)
        any_open = np.asarray(is_open.any(axis=0))
        clock = clock[any_open[clock["day"], clock["slot"]]]
        if clock.empty:
            raise HistoryError(
                f"{self.history.source}: by its history the centre is closed on all "
                f"{horizon.days} days from {horizon.start:%Y-%m-%d}; nothing to forecast"
            )
        mean = pd.DataFrame(
            expected[:, clock["day"], clock["slot"]].T,
            index=pd.DatetimeIndex(clock["start"], name="start"),
            columns=pd.Index(grid.queues, name="queue"),
        )
        return Forecast(
            mean=mean,
            history=self.history,
            events=(),
            notes=_notes(self.history, grid),
            model=self.model.name,
            spread=measure(*self._past(grid, len(targets)), grid.step, grid.known - _warm_up(grid)),
            slots=clock["slot"].to_numpy(),
            first_day=horizon.start,
            days=horizon.days,
        )

    def _past(self, grid: DayGrid, days: int) -> tuple[Floats, Floats]:
        """Set side by side what came and what was expected, (queue, origin, lead, slot)."""
        warm_up = _warm_up(grid)
        stride = max(1, -(-(grid.known - warm_up) // MOST_ORIGINS))
        # Backwards from the end, so that recent forecasts are always among them.
        origins = range(grid.known - 1, warm_up - 1, -stride)
        shape = (len(grid.queues), len(origins), days, len(grid.seconds))
        actual, expected = np.full(shape, np.nan), np.full(shape, np.nan)
        for queue, counts in enumerate(grid.counts):
            for place, origin in enumerate(origins):
                targets = range(origin, min(origin + days, grid.known))
                if not np.isfinite(counts[:origin]).any():
                    continue
                came = slice(0, len(targets))
                actual[queue, place, came] = counts[origin : origin + len(targets)]
                expected[queue, place, came] = self.model.expect(
                    counts[:origin], grid.kinds, targets
                )
        return actual, expected


def _warm_up(grid: DayGrid) -> int:
    """Days before the first origin: half, for what a rule misses when it knows less misleads."""
    return grid.known // 2


def _notes(history: History, grid: DayGrid) -> tuple[str, ...]:
    days = history.findings[history.findings["kind"] == "missing day"]
    others = history.findings[history.findings["kind"] != "missing day"]
    notes = [f"{history.source}: {what}" for what in others["what"]]
    closed = [str(day) for day in grid.dates[: grid.known][grid.kinds.closed[: grid.known]]]
    if closed:
        notes.append(f"{history.source}: closed for a holiday on {', '.join(closed)}")
    if len(days) > len(closed):
        notes.append(
            f"{history.source}: {len(days) - len(closed)} days lack counts for no known reason; "
            "they are neither fitted nor scored"
        )
    return (*notes, *grid.kinds.notes)
