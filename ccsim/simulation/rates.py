"""How many contacts to expect, cell by cell, and how that varies between replications."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.demand import Forecast
from ccsim.demand.events import uplifts
from ccsim.demand.scenarios import forecast_scenario, read_scenario_counts, scenario_events
from ccsim.errors import HistoryError, OptionError
from ccsim.scenario import Scenario
from ccsim.scenario.names import reached_otherwise
from ccsim.scenario.opening import horizon_start, interval_starts, opening
from ccsim.simulation.cells import Cells as Cells
from ccsim.simulation.cells import Piece, cells_of, cut
from ccsim.simulation.variation import Variation, edges, variation_of


@dataclass(frozen=True)
class Rates:
    """Expected contacts by cell, and how they vary between replications.

    Attributes
    ----------
    cells
        The cells.
    expected
        ndarray of float64, shape (cells,): expected contacts, or the share of the forecast's
        interval that falls into the cell.
    forecast
        Where rates are uncertain: what draws them. None for given rates.
    place
        ndarray of int64, shape (cells, 2): row and column of the cell in a draw of the forecast.
    variation
        Surges, uplifts in a range, day factors and notices.
    scale
        ndarray of float64, shape (queues,): factor on everything a queue expects, e.g. to get
        from contacts in the queue to those at the door, or from attempts to first attempts.
    """

    cells: Cells
    expected: NDArray[np.float64]
    forecast: Forecast | None
    place: NDArray[np.int64]
    variation: Variation
    scale: NDArray[np.float64]

    def draw(self, seed: int, replication: int) -> NDArray[np.float64]:
        """Draw expected contacts of every cell for one replication; draw i depends on (seed, i)."""
        base = self.expected
        if self.forecast is not None:
            base = self.cut(self.forecast.draw(seed, replication))
        return self.variation.draw(base, seed, replication) * self.scale[self.cells.queue]

    @property
    def certain(self) -> bool:
        """Whether every replication has the same rates."""
        return self.forecast is None and self.variation.days is None and not self.variation.chances

    @property
    def mean(self) -> NDArray[np.float64]:
        """Expected contacts of every cell over all replications.

        Where notices prevent more contacts than there are in some replications and not in
        others, this is what they leave of the mean.
        """
        return self.average(None if self.forecast is None else self.forecast.mean.to_numpy())

    def average(self, table: NDArray[np.float64] | None) -> NDArray[np.float64]:
        """Expected contacts of every cell where the forecast has those of `table`.

        Parameters
        ----------
        table
            Shape (intervals, queues), as the forecast's; None where rates are given.
        """
        base = self.expected if table is None else self.cut(table)
        return self.variation.average(base) * self.scale[self.cells.queue]

    def cut(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Cut a table of the forecast's shape, (intervals, queues), to the cells."""
        cut: NDArray[np.float64] = table[self.place[:, 0], self.place[:, 1]] * self.expected
        return cut


def rates_of(
    scenario: Scenario, forecast: Forecast | None = None, counts: pd.DataFrame | None = None
) -> Rates:
    """Find the rates a scenario is simulated with; nought where its contacts come from a log.

    Parameters
    ----------
    forecast
        Uncertain demand; made from the scenario's history where it has one and None is given.
    counts
        Expected contacts in place of all the scenario says of its demand, see `counted`.

    Raises
    ------
    OptionError
        When the forecast has other queues, or does not reach over the horizon.
    """
    if counts is not None:
        return counted(scenario, counts)
    if forecast is None and scenario.demand.is_forecast:
        forecast = forecast_scenario(scenario)
    if forecast is not None:
        _check(forecast, scenario)
        pieces = list(_from_table(scenario, forecast.mean, forecast.interval, uncertain=True))
    elif scenario.demand.counts is not None:
        history = read_scenario_counts(scenario)
        table = history.table.pivot(index="start", columns="queue", values="offered")
        where = scenario.origin.where(("demand", "counts"))
        _check_counts(scenario, table, history.interval, f"{where}: demand.counts")
        pieces = list(_from_table(scenario, table, history.interval, uncertain=False))
    else:
        pieces = _with_events(scenario, list(_from_rates(scenario)))
    pieces = list(cut(pieces, edges(scenario)))
    return _rates(scenario, pieces, forecast, variation_of(scenario, pieces))


def counted(scenario: Scenario, counts: pd.DataFrame) -> Rates:
    """Take expected contacts from a table, as they are: no events, surges or day factors on top.

    Parameters
    ----------
    counts
        Index interval starts (tz-aware, ascending), a column a queue: contacts of the interval. An
        interval is as long as the shortest step of the index.

    Raises
    ------
    OptionError
        When the index is none of interval starts, or a queue has no column.
    HistoryError
        When an open interval of the horizon is left out.
    """
    index = counts.index
    if not isinstance(index, pd.DatetimeIndex) or index.tz is None or len(index) < 2:
        raise OptionError(
            "counts: no table of counts; allowed: interval starts with a time zone as index, two "
            "or more, and a column a queue"
        )
    if not index.is_monotonic_increasing or index.has_duplicates:
        raise OptionError("counts: interval starts are not ascending; allowed: each once, in order")
    interval = pd.Series(index).diff().min()
    _check_counts(scenario, counts, interval, "counts")
    pieces = list(_from_table(scenario, counts, interval, uncertain=False))
    return _rates(scenario, pieces, None, Variation((), None, np.zeros(len(pieces))))


