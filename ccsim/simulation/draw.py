"""Draw the customers first: every contact of a replication with its own luck.

Before the clock starts, each contact is given its arrival and its marks: how long it will
talk, how much work it leaves, how long it is willing to wait. Engines read them and never
draw anything themselves, so two centres can be compared on the same customers.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral

import numba
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.distributions import Constant, Distribution
from ccsim.distributions.compiled import quantile
from ccsim.errors import OptionError
from ccsim.scenario import Scenario, require_support
from ccsim.simulation.centre import NEVER, SECOND, Centre, centre_of
from ccsim.simulation.marks import ARRIVAL, COUNT, PATIENCE, TALK, WRAP, mark, mix, stream
from ccsim.simulation.rates import Cells, rates_of


@dataclass(frozen=True)
class Contacts:
    """The contacts of one replication, in the order in which they arrive.

    A contact's number is its position. Times and durations are int64 microseconds; a
    patience of `NEVER` has no end.

    Attributes
    ----------
    key
        ndarray of uint64, shape (n,): the contact's lasting name.
    queue
        ndarray of int16, shape (n,): queue number.
    arrived
        ndarray of int64, shape (n,): engine time of arrival.
    talk, wrap, patience
        ndarrays of int64, shape (n,): standard durations, before anybody's speed.
    """

    key: NDArray[np.uint64]
    queue: NDArray[np.int16]
    arrived: NDArray[np.int64]
    talk: NDArray[np.int64]
    wrap: NDArray[np.int64]
    patience: NDArray[np.int64]

    def __len__(self) -> int:
        """Count the contacts."""
        return len(self.arrived)

    def table(self, centre: Centre) -> pd.DataFrame:
        """Show the contacts with names and seconds.

        Returns
        -------
        DataFrame
            Index ``contact`` (number); columns ``key`` (uint64), ``queue`` (str), ``arrived``
            (tz-aware), ``talk``, ``wrap``, ``patience`` (float64 s; inf has no end).
        """
        patience = np.where(self.patience == NEVER, np.inf, self.patience / SECOND)
        return pd.DataFrame(
            {
                "key": self.key,
                "queue": pd.Categorical.from_codes(self.queue, centre.queue_names).astype(str),
                "arrived": centre.moments(self.arrived),
                "talk": self.talk / SECOND,
                "wrap": self.wrap / SECOND,
                "patience": patience,
            },
            index=pd.RangeIndex(len(self), name="contact"),
        )


@dataclass(frozen=True)
class Durations:
    """The distributions of every queue for one purpose, as compiled code reads them.

    Attributes
    ----------
    kind
        ndarray of int64, shape (queues,): code of the distribution.
    offset
        ndarray of int64, shape (queues + 1,): where each queue's parameters lie in ``params``.
    params
        ndarray of float64: all parameters one after the other.
    """

    kind: NDArray[np.int64]
    offset: NDArray[np.int64]
    params: NDArray[np.float64]


@dataclass(frozen=True)
class Customers:
    """What any replication's customers are drawn from: cells, and distributions by purpose."""

    cells: Cells
    talk: Durations
    wrap: Durations
    patience: Durations


def customers_of(scenario: Scenario, cells: Cells) -> Customers:
    """Gather what the customers of a scenario are drawn from."""
    queues = scenario.queues.values()
    endless = Constant(np.finfo(float).max)
    return Customers(
        cells,
        talk=_durations([queue.talk for queue in queues]),
        wrap=_durations([queue.wrap for queue in queues]),
        patience=_durations([queue.patience or endless for queue in queues]),
    )


def draw(scenario: Scenario, seed: int = 1, replication: int = 0) -> pd.DataFrame:
    """Draw the contacts of one replication of a scenario.

    Parameters
    ----------
    scenario
        What to draw from; its history is forecast where it has one.
    seed, replication
        Every mark is a pure function of these and the contact's key.

    Returns
    -------
    DataFrame
        As `Contacts.table` gives it.

    Examples
    --------
    >>> import ccsim
    >>> bank = ccsim.load("scenarios/finance.yaml")   # doctest: +SKIP
    >>> ccsim.draw(bank, seed=1, replication=0)       # doctest: +SKIP
    """
    require_support(scenario)
    check_seed(seed)
    rates = rates_of(scenario)
    customers = customers_of(scenario, rates.cells)
    contacts = draw_contacts(customers, rates.draw(seed, replication), seed, replication)
    return contacts.table(centre_of(scenario))


def check_seed(seed: int) -> None:
    """Refuse a seed that is not a whole number from 0 to 2^63 − 1."""
    whole = isinstance(seed, Integral) and not isinstance(seed, bool)
    if not whole or not 0 <= seed < 2**63:
        raise OptionError(f"seed={seed!r}; allowed: a whole number from 0 to 2^63 - 1")


