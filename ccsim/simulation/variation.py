"""What moves a day's rates: surges, uplifts in a range, day factors; and notices, for certain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ccsim.distributions import Distribution
from ccsim.scenario import Scenario
from ccsim.scenario.arrivals import Event, Surge
from ccsim.scenario.centre import Notice
from ccsim.scenario.opening import Span, at_clock, clock_windows, dates, horizon_start, joined
from ccsim.simulation import marks
from ccsim.simulation.cells import Piece

Floats = NDArray[np.float64]
DAY_S = 86400.0


@dataclass(frozen=True)
class Chance:
    """One thing that multiplies some cells by a factor drawn once a replication.

    Attributes
    ----------
    key, purpose
        Name the mark it is drawn from.
    factor
        From the mark to the factor.
    mean
        Mean of the factor.
    cells
        ndarray of bool, shape (cells,): the cells concerned.
    """

    key: np.uint64
    purpose: int
    factor: Callable[[float], float]
    mean: float
    cells: NDArray[np.bool_]


@dataclass(frozen=True)
class Happens:
    """A factor that holds with some probability, else 1."""

    probability: float
    uplift: float

    def __call__(self, mark: float) -> float:
        """Compare the mark with the probability."""
        return self.uplift if mark < self.probability else 1.0


@dataclass(frozen=True)
class Between:
    """A factor uniform between two values."""

    low: float
    high: float

    def __call__(self, mark: float) -> float:
        """Place the mark between the two."""
        return self.low + (self.high - self.low) * mark


@dataclass(frozen=True)
class DayFactors:
    """Factors on a whole day's rates, one a date and queue, correlated between queues.

    Attributes
    ----------
    distribution
        Of every factor; its mean is 1.
    correlation
        Of the normal scores behind the factors of two queues on one date.
    date_keys
        ndarray of uint64, shape (dates,): names of the dates.
    pair_keys
        ndarray of uint64, shape (pairs,): names of the pairs of date and queue.
    date
        ndarray of int64, shape (pairs,): date of each pair.
    pair
        ndarray of int64, shape (cells,): pair of each cell.
    """

    distribution: Distribution
    correlation: float
    date_keys: NDArray[np.uint64]
    pair_keys: NDArray[np.uint64]
    date: NDArray[np.int64]
    pair: NDArray[np.int64]

    def draw(self, luck: np.uint64) -> Floats:
        """Draw the factor of every cell, shape (cells,).

        A Gaussian copula with one common score a date: z = √c·z₀ + √(1 − c)·z_queue.
        """
        common = _marks(luck, self.date_keys)[self.date]
        if self.correlation == 1:
            uniform = common
        else:
            own = ndtri(_marks(luck, self.pair_keys))
            shared = np.sqrt(self.correlation) * ndtri(common)
            uniform = ndtr(shared + np.sqrt(1 - self.correlation) * own)
        factors: Floats = np.asarray(self.distribution.ppf(uniform))[self.pair]
        return factors


def _marks(luck: np.uint64, keys: NDArray[np.uint64]) -> Floats:
    return np.array([marks.mark(luck, key, 0, 0, marks.DAY) for key in keys])


@dataclass(frozen=True)
class Variation:
    """All that moves the rates of a scenario beside its forecast.

    Attributes
    ----------
    chances
        What multiplies some cells by a factor drawn once a replication.
    days
        Factors on whole days; None where rates are certain.
    added
        ndarray of float64, shape (cells,): contacts that notices cause less those they prevent.
    """

    chances: tuple[Chance, ...]
    days: DayFactors | None
    added: Floats

    def draw(self, base: Floats, seed: int, replication: int) -> Floats:
        """Vary expected contacts of every cell, shape (cells,), for one replication."""
        luck = np.uint64(marks.stream(seed, replication))
        drawn = base
        if self.days is not None:
            drawn = drawn * self.days.draw(luck)
        for chance in self.chances:
            factor = chance.factor(marks.mark(luck, chance.key, 0, 0, chance.purpose))
            drawn = np.where(chance.cells, drawn * factor, drawn)
        return self._noticed(drawn)

    def average(self, base: Floats) -> Floats:
        """Expected contacts of every cell over all replications, shape (cells,)."""
        mean = base
        for chance in self.chances:
            mean = np.where(chance.cells, mean * chance.mean, mean)
        return self._noticed(mean)

    def _noticed(self, rates: Floats) -> Floats:
        if not self.added.any():
            return rates
        # A notice cannot prevent more contacts than there are.
        noticed: Floats = np.maximum(rates + self.added, 0.0)
        return noticed


def edges(scenario: Scenario) -> dict[int, list[pd.Timestamp]]:
    """Moments at which surges and notices change a queue's rate, and midnights of day factors."""
    demand, numbers = scenario.demand, _numbers(scenario)
    found: dict[int, list[pd.Timestamp]] = {number: [] for number in numbers.values()}
    for surge in demand.surges:
        for name in surge.queues or numbers:
            found[numbers[name]] += _surge_span(scenario, surge)
    for notice in scenario.notices.values():
        for start, end in _sent(scenario, notice):
            found[numbers[notice.queue]] += [start, end]
    if demand.uncertainty is not None or demand.events:
        midnights = [at_clock(date, 0, scenario.timezone) for date in dates(scenario)]
        for moments in found.values():
            moments += midnights
    return found


