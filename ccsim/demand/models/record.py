"""Forecasts of the past: what every rule would have expected, and what came."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ccsim.demand.arrays import Dates, Floats, Whole
from ccsim.demand.calendar import Calendar
from ccsim.demand.days import DayGrid, DayKinds
from ccsim.demand.events import Event
from ccsim.demand.models.base import Rule
from ccsim.demand.models.past import Past

# Origins of the past lie this many days apart, not a multiple of the week, so that every weekday
# is met at every lead; and on fixed dates, so that a later forecast meets the same.
EVERY, MOST_ORIGINS = 5, 24
# With many queues half as many origins, twice as far apart, have to do.
MANY_QUEUES = 12
EPOCH = np.datetime64("1970-01-01")


@dataclass(frozen=True, eq=False)
class Record:
    """What rules expected at origins and what came.

    Attributes
    ----------
    rules : tuple of Rule
        In the order of the first axis of `expected`.
    origins : numpy.ndarray of int64
        Days known at each origin, ascending, shape (origin,).
    expected : numpy.ndarray
        Shape (rule, queue, origin, lead, slot); NaN where a rule could say nothing.
    actual : numpy.ndarray
        Shape (queue, origin, lead, slot); NaN where nothing was counted, or on days that were
        then taken to be closed.
    seconds : numpy.ndarray
        Spent by each rule at each origin, all queues, shape (rule, origin).
    """

    rules: tuple[Rule, ...]
    origins: Whole
    expected: Floats
    actual: Floats
    seconds: Floats

    def seen_at(self, now: int, origins: Whole) -> Record:
        """Return some origins of it with what had come when `now` days were known."""
        past = np.searchsorted(self.origins, origins)
        came = origins[:, None] + np.arange(self.actual.shape[2]) < now
        actual = np.where(came[None, :, :, None], self.actual[:, past], np.nan)
        return Record(self.rules, origins, self.expected[:, :, past], actual, self.seconds[:, past])

    def seconds_at(self, known: int) -> float:
        """Seconds all rules together spent at an origin."""
        return float(self.seconds[:, np.searchsorted(self.origins, known)].sum())

    def of(self, rules: Sequence[Rule]) -> Record:
        """Return the record of some of the rules."""
        names = [rule.name for rule in self.rules]
        places = [names.index(rule.name) for rule in rules]
        return Record(
            tuple(rules), self.origins, self.expected[places], self.actual, self.seconds[places]
        )


def past_origins(dates: Dates, known: int, queues: int) -> Whole:
    """Return the origins whose forecasts decide weights and spread when so many days are known.

    The latest ones of those on fixed dates; none that knew less than half of what is known
    now, for what a rule misses when it knows less misleads.
    """
    few = queues < MANY_QUEUES
    every, most = (EVERY, MOST_ORIGINS) if few else (2 * EVERY, MOST_ORIGINS // 2)
    days = np.arange(max(known // 2, 1), known)
    on = (dates[days] - EPOCH).astype(np.int64) % every == 0
    return np.asarray(days[on][-most:])


def made(
    grid: DayGrid,
    calendar: Calendar | None,
    events: Sequence[Event],
    rules: Sequence[Rule],
    origins: Whole,
    days: int,
    workers: int | None = None,
    *,
    progress: bool = False,
) -> Record:
    """Let every rule forecast from every origin.

    Parameters
    ----------
    grid
        The history by day and slot.
    calendar, events
        As in `forecast`.
    rules
        Which.
    origins
        How many days are known at each, shape (origin,).
    days
        Days to forecast.
    workers
        Processes; None: one for small work, all cores for much. The result does not depend on it.
    """
    from joblib import Parallel, cpu_count, delayed
    from tqdm import tqdm

    known = grid.known
    jobs = [(origin, grid.at(origin, days, calendar, events)) for origin in origins.tolist()]
    parts = _chunks(len(grid.queues), len(jobs))
    if workers is None:
        # An origin of one queue takes some 0.3 s with all rules; starting processes takes 3 s.
        workers = cpu_count() if len(jobs) * len(grid.queues) * len(rules) > 600 else 1
    results = Parallel(n_jobs=workers, return_as="generator")(
        delayed(_expect_all)(view.counts[part, :origin], view.kinds, days, tuple(rules))
        for origin, view in jobs
        for part in parts
    )
    shape = (len(rules), len(grid.queues), len(jobs), days, len(grid.seconds))
    expected, actual = np.full(shape, np.nan), np.full(shape[1:], np.nan)
    seconds = np.zeros((len(rules), len(jobs)))
    done = tqdm(results, total=len(jobs) * len(parts), disable=not progress, desc="forecasts")
    done = iter(done)
    for place, (origin, view) in enumerate(jobs):
        for part in parts:
            expected[:, part, place], spent = next(done)
            seconds[:, place] += spent
        came = min(days, known - origin)
        actual[:, place, :came] = grid.counts[:, origin : origin + came]
        actual[:, place, view.kinds.closed[origin:]] = np.nan
    return Record(tuple(rules), origins, expected, actual, seconds)


def _chunks(queues: int, origins: int) -> list[slice]:
    size = max(1, min(queues, -(-queues * max(origins, 1) // 64)))
    return [slice(first, min(first + size, queues)) for first in range(0, queues, size)]


def _expect_all(
    counts: Floats, kinds: DayKinds, days: int, rules: tuple[Rule, ...]
) -> tuple[Floats, Floats]:
    """Let every rule forecast some queues from one origin; say how long each took."""
    # Only the threads of libraries already there can be limited.
    import sklearn.ensemble
    import sklearn.linear_model  # noqa: F401
    from threadpoolctl import threadpool_limits

    known = counts.shape[1]
    targets = np.arange(known, known + days)
    expected = np.full((len(rules), len(counts), days, counts.shape[2]), np.nan)
    seconds = np.zeros(len(rules))
    # Matrices here are small: threads cost more than they bring, and would change last digits.
    with threadpool_limits(1):
        for queue, rows in enumerate(counts):
            past = Past(rows, kinds, targets)
            if len(past.observed) < 2:
                continue
            past.fits  # noqa: B018  shared by most rules, so not to be counted with the first
            for number, rule in enumerate(rules):
                if rule.by_slot and counts.shape[2] < 2:
                    continue
                began = time.perf_counter()
                expected[number, queue] = rule.expect(past)
                seconds[number] += time.perf_counter() - began
    return expected, seconds
