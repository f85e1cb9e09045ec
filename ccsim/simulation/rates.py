"""How many contacts to expect, cell by cell: a queue in a stretch of time with one rate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.demand import Forecast
from ccsim.demand.scenarios import forecast_scenario, read_scenario_counts
from ccsim.errors import HistoryError, OptionError
from ccsim.scenario import Scenario
from ccsim.scenario.opening import horizon_start, interval_starts, opening
from ccsim.simulation.centre import unix_us
from ccsim.simulation.marks import mix, name_key


@dataclass(frozen=True)
class Cells:
    """Stretches of time in which a queue has one rate.

    Attributes
    ----------
    queue
        ndarray of int16, shape (cells,): queue number.
    start, length
        ndarrays of int64, shape (cells,): the cell in engine time, µs.
    key
        ndarray of uint64, shape (cells,): names queue and moment; a contact's key grows from it.
    """

    queue: NDArray[np.int16]
    start: NDArray[np.int64]
    length: NDArray[np.int64]
    key: NDArray[np.uint64]


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
    """

    cells: Cells
    expected: NDArray[np.float64]
    forecast: Forecast | None
    place: NDArray[np.int64]

    def draw(self, seed: int, replication: int) -> NDArray[np.float64]:
        """Draw expected contacts of every cell for one replication; draw i depends on (seed, i)."""
        if self.forecast is None:
            return self.expected
        return self.cut(self.forecast.draw(seed, replication))

    @property
    def mean(self) -> NDArray[np.float64]:
        """Expected contacts of every cell over all replications."""
        return self.expected if self.forecast is None else self.cut(self.forecast.mean.to_numpy())

    def cut(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Cut a table of the forecast's shape, (intervals, queues), to the cells."""
        cut: NDArray[np.float64] = table[self.place[:, 0], self.place[:, 1]] * self.expected
        return cut


@dataclass(frozen=True)
class _Cell:
    queue: int
    start: pd.Timestamp
    end: pd.Timestamp
    expected: float
    place: tuple[int, int] = (-1, -1)


def rates_of(scenario: Scenario, forecast: Forecast | None = None) -> Rates:
    """Find the rates a scenario is simulated with.

    Parameters
    ----------
    forecast
        Uncertain demand; made from the scenario's history where it has one and None is given.

    Raises
    ------
    OptionError
        When the forecast has other queues, or does not reach over the horizon.
    """
    if forecast is None and scenario.demand.history is not None:
        forecast = forecast_scenario(scenario)
    if forecast is not None:
        _check(forecast, scenario)
        cells = _from_table(scenario, forecast.mean, forecast.interval, uncertain=True)
    elif scenario.demand.counts is not None:
        counts = read_scenario_counts(scenario)
        table = counts.table.pivot(index="start", columns="queue", values="offered")
        _check_counts(scenario, table, counts.interval)
        cells = _from_table(scenario, table, counts.interval, uncertain=False)
    else:
        cells = _from_rates(scenario)
    return _rates(scenario, list(cells), forecast)


def _check(forecast: Forecast, scenario: Scenario) -> None:
    missing = [name for name in scenario.queues if name not in forecast.mean.columns]
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


def _check_counts(scenario: Scenario, table: pd.DataFrame, interval: pd.Timedelta) -> None:
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
                    where = scenario.origin.where(("demand", "counts"))
                    raise HistoryError(
                        f"{where}: demand.counts: no count for queue '{name}' at "
                        f"{moment:%Y-%m-%d %H:%M}, when it is open; allowed: a row for every open "
                        "interval of the horizon (0 is a count)"
                    )
                moment = known[place] + interval


def _from_table(
    scenario: Scenario, table: pd.DataFrame, interval: pd.Timedelta, *, uncertain: bool
) -> Iterator[_Cell]:
    """Cut the intervals of a table of counts to the opening hours of each queue.

    All contacts of an interval come while the queue is open in it, evenly.
    """
    for number, (name, queue) in enumerate(scenario.queues.items()):
        if name not in table.columns:
            raise OptionError(f"counts: no queue '{name}'; the file has {', '.join(table.columns)}")
        column = table.columns.get_loc(name)
        values = table.iloc[:, column].to_numpy(dtype=float)
        windows = opening(scenario, queue.hours)
        for row, begin in enumerate(table.index):
            pieces = [
                (max(begin, opens), min(begin + interval, closes))
                for opens, closes in windows
                if opens < begin + interval and closes > begin
            ]
            total = sum((end - start for start, end in pieces), pd.Timedelta(0))
            for start, end in pieces:
                share = (end - start) / total
                expected = share if uncertain else share * float(values[row])
                yield _Cell(number, start, end, expected, (row, column))


def _from_rates(scenario: Scenario) -> Iterator[_Cell]:
    """Cut given rates at intervals, steps and opening hours, so that a cell has one rate."""
    begin = horizon_start(scenario)
    edges = list(interval_starts(scenario))
    for number, (name, queue) in enumerate(scenario.queues.items()):
        given = (scenario.demand.rates or {}).get(name, 0.0)
        steps = given if isinstance(given, tuple) else ((0.0, given),)
        moments = [begin + pd.Timedelta(seconds=offset) for offset, _ in steps]
        for opens, closes in opening(scenario, queue.hours):
            cuts = sorted({opens, closes, *(t for t in edges + moments if opens < t < closes)})
            for start, end in pairwise(cuts):
                rate = steps[sum(moment <= start for moment in moments) - 1][1]
                yield _Cell(number, start, end, rate * (end - start).total_seconds() / 3600)


def _rates(scenario: Scenario, cells: list[_Cell], forecast: Forecast | None) -> Rates:
    begin = horizon_start(scenario)
    keys = [np.uint64(name_key("contact", name)) for name in scenario.queues]
    micro = pd.Timedelta(microseconds=1)
    return Rates(
        cells=Cells(
            queue=np.array([cell.queue for cell in cells], dtype=np.int16),
            start=np.array([(cell.start - begin) // micro for cell in cells], dtype=np.int64),
            length=np.array([(c.end - c.start) // micro for c in cells], dtype=np.int64),
            # The moment itself, not its place in the horizon: starting a day earlier or adding
            # a queue gives nobody another key.
            key=np.array(
                [mix(keys[c.queue], np.uint64(unix_us(c.start))) for c in cells],
                dtype=np.uint64,
            ),
        ),
        expected=np.array([cell.expected for cell in cells]),
        forecast=forecast,
        place=np.array([cell.place for cell in cells], dtype=np.int64).reshape(-1, 2),
    )
