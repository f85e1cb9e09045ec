"""A customer's luck, leg by leg: one set of compiled functions for first and later attempts."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from ccsim.distributions import Constant, Distribution
from ccsim.scenario import Scenario
from ccsim.scenario.contacts import Queue
from ccsim.scenario.kinds import ByPeriod
from ccsim.simulation import marks
from ccsim.simulation.centre import NEVER
from ccsim.simulation.durations import (
    Durations,
    duration,
    durations_of,
    rounded,
    seconds_of_all,
)
from ccsim.simulation.intents import (
    FIRST_TRANSFER_BIT,
    INTENTS,
    MONITORED,
    MOST_TRANSFERS,
    PERSONAL,
)
from ccsim.simulation.marks import AGAIN, PATIENCE, TALK, TRANSFER, WRAP, mark, stream
from ccsim.simulation.menu import Menu, dialogues, menu_of, reached, walk

ENDLESS = Constant(np.finfo(float).max)
# Standard work is at most this long (some twelve days), so that integer formulas cannot overflow.
LONGEST_WORK = 10**12

# Durations of a queue by the purpose of their mark; each is a block of rows, a row a queue.
BLOCKS = (
    TALK,
    WRAP,
    PATIENCE,
    marks.RETRY_AFTER,
    marks.SECOND_AFTER,
    marks.RETURNS_AFTER,
    marks.ASTRAY_AFTER,
    marks.REBOOK_AFTER,
    marks.TICKET_WORK,
)


class Book(NamedTuple):
    """Everything customers' luck is drawn from, in arrays.

    Attributes
    ----------
    durations
        Blocks of rows by `BLOCKS`, then the ring of each campaign, then each node's dialogue.
    chance
        ndarray of float64, shape (intents, queues).
    transfers
        ndarray of float64, shape (queues, `MOST_TRANSFERS`): chance of each hand-over that does
        not hang on emotion.
    shares
        ndarray of float64, shape (queues, segments): cumulative shares of the segments that
        concern the queue.
    talk_factor, patience_factor
        ndarrays of float64, shape (segments + 1,): the first is of who has no segment.
    monitored_factor
        Talk of a monitored contact as a multiple.
    menu
        The menu.
    menu_leads, through_menu
        ndarrays of bool, shape (queues,): whether a walk leads to the queue; whether its
        channel passes through a menu at all.
    """

    durations: Durations
    chance: NDArray[np.float64]
    transfers: NDArray[np.float64]
    shares: NDArray[np.float64]
    talk_factor: NDArray[np.float64]
    patience_factor: NDArray[np.float64]
    monitored_factor: float
    menu: Menu
    menu_leads: NDArray[np.bool_]
    through_menu: NDArray[np.bool_]


def book_of(scenario: Scenario) -> Book:
    """Gather everything the luck of a scenario's customers is drawn from."""
    queues = list(scenario.queues.values())
    rows = [_duration(scenario, queue, block) for block in BLOCKS for queue in queues]
    rows += [campaign.ring for campaign in scenario.campaigns.values()]
    first_dialogue = len(rows)
    rows += dialogues(scenario)
    segments = list(scenario.segments.values())
    concerned = np.array(
        [
            [segment.share * (not segment.queues or name in segment.queues) for segment in segments]
            for name in scenario.queues
        ]
    ).reshape(len(queues), len(segments))
    transfers = np.zeros((len(queues), MOST_TRANSFERS))
    for number, queue in enumerate(queues):
        for place, transfer in enumerate(queue.transfers):
            transfers[number, place] = 0.0 if transfer.on_emotion else transfer.probability
    led_to, _ = reached(scenario)
    return Book(
        durations=durations_of(rows),
        chance=np.array([_chances(scenario, queue) for queue in queues]).T.copy(),
        transfers=transfers,
        shares=np.cumsum(concerned, axis=1),
        talk_factor=np.array([1.0, *(segment.talk_factor for segment in segments)]),
        patience_factor=np.array([1.0, *(segment.patience_factor for segment in segments)]),
        monitored_factor=scenario.quality.talk_factor if scenario.quality else 1.0,
        menu=menu_of(scenario, first_dialogue),
        menu_leads=led_to > 0,
        through_menu=np.array(
            [scenario.ivr is not None and queue.channel == "voice" for queue in queues]
        ),
    )


