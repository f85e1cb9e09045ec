"""Draw the customers first: every contact of a replication with its own luck.

Before the clock starts, each contact is given its arrival and its marks: its way through the menu,
how long it will talk, how much work it leaves, how long it is willing to wait, what it would do.
Engines read them and never draw anything themselves, so two centres can be compared on the same
customers. What only later attempts need is evaluated on demand by the same compiled functions
(`ccsim.simulation.luck`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from numbers import Integral
from typing import Any

import numba
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.errors import OptionError
from ccsim.scenario import Scenario, require_support
from ccsim.simulation.centre import NEVER, SECOND, Centre, centre_of
from ccsim.simulation.luck import Book, book_of, leg_marks
from ccsim.simulation.marks import ARRIVAL, COUNT, SEGMENT, mark, mix, name_key, stream
from ccsim.simulation.menu import walk
from ccsim.simulation.rates import Cells, rates_of

OUTCOMES = ("asks", "contained", "ivr_lost")


@dataclass(frozen=True)
class Begun:
    """The first contacts are there when the simulation begins.

    Attributes
    ----------
    at
        That moment, µs.
    group
        ndarray of int32: group that talks with each; -1: waits.
    """

    at: int
    group: NDArray[np.int32]


@dataclass(frozen=True)
class Contacts:
    """The contacts of one replication, in the order in which they arrive.

    A contact's number is its position. Times and durations are int64 microseconds; a
    patience of `NEVER` has no end. Marks are those of the first attempt's first leg.

    Attributes
    ----------
    key
        ndarray of uint64, shape (n,): the contact's lasting name.
    queue, segment
        ndarrays of int16, shape (n,): numbers; of who never asks for a person the queue the
        menu would have led to; segment -1 is none.
    arrived
        ndarray of int64, shape (n,): engine time of arrival.
    menu
        ndarray of int64, shape (n,): time in the menu; -1: does not pass through it.
    outcome
        ndarray of int8, shape (n,): what the menu comes to, see `OUTCOMES`.
    price
        ndarray of int64, shape (n,): virtual agents met, millionths of the currency.
    talk, wrap, patience
        ndarrays of int64, shape (n,): standard durations, before anybody's speed.
    intent
        ndarray of int64, shape (n,): bits, see `ccsim.simulation.intents`.
    begun
        Who of the first is there already; None: nobody.
    records
        ndarray of uint64, shape (r,): keys of the campaigns' records, by campaign; they are
        contacts n, n + 1, … without an arrival.
    """

    key: NDArray[np.uint64]
    queue: NDArray[np.int16]
    segment: NDArray[np.int16]
    arrived: NDArray[np.int64]
    menu: NDArray[np.int64]
    outcome: NDArray[np.int8]
    price: NDArray[np.int64]
    talk: NDArray[np.int64]
    wrap: NDArray[np.int64]
    patience: NDArray[np.int64]
    intent: NDArray[np.int64]
    records: NDArray[np.uint64]
    begun: Begun | None = None

    def __len__(self) -> int:
        """Count the contacts that arrive."""
        return len(self.arrived)

    def table(self, centre: Centre) -> pd.DataFrame:
        """Show the contacts with names and seconds.

        Returns
        -------
        DataFrame
            Index ``contact`` (number); columns ``key`` (uint64), ``queue``, ``segment`` (str,
            missing: none), ``arrived`` (tz-aware), ``menu`` (float64 s, NaN: no menu),
            ``outcome`` (str), ``talk``, ``wrap``, ``patience`` (float64 s; inf has no end).
        """
        patience = np.where(self.patience == NEVER, np.inf, self.patience / SECOND)

        def names(codes: NDArray[np.integer], of: list[str] | tuple[str, ...]) -> pd.Series:
            return pd.Series(pd.Categorical.from_codes(codes, of)).astype("str")

        return pd.DataFrame(
            {
                "key": self.key,
                "queue": names(self.queue, centre.queue_names),
                "segment": names(self.segment, centre.segment_names),
                "arrived": centre.moments(self.arrived),
                "menu": np.where(self.menu < 0, np.nan, self.menu / SECOND),
                "outcome": names(self.outcome, OUTCOMES),
                "talk": self.talk / SECOND,
                "wrap": self.wrap / SECOND,
                "patience": patience,
            }
        ).rename_axis("contact")


@dataclass(frozen=True)
class Customers:
    """What any replication's customers are drawn from.

    Attributes
    ----------
    target
        ndarray of int64, shape (queues,): what the cells of a queue are for: its own number
        (counts taken in the queue), -1 (the menu decides) or -2 (there is no menu on the way).
    spaced
        Whether contacts come evenly spaced instead of at random.
    """

    cells: Cells
    book: Book
    target: NDArray[np.int64]
    spaced: bool
    records: NDArray[np.uint64]


def customers_of(scenario: Scenario, cells: Cells) -> Customers:
    """Gather what the customers of a scenario are drawn from."""
    at_door = scenario.demand.measured_at == "door"
    book = book_of(scenario)
    target = [
        -2 if not book.menu_leads[number] and not (at_door and book.through_menu[number])
        else (-1 if at_door else number)
        for number in range(len(scenario.queues))
    ]  # fmt: skip
    return Customers(
        cells,
        book,
        target=np.array(target, dtype=np.int64),
        spaced=scenario.demand.arrivals == "fixed",
        records=np.array(
            [
                mix(name_key("campaign", name), np.uint64(number))
                for name, campaign in scenario.campaigns.items()
                for number in range(campaign.records)
            ],
            dtype=np.uint64,
        ),
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
    cells, book = customers.cells, customers.book
    luck = np.uint64(stream(seed, replication))
    if customers.spaced:
        key, queue, arrived = _spaced(expected, cells.queue, cells.start, cells.length, cells.key)
    else:
        counts = _counts(expected, luck, cells.key)
        key, queue, arrived = _arrivals(
            luck, counts, cells.queue, cells.start, cells.length, cells.key
        )
    order = _in_turn(arrived, key)
    key, queue, arrived = key[order], queue[order], arrived[order]
    queue, menu, outcome, price = _journeys(luck, key, queue, customers.target, book)
    segment = segments_of(luck, key, queue, book)
    talk, wrap, patience, intent = marks_of(luck, key, queue, segment, arrived, book)
    return Contacts(
        key, queue, segment, arrived, menu, outcome, price, talk, wrap, patience, intent,
        customers.records,
    )  # fmt: skip


def _in_turn(arrived: NDArray[np.int64], key: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Order by (arrival, key); the key is only looked at where two arrive at one instant."""
    order = np.argsort(arrived)
    if (np.diff(arrived[order]) > 0).all():
        return order
    return np.lexsort((key, arrived))


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


