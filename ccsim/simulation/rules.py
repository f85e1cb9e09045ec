"""The rules of a centre in numbers: what an engine reads of queues, groups, sites and stages.

Names have become numbers, durations whole microseconds, and factors and shares that enter
integer arithmetic whole millionths. `ccsim.simulation.centre.centre_of` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ccsim.scenario.people import When

Windows = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class ChannelRules:
    """How a channel's contacts are handled.

    Attributes
    ----------
    lines
        Simultaneous contacts, waiting ones included; None is no limit.
    concurrency
        Contacts one agent may have in hand at once.
    slowdown
        Millionths: with n in hand each proceeds at 1/(1 + slowdown·(n − 1)).
    """

    name: str
    lines: int | None
    concurrency: int
    slowdown: int
    deferred: bool
    interruptible: bool


@dataclass(frozen=True)
class CallbackRules:
    """An offer of a callback; ``window`` is `NEVER` where there is none, ``reach`` a share."""

    when_wait_over: int
    reach: float
    attempts: int
    retry_after: int
    window: int


@dataclass(frozen=True)
class TransferRules:
    """A hand-over; ``probability`` is used only where it hangs on emotion."""

    to: int
    warm: bool
    on_emotion: bool
    talk_share: int
    probability: float


@dataclass(frozen=True)
class TicketRules:
    """The ticket a contact opens: back office and promise, µs."""

    stage: int
    promise: int


@dataclass(frozen=True)
class BookingRules:
    """The slot a contact takes; ``sold_out_talk`` in millionths."""

    inventory: int
    sold_out_talk: int


@dataclass(frozen=True)
class EmotionRules:
    """Chance of being upset, and its rise per minute waited (floats, compared with a mark)."""

    probability: float
    rises_per_minute: float


@dataclass(frozen=True)
class WorthRules:
    """Worth of a contact, in the currency; ``halves_after`` seconds, inf where it does not."""

    handled: float
    halves_after: float
    lost: float
    churn: float
    churn_loss: float


@dataclass(frozen=True)
class QueueRules:
    """What the engines need to know of a queue.

    Attributes
    ----------
    channel
        Number of its channel.
    priority
        Higher is served first.
    growth
        Priority gained per minute waited, millionths.
    weight
        Millionths, under ``weighted_wait``.
    line
        Whether its channel limits lines, so that they have to be counted.
    menu
        Whether those who call it pass through the menu.
    windows
        Its opening windows (from, to), µs after the start of the horizon, ascending.
    within, short_abandon, due
        Service-level threshold, longest short abandon, and when deferred work is due, µs.
    target
        Service level asked for; NaN where none is.
    handle
        Mean of talk and wrap, µs, by which waits are estimated.
    capacity
        Places to wait; None is no limit.
    leaves_if_over, patience_factor
        Of the announcement, millionths; None where nothing is announced.
    balks
        Whether some hang up on hearing that all are busy.
    retries
        Retries beyond the first contact.
    second
        Queue of the second channel; -1 is none.
    personal_wait
        Wait for the agent of one's own, µs; -1 where nobody has one.
    resolves
        Whether the scenario says what share is resolved.
    closing
        ``serve``, ``callback`` or ``turn_away``.
    astray_to
        Right queues and the cumulative shares in which the misdirected belong there.
    """

    name: str
    channel: int
    priority: int
    line: bool
    windows: Windows
    within: int
    short_abandon: int
    target: float
    growth: int = 0
    weight: int = 1_000_000
    menu: bool = False
    due: int = 0
    handle: int = 0
    capacity: int | None = None
    leaves_if_over: int | None = None
    patience_factor: int = 1_000_000
    callback: CallbackRules | None = None
    balks: bool = False
    retries: int = 0
    second: int = -1
    personal_wait: int = -1
    resolves: bool = False
    closing: str = "serve"
    ticket: TicketRules | None = None
    transfers: tuple[TransferRules, ...] = ()
    emotion: EmotionRules | None = None
    emotion_price: float = 0.0
    booking: BookingRules | None = None
    astray_to: tuple[tuple[int, float], ...] = ()
    worth: WorthRules | None = None


@dataclass(frozen=True)
class SegmentRules:
    """Customers treated differently.

    Attributes
    ----------
    skill
        Number of the skill asked for in place of the queue's; -1 is the queue's own.
    within, target
        By queue: threshold, µs, and service level promised.
    """

    name: str
    share: float
    queues: tuple[int, ...]
    priority: int
    skill: int
    worth_factor: float
    within: tuple[int, ...]
    target: tuple[float, ...]


@dataclass(frozen=True)
class Skill:
    """How a group serves a queue: rank, and speeds of talk and wrap in millionths."""

    rank: int
    speed: int
    wrap_speed: int


@dataclass(frozen=True)
class StandbyRules:
    """People who come in when something waits; ``pay`` per hour and person."""

    people: int
    when: When
    until: When
    ready_in: int
    at_least: int
    pay: float


@dataclass(frozen=True)
class GroupRules:
    """What the engines need to know of a group.

    Attributes
    ----------
    skills
        Number of the skill → how the group has it. Queues come first, then skills that
        segments ask for.
    concurrency
        Contacts at once, by channel number.
    switching
        Time lost on changing channel, µs.
    learning
        Speed gained per doubling of contacts handled, millionths.
    cost_per_hour
        NaN where not given.
    """

    name: str
    skills: dict[int, Skill]
    site: int = 0
    concurrency: tuple[int, ...] = ()
    switching: int = 0
    learning: int = 0
    standby: StandbyRules | None = None
    windows: Windows = ()
    cost_per_hour: float = float("nan")


@dataclass(frozen=True)
class SiteRules:
    """A place: its seats, and the calls its lines carry at once; None is no limit."""

    name: str
    seats: int | None
    lines: int | None


@dataclass(frozen=True)
class StageRules:
    """A back office: tickets worked on at once, time before one arrives, and its hours."""

    name: str
    servers: int
    delay: int
    windows: Windows


@dataclass(frozen=True)
class InventoryRules:
    """Slots to book: releases as (time, slots), ascending, and when what is left lapses."""

    name: str
    releases: tuple[tuple[int, int], ...]
    lapses: tuple[int, ...]


@dataclass(frozen=True)
class KnowledgeRules:
    """Accuracy of answers, and its dip after changes.

    ``changes`` are µs; accuracy is ``stale`` at a change and back after ``recovers`` µs, in a
    straight line. ``wrong_talk`` in millionths.
    """

    accuracy: float
    changes: tuple[int, ...]
    stale: float
    recovers: int
    wrong_talk: int

    def at(self, now: int) -> float:
        """Accuracy at an instant."""
        last = -1
        for change in self.changes:
            if change <= now:
                last = change
        if last < 0 or now - last >= self.recovers:
            return self.accuracy
        return self.stale + (self.accuracy - self.stale) * ((now - last) / self.recovers)


@dataclass(frozen=True)
class CampaignRules:
    """A list of customers to call; ``pick_up`` and ``nuisance_cap`` in millionths too."""

    name: str
    records: int
    queue: int
    pacing: str
    windows: Windows
    ring: int
    pick_up: float
    right_party: float
    attempts: int
    retry_after: int
    nuisance_cap: int
    wrong_party_talk: int


@dataclass(frozen=True)
class ElasticRules:
    """A rule that raises seats of a site, or lines of the voice channel (site -1)."""

    what: str
    by: int
    when: When
    until: When
    ready_in: int
    site: int


@dataclass(frozen=True)
class OverflowRules:
    """Groups that may serve a queue only after a wait, µs."""

    queue: int
    group: int
    after: int


@dataclass(frozen=True)
class ReserveRules:
    """Idle agents a group keeps for some segments."""

    group: int
    idle: int
    segments: tuple[int, ...]


@dataclass(frozen=True)
class QualityRules:
    """What looking at contacts takes: supervisor time per contact time."""

    review_time: float


@dataclass(frozen=True)
class SurveyRules:
    """Share satisfied without a wait, and what a minute of waiting takes from it."""

    satisfied: float
    loss_per_minute: float