def variation_of(scenario: Scenario, pieces: list[Piece]) -> Variation:
    """Find what moves the rates of pieces that were cut at `edges`."""
    demand = scenario.demand
    chances = [_surge(scenario, surge, pieces) for surge in demand.surges]
    chances += [_uplift(scenario, event, pieces) for event in demand.events if event.uplift_range]
    added = np.zeros(len(pieces))
    for notice in scenario.notices.values():
        added += _caused(scenario, notice, pieces)
    return Variation(tuple(chances), _day_factors(scenario, pieces), added)


def _numbers(scenario: Scenario) -> dict[str, int]:
    return {name: number for number, name in enumerate(scenario.queues)}


def _surge_span(scenario: Scenario, surge: Surge) -> Span:
    start = horizon_start(scenario) + pd.Timedelta(seconds=surge.start)
    return start, start + pd.Timedelta(seconds=surge.duration)


def _surge(scenario: Scenario, surge: Surge, pieces: list[Piece]) -> Chance:
    start, end = _surge_span(scenario, surge)
    numbers = _numbers(scenario)
    queues = {numbers[name] for name in surge.queues or numbers}
    return Chance(
        key=marks.name_key("surge", surge.name),
        purpose=marks.SURGE,
        factor=Happens(surge.probability, surge.uplift),
        mean=1 + surge.probability * (surge.uplift - 1),
        cells=np.array([p.queue in queues and start <= p.start < end for p in pieces], dtype=bool),
    )


def _uplift(scenario: Scenario, event: Event, pieces: list[Piece]) -> Chance:
    """Draw an event's uplift: the rates hold its stated one, the largest of which is replaced."""
    numbers = _numbers(scenario)
    by_queue = (
        event.uplift if isinstance(event.uplift, dict) else dict.fromkeys(numbers, event.uplift)
    )
    # A range goes with a given uplift (`check_demand`).
    largest = max(uplift for uplift in by_queue.values() if uplift is not None)
    low, high = (value / largest for value in event.uplift_range or (largest, largest))
    queues, on = {numbers[name] for name in by_queue}, set(event.dates)
    return Chance(
        key=marks.name_key("event", event.name),
        purpose=marks.UPLIFT,
        factor=Between(low, high),
        mean=(low + high) / 2,
        cells=np.array([p.queue in queues and p.start.date() in on for p in pieces], dtype=bool),
    )


def _day_factors(scenario: Scenario, pieces: list[Piece]) -> DayFactors | None:
    uncertainty = scenario.demand.uncertainty
    if uncertainty is None or uncertainty.day_factor is None:
        return None
    names = list(scenario.queues)
    pairs = [(piece.start.date(), piece.queue) for piece in pieces]
    known = {pair: number for number, pair in enumerate(sorted(set(pairs)))}
    days = {date: number for number, date in enumerate(sorted({date for date, _ in known}))}
    return DayFactors(
        distribution=uncertainty.day_factor,
        correlation=uncertainty.queue_correlation,
        date_keys=_keys(marks.name_key("day", date.isoformat()) for date in days),
        pair_keys=_keys(marks.name_key("day", d.isoformat(), names[q]) for d, q in known),
        date=np.array([days[date] for date, _ in known], dtype=np.int64),
        pair=np.array([known[pair] for pair in pairs], dtype=np.int64),
    )


def _keys(keys: Iterator[np.uint64]) -> NDArray[np.uint64]:
    return np.array(list(keys), dtype=np.uint64)


def _sent(scenario: Scenario, notice: Notice) -> list[Span]:
    """Spans over which a notice's messages work, one a day of the horizon."""
    within = pd.Timedelta(seconds=notice.within)
    sent = [at_clock(date, notice.at, scenario.timezone) for date in dates(scenario)]
    return [(moment, moment + within) for moment in sent]


def _caused(scenario: Scenario, notice: Notice, pieces: list[Piece]) -> Floats:
    """Contacts a notice causes less those it prevents, by piece, spread over open time.

    What it does to days after the horizon is theirs.
    """
    contacts = (notice.causes - notice.prevents) * notice.messages
    own = np.array([piece.queue == _numbers(scenario)[notice.queue] for piece in pieces], bool)
    starts = _seconds(scenario, [piece.start for piece in pieces])
    ends = _seconds(scenario, [piece.end for piece in pieces])
    opens, closes = (_seconds(scenario, side) for side in _open(scenario, notice))
    added = np.zeros(len(pieces))
    for span in _sent(scenario, notice):
        start, end = _seconds(scenario, list(span))
        total = np.clip(np.minimum(closes, end) - np.maximum(opens, start), 0, None).sum()
        if total > 0:
            meeting = np.clip(np.minimum(ends, end) - np.maximum(starts, start), 0, None)
            added += np.where(own, contacts * meeting / total, 0.0)
    return added


def _open(scenario: Scenario, notice: Notice) -> tuple[list[pd.Timestamp], list[pd.Timestamp]]:
    """When the notice's queue opens and closes, as far beyond the horizon as the notice works."""
    hours = scenario.queues[notice.queue].hours or scenario.hours
    days = scenario.horizon.days + int(notice.within // DAY_S) + 2
    every = [scenario.horizon.start + dt.timedelta(n) for n in range(days)]
    spans = joined(scenario, [(d, window) for d in every for window in clock_windows(hours, d)])
    return [a for a, _ in spans], [b for _, b in spans]


def _seconds(scenario: Scenario, moments: list[pd.Timestamp]) -> Floats:
    begin = horizon_start(scenario)
    return np.array([(moment - begin).total_seconds() for moment in moments])