def draw_contacts(
    customers: Customers, expected: NDArray[np.float64], seed: int, replication: int
) -> Contacts:
    """Draw the contacts of one replication, in order of (arrival, key).

    Parameters
    ----------
    expected
        ndarray of float64, shape (cells,): contacts to expect in each cell of this replication.
    """
    cells = customers.cells
    luck = np.uint64(stream(seed, replication))
    counts = _counts(expected, luck, cells.key)
    key, queue, arrived = _arrivals(luck, counts, cells.queue, cells.start, cells.length, cells.key)
    order = np.lexsort((key, arrived))
    key, queue, arrived = key[order], queue[order], arrived[order]

    def durations(purpose: int, of: Durations) -> NDArray[np.int64]:
        filled: NDArray[np.int64] = _durations_drawn(
            luck, key, queue, purpose, of.kind, of.offset, of.params
        )
        return filled

    return Contacts(
        key,
        queue,
        arrived,
        talk=durations(TALK, customers.talk),
        wrap=durations(WRAP, customers.wrap),
        patience=durations(PATIENCE, customers.patience),
    )


def _durations(distributions: list[Distribution]) -> Durations:
    codes = [distribution.code() for distribution in distributions]
    sizes = [len(params) for _, params in codes]
    return Durations(
        kind=np.array([kind for kind, _ in codes], dtype=np.int64),
        offset=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        params=np.concatenate([params for _, params in codes]),
    )


def _counts(
    expected: NDArray[np.float64], luck: np.uint64, keys: NDArray[np.uint64]
) -> NDArray[np.int64]:
    """Count the contacts of each cell: the inverse Poisson distribution of one uniform a cell.

    A higher rate adds contacts and leaves the others, because the uniform stays.
    """
    from scipy.special import pdtr, pdtrik

    uniforms = _cell_uniforms(luck, keys)
    # pdtrik inverts a continuous extension; the count is the next whole number, unless rounding
    # put it one too high.
    counts = np.ceil(pdtrik(uniforms, np.maximum(expected, 1e-300)))
    below = np.maximum(counts - 1, 0)
    counts = np.where(pdtr(below, expected) >= uniforms, below, counts)
    return np.where(expected > 0, counts, 0).astype(np.int64)


@numba.njit(cache=True)
def _cell_uniforms(luck: np.uint64, keys: NDArray[np.uint64]) -> NDArray[np.float64]:
    uniforms = np.empty(len(keys))
    for cell in range(len(keys)):
        uniforms[cell] = mark(luck, keys[cell], 0, 0, COUNT)
    return uniforms


@numba.njit(cache=True)
def _arrivals(
    luck: np.uint64,
    counts: NDArray[np.int64],
    queues: NDArray[np.int16],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    keys: NDArray[np.uint64],
) -> tuple[NDArray[np.uint64], NDArray[np.int16], NDArray[np.int64]]:
    total = counts.sum()
    key = np.empty(total, np.uint64)
    queue = np.empty(total, np.int16)
    arrived = np.empty(total, np.int64)
    contact = 0
    for cell in range(len(counts)):
        for member in range(counts[cell]):
            own = mix(keys[cell], np.uint64(member))
            key[contact] = own
            queue[contact] = queues[cell]
            share = mark(luck, own, 1, 0, ARRIVAL)
            arrived[contact] = starts[cell] + np.int64(np.floor(share * lengths[cell]))
            contact += 1
    return key, queue, arrived


@numba.njit(cache=True)
def duration(
    luck: np.uint64,
    key: np.uint64,
    attempt: int,
    leg: int,
    purpose: int,
    kind: int,
    params: NDArray[np.float64],
) -> int:
    """One drawn duration, µs, rounded here and nowhere else; too long to matter is `NEVER`."""
    seconds = quantile(kind, params, mark(luck, key, attempt, leg, purpose))
    if seconds * 1e6 >= NEVER:
        return NEVER
    return int(np.floor(seconds * 1e6 + 0.5))


@numba.njit(cache=True)
def _durations_drawn(
    luck: np.uint64,
    key: NDArray[np.uint64],
    queue: NDArray[np.int16],
    purpose: int,
    kind: NDArray[np.int64],
    offset: NDArray[np.int64],
    params: NDArray[np.float64],
) -> NDArray[np.int64]:
    drawn = np.empty(len(key), np.int64)
    for contact in range(len(key)):
        q = queue[contact]
        own = params[offset[q] : offset[q + 1]]
        drawn[contact] = duration(luck, key[contact], 1, 1, purpose, kind[q], own)
    return drawn