def _spaced(
    expected: NDArray[np.float64],
    queues: NDArray[np.int16],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    keys: NDArray[np.uint64],
) -> tuple[NDArray[np.uint64], NDArray[np.int16], NDArray[np.int64]]:
    """Space a queue's contacts evenly: one whenever the expected number passes a half."""
    key, queue, arrived = [], [], []
    for number in np.unique(queues):
        so_far = 0.0
        for cell in np.flatnonzero(queues == number):
            until = so_far + expected[cell]
            first, last = int(np.floor(so_far + 0.5)), int(np.floor(until + 0.5))
            for member, place in enumerate(range(first, last)):
                share = (place + 0.5 - so_far) / expected[cell]
                key.append(mix(keys[cell], np.uint64(member)))
                queue.append(number)
                arrived.append(starts[cell] + np.int64(np.floor(share * lengths[cell])))
            so_far = until
    return (
        np.array(key, dtype=np.uint64),
        np.array(queue, dtype=np.int16),
        np.array(arrived, dtype=np.int64),
    )


@numba.njit(cache=True)
def _journeys(
    luck: np.uint64,
    key: NDArray[np.uint64],
    queue: NDArray[np.int16],
    target: NDArray[np.int64],
    book: Book,
) -> tuple[NDArray[np.int16], NDArray[np.int64], NDArray[np.int8], NDArray[np.int64]]:
    number = len(key)
    to = queue.copy()
    elapsed = np.full(number, -1, np.int64)
    outcome = np.zeros(number, np.int8)
    price = np.zeros(number, np.int64)
    menu, durations = book.menu, book.durations
    for contact in range(number):
        meant = target[queue[contact]]
        if meant > -2:
            outcome[contact], to[contact], elapsed[contact], price[contact] = walk(
                menu, durations, luck, key[contact], 1, meant
            )
    return to, elapsed, outcome, price


@numba.njit(cache=True)
def segments_of(
    luck: np.uint64, key: NDArray[np.uint64], queue: NDArray[np.int16], book: Book
) -> NDArray[np.int16]:
    """Segment of each contact by the first queue it asked for; -1 is none."""
    segment = np.full(len(key), -1, np.int16)
    segments = book.shares.shape[1]
    for contact in range(len(key) if segments else 0):
        u = mark(luck, key[contact], 0, 0, SEGMENT)
        for s in range(segments):
            if u < book.shares[queue[contact], s]:
                segment[contact] = s
                break
    return segment


@numba.njit(cache=True)
def marks_of(
    luck: np.uint64,
    key: NDArray[np.uint64],
    queue: NDArray[np.int16],
    segment: NDArray[np.int16],
    arrived: NDArray[np.int64],
    book: Book,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Talk, wrap, patience (µs) and intents of first attempts."""
    number = len(key)
    talk = np.empty(number, np.int64)
    wrap = np.empty(number, np.int64)
    patience = np.empty(number, np.int64)
    intent = np.empty(number, np.int64)
    for q in range(len(book.shares)):
        own = np.flatnonzero(queue == q)
        if len(own) == number:
            return leg_marks(book, luck, key, 1, 1, q, segment, arrived)
        talk[own], wrap[own], patience[own], intent[own] = leg_marks(
            book, luck, key[own], 1, 1, q, segment[own], arrived[own]
        )
    return talk, wrap, patience, intent


def given_contacts(**columns: Any) -> Contacts:
    """Make contacts from some of their columns; the rest is as in a centre without features.

    Parameters
    ----------
    **columns
        At least ``queue``, ``arrived`` and ``talk``, in order of arrival.
    """
    number = len(columns["arrived"])
    plain: dict[str, Any] = {
        "key": np.arange(number, dtype=np.uint64),
        "segment": np.full(number, -1, np.int16),
        "menu": np.full(number, -1, np.int64),
        "outcome": np.zeros(number, np.int8),
        "price": np.zeros(number, np.int64),
        "wrap": np.zeros(number, np.int64),
        "patience": np.full(number, NEVER, np.int64),
        "intent": np.zeros(number, np.int64),
        "records": np.zeros(0, np.uint64),
        "begun": None,
    }
    return Contacts(**{field.name: (plain | columns)[field.name] for field in fields(Contacts)})