def _duration(scenario: Scenario, queue: Queue, block: int) -> Distribution | ByPeriod:
    nothing = Constant(0.0)
    resolution, booking = queue.resolution, queue.booking
    given = {
        TALK: queue.talk,
        WRAP: queue.wrap,
        PATIENCE: queue.patience or ENDLESS,
        marks.RETRY_AFTER: queue.retry.after if queue.retry else nothing,
        marks.SECOND_AFTER: queue.second_channel.after if queue.second_channel else nothing,
        marks.RETURNS_AFTER: resolution.returns_after if resolution else nothing,
        marks.ASTRAY_AFTER: queue.wrong_department.after if queue.wrong_department else nothing,
        marks.REBOOK_AFTER: (booking.repeat_after if booking else None) or nothing,
        marks.TICKET_WORK: scenario.back_office[queue.ticket.to].work if queue.ticket else nothing,
    }
    return given[block]


def _chances(scenario: Scenario, queue: Queue) -> list[float]:
    """Chance of every intent, in the order of `INTENTS`."""
    callback, retry, resolution = queue.callback, queue.retry, queue.resolution
    quality, survey, ticket, booking = (
        scenario.quality,
        scenario.survey,
        queue.ticket,
        queue.booking,
    )
    chance = {
        "balks": queue.balk,
        "accepts_callback": callback.accept if callback else 0.0,
        "retries": retry.probability if retry else 0.0,
        "tries_other_channel": queue.second_channel.probability if queue.second_channel else 0.0,
        "astray": queue.wrong_department.probability if queue.wrong_department else 0.0,
        "upset": queue.emotion.probability if queue.emotion else 0.0,
        "noticed": queue.emotion.detected if queue.emotion else 0.0,
        "books": booking.probability if booking else 0.0,
        "rebooks": booking.sold_out_repeat if booking else 0.0,
        "resolved": resolution.first_contact if resolution else 0.0,
        "returns": resolution.returns if resolution else 0.0,
        "opens_ticket": ticket.probability if ticket else 0.0,
        "calls_when_late": ticket.calls_when_late if ticket else 0.0,
        "monitored": quality.monitored if quality else 0.0,
        "reviewed": quality.reviewed if quality else 0.0,
        "breach": quality.breach if quality else 0.0,
        "caught": quality.caught if quality else 0.0,
        "sampled": survey.sampled if survey else 0.0,
        "responds": survey.responds if survey else 0.0,
        "personal": queue.personal_agent.share if queue.personal_agent else 0.0,
    }
    return [chance[name] for name, _ in INTENTS]


_PURPOSES = np.array([purpose for _, purpose in INTENTS], dtype=np.int64)
_PERSONAL_BIT = PERSONAL.bit_length() - 1