def _rates(
    scenario: Scenario, pieces: list[Piece], forecast: Forecast | None, variation: Variation
) -> Rates:
    return Rates(
        cells=cells_of(scenario, pieces),
        expected=np.array([piece.expected for piece in pieces]),
        forecast=forecast,
        place=np.array([piece.place for piece in pieces], dtype=np.int64).reshape(-1, 2),
        variation=variation,
        scale=np.ones(len(scenario.queues)),
    )


def _check(forecast: Forecast, scenario: Scenario) -> None:
    missing = [
        name
        for name in scenario.queues
        if name not in forecast.mean.columns and not reached_otherwise(scenario, name)
    ]
    if missing:
        raise OptionError(
            f"forecast: no queue '{missing[0]}'; it has {', '.join(forecast.mean.columns)}"
        )
    begin = forecast.first_day.date()
    end = begin + dt.timedelta(days=forecast.days)
    asked = scenario.horizon.start, scenario.horizon.start + dt.timedelta(scenario.horizon.days)
    if begin > asked[0] or end < asked[1]:
        raise OptionError(
            f"forecast: covers {begin} to {end - dt.timedelta(1)}; the scenario's horizon is "
            f"{asked[0]} to {asked[1] - dt.timedelta(1)}: forecast those days"
        )


def _check_counts(
    scenario: Scenario, table: pd.DataFrame, interval: pd.Timedelta, where: str
) -> None:
    """Refuse counts that leave an open interval out: nobody said that nobody comes then."""
    for name, queue in scenario.queues.items():
        if name not in table.columns:
            continue
        known = pd.DatetimeIndex(table.index[table[name].notna()])
        for opens, closes in opening(scenario, queue.hours):
            moment = opens
            while moment < closes:
                place = known.searchsorted(moment, side="right") - 1
                if place < 0 or known[place] + interval <= moment:
                    raise HistoryError(
                        f"{where}: no count for queue '{name}' at "
                        f"{moment:%Y-%m-%d %H:%M}, when it is open; allowed: a row for every open "
                        "interval of the horizon (0 is a count)"
                    )
                moment = known[place] + interval


def _from_table(
    scenario: Scenario, table: pd.DataFrame, interval: pd.Timedelta, *, uncertain: bool
) -> Iterator[Piece]:
    """Cut the intervals of a table of counts to the opening hours of each queue.

    All contacts of an interval come while the queue is open in it, evenly.
    """
    starts = pd.DatetimeIndex(table.index).tz_convert(scenario.timezone)
    for number, (name, queue) in enumerate(scenario.queues.items()):
        if name not in table.columns:
            if not reached_otherwise(scenario, name):
                found = ", ".join(table.columns)
                raise OptionError(f"counts: no queue '{name}'; there are {found}")
            yield from _from_rate(scenario, number, 0.0, (0, 0))
            continue
        column = table.columns.get_loc(name)
        values = table.iloc[:, column].to_numpy(dtype=float)
        windows = opening(scenario, queue.hours)
        for row, begin in enumerate(starts):
            pieces = [
                (max(begin, opens), min(begin + interval, closes))
                for opens, closes in windows
                if opens < begin + interval and closes > begin
            ]
            total = sum((end - start for start, end in pieces), pd.Timedelta(0))
            for start, end in pieces:
                share = (end - start) / total
                expected = share if uncertain else share * float(values[row])
                yield Piece(number, start, end, expected, (row, column))


def _from_rates(scenario: Scenario) -> Iterator[Piece]:
    """Cut given rates at intervals, steps and opening hours; events raise them on their days."""
    queues = list(scenario.queues)
    for number, name in enumerate(queues):
        yield from _from_rate(scenario, number, (scenario.demand.rates or {}).get(name, 0.0))


def _from_rate(
    scenario: Scenario,
    number: int,
    rate: float | tuple[tuple[float, float], ...],
    place: tuple[int, int] = (-1, -1),
) -> Iterator[Piece]:
    begin = horizon_start(scenario)
    edges = list(interval_starts(scenario))
    queue = list(scenario.queues.values())[number]
    steps = rate if isinstance(rate, tuple) else ((0.0, rate),)
    moments = [begin + pd.Timedelta(seconds=offset) for offset, _ in steps]
    for opens, closes in opening(scenario, queue.hours):
        cuts = sorted({opens, closes, *(t for t in edges + moments if opens < t < closes)})
        for start, end in pairwise(cuts):
            value = steps[sum(moment <= start for moment in moments) - 1][1]
            expected = value * (end - start).total_seconds() / 3600
            yield Piece(number, start, end, expected, place)


def _with_events(scenario: Scenario, pieces: list[Piece]) -> list[Piece]:
    """Raise given rates on the dates of events; counts and forecasts hold them already."""
    events = scenario_events(scenario)
    if not events:
        return pieces
    every = sorted({piece.start.date() for piece in pieces})
    factors = uplifts(events, np.array(every, dtype="datetime64[D]"), list(scenario.queues))
    row = {date: number for number, date in enumerate(every)}
    return [
        replace(p, expected=p.expected * float(factors[row[p.start.date()], p.queue]))
        for p in pieces
    ]
