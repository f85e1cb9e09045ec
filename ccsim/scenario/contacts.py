"""What a contact is and what can become of it: channels, the menu, queues, segments."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictInt

from ccsim.scenario.arrivals import Hours
from ccsim.scenario.kinds import (
    Amount,
    Count,
    Duration,
    Factor,
    Name,
    PositiveCount,
    PositiveDuration,
    RandomDuration,
    RandomDurationByPeriod,
    Share,
    ShareInside,
    refuse,
)
from ccsim.scenario.setting import Section, setting

CHANNELS = ("voice", "chat", "social", "video", "ticket", "email")
WITHIN = {
    "voice": 20.0,
    "chat": 60.0,
    "social": 60.0,
    "video": 20.0,
    "ticket": 14400.0,
    "email": 86400.0,
}


class Channel(Section):
    """A way to get in touch and what limits it."""

    lines: PositiveCount | None = setting(
        None,
        unit="lines",
        description="Simultaneous contacts, waiting ones included; the next is blocked",
    )
    concurrency: PositiveCount = setting(
        1, unit="contacts", description="Contacts one agent may serve at once"
    )
    slowdown: Amount = setting(
        0.0,
        unit="share",
        description="With n at once each proceeds at 1/(1 + slowdown·(n − 1))",
    )
    deferred: StrictBool = setting(False, description="Work that waits in a backlog, overnight too")
    within: PositiveDuration | None = setting(
        None,
        unit="s",
        description="Service-level threshold where a queue gives none (convention: voice and video "
        "20 s, chat and social 60 s, ticket 4 h, email 24 h)",
    )
    due: PositiveDuration | None = setting(
        None, unit="s", description="Resolution due after this time"
    )
    interruptible: StrictBool = setting(
        False, description="An agent puts this work down for a live contact"
    )


class Speech(Section):
    """Speech recognition in a menu node."""

    misrecognition: Share = setting(unit="share", description="Probability of not being understood")
    reprompts: Count = setting(
        2, description="Times the prompt is repeated before a person is offered"
    )


class SelfService(Section):
    """An automated dialogue in a menu node."""

    duration: RandomDuration = setting(unit="s", description="How long it takes")
    contains: Share = setting(
        unit="share", description="Share of contacts that need nobody afterwards"
    )


class VirtualAgent(SelfService):
    """A bot in a menu node."""

    price: Amount = setting(0.0, unit="money", description="Price of a conversation")
    price_per_minute: Amount = setting(0.0, unit="money", description="Price of a minute")


class Node(Section):
    """A step of the menu: a prompt, then a choice, a self-service or a hand-over."""

    prompt: Duration = setting(0.0, unit="s", description="Length of the announcement")
    hang_up: Share = setting(0.0, unit="share", description="Share that hangs up here")
    choose: dict[Name, Share] | None = setting(
        None, unit="share", description="Where callers go on: node or queue → share; adds up to 1"
    )
    then: Name | None = setting(None, description="Node or queue that follows")
    self_service: SelfService | None = setting(None, description="Self-service at this node")
    virtual_agent: VirtualAgent | None = setting(None, description="Bot at this node")
    speech: Speech | None = setting(None, description="Choice by speech")
    opt_out: Share = setting(0.0, unit="share", description="Share that asks for a person at once")
    opt_out_to: Name | None = setting(None, description="Queue for those who opt out")


class Ivr(Section):
    """The menu a caller meets first."""

    start: Name = setting(description="First node")
    nodes: dict[Name, Node] = setting(description="Nodes by name", min_length=1)
    ports: PositiveCount | None = setting(
        None, unit="ports", description="Callers the menu holds at once; the next is blocked"
    )


class Certainty(Section):
    """Probability with which targets hold, by scope; what is not given is met on average."""

    ordinary: ShareInside | None = setting(
        None, unit="share", description="On days that belong to no event"
    )
    events: ShareInside | dict[str, ShareInside] | None = setting(
        None, unit="share", description="On the days of each event, or by name of the event"
    )
    month: ShareInside | None = setting(
        None, unit="share", description="Over each calendar month, as far as the horizon reaches"
    )


def parse_certainty(value: Any) -> Any:
    """Let a bare share stand for ordinary days and every event."""
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        return {"ordinary": value, "events": value}
    if not isinstance(value, (dict, Certainty)):
        raise refuse("a share such as 0.9, or {ordinary, events, month}", "not a certainty")
    return value


class Target(Section):
    """What a queue is staffed for; what is not given is not asked for."""

    service_level: ShareInside | None = setting(
        None, unit="share", description="Share served within the threshold"
    )
    within: PositiveDuration | None = setting(
        None, unit="s", description="Service-level threshold; the channel's where not given"
    )
    abandonment: ShareInside | None = setting(
        None, unit="share", description="Highest share that abandons"
    )
    asa: PositiveDuration | None = setting(None, unit="s", description="Longest mean wait")
    occupancy: ShareInside | None = setting(
        None, unit="share", description="Highest occupancy of the agents who serve the queue"
    )
    in_time: ShareInside | None = setting(
        None, unit="share", description="Share of deferred work resolved within `due`"
    )
    due: PositiveDuration | None = setting(
        None, unit="s", description="Deferred work is due after; the channel's where not given"
    )
    certainty: (
        Annotated[
            Certainty,
            BeforeValidator(parse_certainty, json_schema_input_type=ShareInside | Certainty),
        ]
        | None
    ) = setting(
        None,
        unit="share",
        description="Probability with which the targets hold, by scope; none: they hold on average",
    )
    scope: Literal["interval", "day", "week"] = setting(
        "interval", description="Over what the targets are to hold"
    )


class Callback(Section):
    """An offer to be called back instead of waiting; the place in the queue is kept."""

    when_wait_over: Duration = setting(
        unit="s", description="Offered when the estimated wait is longer than this"
    )
    accept: Share = setting(unit="share", description="Share of those offered that accepts")
    reach: Share = setting(
        unit="share", description="Probability of reaching the customer, per attempt"
    )
    attempts: PositiveCount = setting(1, description="Attempts before the callback is lost")
    retry_after: PositiveDuration = setting(600.0, unit="s", description="Time between attempts")
    window: Duration | None = setting(
        None, unit="s", description="Callbacks are made within this time, else lost"
    )


class Retry(Section):
    """Trying again after being blocked or abandoning."""

    probability: Share = setting(unit="share", description="Probability of trying again")
    after: RandomDuration = setting(unit="s", description="Time until the next attempt")
    attempts: PositiveCount = setting(3, description="Retries beyond the first contact")


class Resolution(Section):
    """Whether a handled contact is the end of the matter."""

    first_contact: Share = setting(unit="share", description="Share resolved at the first contact")
    returns: Share = setting(
        1.0, unit="share", description="Share of the unresolved that contacts the centre again"
    )
    returns_after: RandomDuration = setting(unit="s", description="Time until they come back")


class OpensTicket(Section):
    """A ticket a contact opens for a back office."""

    to: Name = setting(description="Back office that works on it")
    probability: Share = setting(unit="share", description="Probability that a contact opens one")
    promise: PositiveDuration = setting(
        unit="s", description="When the customer was promised an answer"
    )
    calls_when_late: Share = setting(
        0.5, unit="share", description="Share of late tickets that cause a new contact"
    )


class Transfer(Section):
    """A hand-over to another queue."""

    to: Name = setting(description="Queue that takes over")
    probability: Share = setting(unit="share", description="Probability of a transfer")
    kind: Literal["warm", "cold"] = setting(
        "cold", description="Warm: the first agent stays until the next one answers"
    )
    talk_share: Share = setting(
        0.5, unit="share", description="Share of the talk spent before the transfer"
    )
    on_emotion: StrictBool = setting(
        False, description="Only for customers found upset (see `emotion`)"
    )


class Emotion(Section):
    """Customers who are upset, and whether that is noticed."""

    probability: Share = setting(unit="share", description="Share of customers who are upset")
    rises_per_minute: Amount = setting(
        0.0, unit="per min", description="Added probability per minute waited"
    )
    detected: Share = setting(1.0, unit="share", description="Share of them that is noticed")
    price: Amount = setting(0.0, unit="money", description="Price of detection per contact")


class Announcement(Section):
    """Telling those who wait how long it will take."""

    expected_wait: StrictBool = setting(True, description="The expected wait is announced")
    leaves_if_over: Factor = setting(
        1.0,
        unit="factor",
        description="Leaves at once when the announced wait exceeds this multiple of the patience",
    )
    patience_factor: Factor = setting(
        1.0, unit="factor", description="Patience of those who stay, as a multiple"
    )


class WrongDepartment(Section):
    """Contacts that reached the wrong queue and are handed on."""

    probability: Share = setting(unit="share", description="Share that should be elsewhere")
    to: dict[Name, Share] = setting(unit="share", description="Right queue → share; adds up to 1")
    after: RandomDuration = setting(unit="s", description="Handling time until that is noticed")


class SecondChannel(Section):
    """Trying another channel after abandoning or being blocked."""

    to: Name = setting(description="Queue of the other channel")
    probability: Share = setting(unit="share", description="Share that tries it")
    after: RandomDuration = setting(unit="s", description="Time until then")


class Booking(Section):
    """A handled contact that takes a slot from an inventory."""

    inventory: Name = setting(description="Inventory the slot is taken from")
    probability: Share = setting(
        1.0, unit="share", description="Share of contacts that wants a slot"
    )
    sold_out_talk: Factor = setting(
        1.0, unit="factor", description="Talk as a multiple when nothing is left"
    )
    sold_out_repeat: Share = setting(
        0.0, unit="share", description="Share that comes back when nothing was left"
    )
    repeat_after: RandomDuration | None = setting(None, unit="s", description="Time until then")


class Worth(Section):
    """What a contact is worth as a function of its wait; marked as assumption."""

    handled: Amount = setting(unit="money", description="Worth of a contact answered at once")
    halves_after: PositiveDuration | None = setting(
        None, unit="s", description="Wait after which half of the worth is gone"
    )
    lost: Amount = setting(0.0, unit="money", description="Loss when the contact is lost")
    churn: Share = setting(
        0.0, unit="share", description="Share of lost contacts that leaves for good"
    )
    churn_loss: Amount = setting(0.0, unit="money", description="Loss with a customer who leaves")


class PersonalAgent(Section):
    """Customers who have an agent of their own."""

    share: Share = setting(unit="share", description="Share of contacts with a personal agent")
    wait: Duration = setting(
        30.0, unit="s", description="Waits for that agent before anybody is asked"
    )


class Queue(Section):
    """A type of contact: what it needs, how patient it is, what it is promised."""

    channel: Name = setting("voice", description="Channel it comes through")
    talk: RandomDurationByPeriod = setting(
        unit="s", description="Time with the customer, hold included"
    )
    wrap: RandomDurationByPeriod = setting(
        0.0, unit="s", description="After-contact work", validate_default=True
    )
    patience: RandomDurationByPeriod | None = setting(
        None, unit="s", description="How long a customer waits before abandoning; none: for ever"
    )
    target: Target = setting(Target, description="What the queue is staffed for")
    hours: Hours | None = setting(None, description="Opening hours; the scenario's where not given")
    priority: StrictInt = setting(0, description="Higher is served first", ge=-1000, le=1000)
    priority_growth: Amount = setting(
        0.0, unit="per min", description="Priority gained per minute waited", le=10
    )
    weight: Factor = setting(1.0, description="Weight under weighted_wait routing")
    capacity: PositiveCount | None = setting(
        None, unit="contacts", description="Places to wait; the next is blocked"
    )
    balk: Share = setting(
        0.0,
        unit="share",
        description="Share that hangs up on hearing that all are busy",
    )
    announcement: Announcement | None = setting(
        None, description="Announcement of the expected wait"
    )
    callback: Callback | None = setting(None, description="Offer of a callback")
    retry: Retry | None = setting(None, description="Trying again after not being served")
    resolution: Resolution | None = setting(
        None, description="First-contact resolution and repeats"
    )
    ticket: OpensTicket | None = setting(None, description="Follow-up work a contact opens")
    transfers: tuple[Transfer, ...] = setting(
        (), description="Hand-overs to other queues; each has its own chance", max_length=16
    )
    emotion: Emotion | None = setting(None, description="Upset customers")
    wrong_department: WrongDepartment | None = setting(
        None, description="Contacts that belong elsewhere"
    )
    second_channel: SecondChannel | None = setting(None, description="Trying another channel")
    booking: Booking | None = setting(None, description="Slots that contacts book")
    personal_agent: PersonalAgent | None = setting(
        None, description="Customers with an agent of their own"
    )
    worth: Worth | None = setting(None, description="Worth of a contact")
    closing: Literal["serve", "callback", "turn_away"] = setting(
        "serve",
        description="Who still waits at closing time is served, called back, or told to try "
        "tomorrow",
    )


class Segment(Section):
    """A share of customers treated differently."""

    share: Share = setting(unit="share", description="Share of contacts")
    priority: StrictInt = setting(0, description="Added to the queue's priority", ge=-1000, le=1000)
    queues: tuple[Name, ...] = setting((), description="Queues concerned; none named means all")
    talk_factor: Factor = setting(1.0, unit="factor", description="Talk as a multiple")
    patience_factor: Factor = setting(1.0, unit="factor", description="Patience as a multiple")
    skill: Name | None = setting(
        None, description="Skill asked for in place of the queue's, e.g. a language"
    )
    worth_factor: Factor = setting(1.0, unit="factor", description="Worth as a multiple")
    target: Target = Field(
        default_factory=Target,
        description="What the segment is promised, where it differs",
        json_schema_extra={"unit": ""},
    )