@numba.njit(cache=True)
def leg_marks(
    book: Book,
    luck: np.uint64,
    key: NDArray[np.uint64],
    attempt: int,
    leg: int,
    queue: int,
    segment: NDArray[np.int16],
    arrived: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Talk, wrap, patience (µs) and intents of legs of one queue, all of one number.

    Column by column: what a queue does not ask for costs nothing, and the compiler makes several
    marks at a time.

    Parameters
    ----------
    key, segment, arrived
        ndarrays of shape (n,): whose legs; segment -1 is none; the contact's first arrival, µs.
    """
    number, queues = len(key), book.chance.shape[1]
    intent = np.zeros(number, np.int64)
    for bit in range(book.chance.shape[0]):
        # A mark of the contact is that of attempt and leg nought.
        per_leg = 0 if bit == _PERSONAL_BIT else 1
        _intend(intent, bit, book.chance[bit, queue], luck, key, per_leg * attempt, per_leg * leg,
                _PURPOSES[bit])  # fmt: skip
    for place in range(book.transfers.shape[1]):
        _intend(intent, FIRST_TRANSFER_BIT + place, book.transfers[queue, place], luck, key,
                attempt, leg, TRANSFER + AGAIN * place)  # fmt: skip
    of = book.durations
    talk = seconds_of_all(of, queue, arrived, luck, key, attempt, leg, TALK)
    wrap = seconds_of_all(of, queues + queue, arrived, luck, key, attempt, leg, WRAP)
    patience = seconds_of_all(of, 2 * queues + queue, arrived, luck, key, attempt, leg, PATIENCE)
    talks, wraps, patiences = np.empty_like(arrived), np.empty_like(arrived), np.empty_like(arrived)
    for i in range(number):
        talking = talk[i] * book.talk_factor[segment[i] + 1]
        if intent[i] & MONITORED:
            talking *= book.monitored_factor
        talks[i] = min(rounded(talking), LONGEST_WORK)
        wraps[i] = min(rounded(wrap[i]), LONGEST_WORK)
        patiences[i] = rounded(patience[i] * book.patience_factor[segment[i] + 1])
    return talks, wraps, patiences, intent


@numba.njit(cache=True)
def _intend(
    intent: NDArray[np.int64],
    bit: int,
    chance: float,
    luck: np.uint64,
    key: NDArray[np.uint64],
    attempt: int,
    leg: int,
    purpose: int,
) -> None:
    """Set a bit of those whose mark is below a chance."""
    if chance > 0:
        for i in range(len(key)):
            intent[i] |= np.int64(mark(luck, key[i], attempt, leg, purpose) < chance) << bit


@numba.njit(cache=True)
def one_leg(
    book: Book,
    luck: np.uint64,
    key: np.uint64,
    attempt: int,
    leg: int,
    queue: int,
    segment: int,
    arrived: int,
) -> tuple[int, int, int, int]:
    """`leg_marks` of a single leg."""
    talk, wrap, patience, intent = leg_marks(
        book, luck, np.full(1, key), attempt, leg, queue, np.full(1, segment, np.int16),
        np.full(1, arrived, np.int64),
    )  # fmt: skip
    return talk[0], wrap[0], patience[0], intent[0]


@numba.njit(cache=True)
def favourite(key: np.uint64, agents: NDArray[np.uint64]) -> int:
    """Position of the agent who is a contact's own: the highest mix of both keys.

    So a new agent takes over some contacts and leaves all others theirs (rendezvous hashing,
    Thaler & Ravishankar 1998).
    """
    best, chosen = np.uint64(0), 0
    for place in range(len(agents)):
        score = marks.mix(key, agents[place])
        if score > best:
            best, chosen = score, place
    return chosen


class Luck:
    """Marks on demand for one replication, for who makes a later attempt or leg."""

    def __init__(self, book: Book, seed: int, replication: int) -> None:
        self.book = book
        self.stream = np.uint64(stream(seed, replication))
        self._queues = book.chance.shape[1]
        self.menu_leads = book.menu_leads.tolist()

    def leg(
        self, key: np.uint64, attempt: int, leg: int, queue: int, segment: int, arrived: int
    ) -> tuple[int, int, int, int]:
        """Talk, wrap, patience (µs) and intents of a leg."""
        marks_of: tuple[int, int, int, int] = one_leg(
            self.book, self.stream, key, attempt, leg, queue, segment, arrived
        )
        return marks_of

    def journey(self, key: np.uint64, attempt: int, queue: int) -> tuple[int, int, int, int]:
        """Walk of a later attempt through the menu to its queue; as `menu.walk`."""
        way: tuple[int, int, int, int] = walk(
            self.book.menu, self.book.durations, self.stream, key, attempt, queue
        )
        return way

    def duration(
        self, key: np.uint64, attempt: int, leg: int, purpose: int, queue: int, arrived: int
    ) -> int:
        """A duration of a queue by its purpose, µs, at most `NEVER`."""
        row = BLOCKS.index(purpose) * self._queues + queue
        of = self.book.durations
        return int(duration(of, row, arrived, self.stream, key, attempt, leg, purpose))

    def ring(self, key: np.uint64, dial: int, campaign: int) -> int:
        """How long a dial rings, µs."""
        row, of = len(BLOCKS) * self._queues + campaign, self.book.durations
        return int(duration(of, row, 0, self.stream, key, dial, 1, marks.RING))

    def uniform(self, key: np.uint64, attempt: int, leg: int, purpose: int) -> float:
        """One mark."""
        return float(mark(self.stream, key, attempt, leg, purpose))


def never_after(moment: int, delay: int) -> int:
    """A moment a delay later, or `NEVER`."""
    return NEVER if delay >= NEVER else moment + delay
