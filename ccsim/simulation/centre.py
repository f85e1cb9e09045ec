"""The centre as the engines see it: names turned into numbers, durations into microseconds.

Everything here is plain data made once from a scenario and sent to workers by value.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.distributions import Distribution
from ccsim.scenario import Scenario
from ccsim.scenario.arrivals import Hours
from ccsim.scenario.contacts import WITHIN, Queue, Target
from ccsim.scenario.opening import (
    WEEKDAYS,
    at_clock,
    dates,
    horizon_end,
    horizon_start,
    interval_starts,
    opening,
)
from ccsim.simulation.rules import (
    BookingRules,
    CallbackRules,
    CampaignRules,
    ChannelRules,
    ElasticRules,
    EmotionRules,
    GroupRules,
    InventoryRules,
    KnowledgeRules,
    OverflowRules,
    QualityRules,
    QueueRules,
    ReserveRules,
    SegmentRules,
    SiteRules,
    Skill,
    StageRules,
    StandbyRules,
    SurveyRules,
    TicketRules,
    TransferRules,
    Windows,
    WorthRules,
)

SECOND = 1_000_000
# Later than anything that happens: "never", and the end of an endless patience.
NEVER = 2**62
# Speeds, factors and shares in integer arithmetic are whole millionths.
UNIT = 1_000_000


def microseconds(seconds: float) -> int:
    """Round seconds to whole microseconds, halves up."""
    return int(np.floor(seconds * SECOND + 0.5))


def millionths(number: float) -> int:
    """Round a factor or share to whole millionths."""
    return round(number * UNIT)


def unix_us(moment: pd.Timestamp) -> int:
    """Whole microseconds since 1970, by which keys name a moment."""
    return int(moment.value // 1000)  # a Timestamp's value is in nanoseconds


@dataclass(frozen=True)
class Centre:
    """A contact centre in numbers.

    Attributes
    ----------
    queues, groups, channels, segments, sites, stages, inventories, campaigns
        In the order of the scenario; their position is their number.
    agent_rule, contact_rule
        `routing.agent` and `routing.contact` of the scenario.
    siloed
        Whether each agent of a group serves one channel only.
    workload
        By group and channel: work the group's queues of the channel bring, by given rates where
        there are any; agents of a silo are dealt out in proportion.
    start
        Start of the horizon; engine time is microseconds after it.
    edges
        ndarray of int64, shape (intervals + 1,): edges of the planning intervals, µs.
    definition
        Named definition of the service level.
    ports
        Callers the menu holds; None is no limit.
    meals_paid
        Whether the time of meals is paid.
    notices_price
        Price of all automated messages of the horizon.
    """

    queues: tuple[QueueRules, ...]
    groups: tuple[GroupRules, ...]
    agent_rule: str
    start: pd.Timestamp
    edges: NDArray[np.int64]
    definition: str
    channels: tuple[ChannelRules, ...] = ()
    segments: tuple[SegmentRules, ...] = ()
    sites: tuple[SiteRules, ...] = ()
    stages: tuple[StageRules, ...] = ()
    inventories: tuple[InventoryRules, ...] = ()
    campaigns: tuple[CampaignRules, ...] = ()
    elastic: tuple[ElasticRules, ...] = ()
    overflow: tuple[OverflowRules, ...] = ()
    reserve: tuple[ReserveRules, ...] = ()
    knowledge: KnowledgeRules | None = None
    quality: QualityRules | None = None
    survey: SurveyRules | None = None
    contact_rule: str = "priority_then_longest_wait"
    siloed: bool = False
    workload: tuple[tuple[float, ...], ...] = ()
    ports: int | None = None
    meals_paid: bool = False
    notices_price: float = 0.0
    nodes: tuple[str, ...] = field(default=())

    @property
    def queue_names(self) -> list[str]:
        """Names of the queues by number."""
        return [queue.name for queue in self.queues]

    @property
    def group_names(self) -> list[str]:
        """Names of the groups by number."""
        return [group.name for group in self.groups]

    @property
    def segment_names(self) -> list[str]:
        """Names of the segments by number."""
        return [segment.name for segment in self.segments]

    @property
    def stage_names(self) -> list[str]:
        """Names of the back offices by number."""
        return [stage.name for stage in self.stages]

    @property
    def one_at_a_time(self) -> bool:
        """Whether no agent ever has more than one contact in hand."""
        several = any(max(group.concurrency, default=1) > 1 for group in self.groups)
        return not several and not any(channel.interruptible for channel in self.channels)

    @property
    def end(self) -> int:
        """End of the horizon, µs."""
        return int(self.edges[-1])

    def time(self, moment: pd.Timestamp) -> int:
        """Engine time of a moment, µs."""
        return int((moment - self.start) // pd.Timedelta(microseconds=1))

    def moments(self, times: NDArray[np.int64]) -> pd.DatetimeIndex:
        """Moments of engine times; `NEVER` and negative times are NaT."""
        known = (times >= 0) & (times < NEVER)
        offsets = pd.to_timedelta(np.where(known, times, 0), unit="us")
        return (self.start + offsets).where(known)


def centre_of(scenario: Scenario) -> Centre:
    """Number everything in a scenario that an engine decides with."""
    clock = _Clock(scenario)
    routing = scenario.routing
    numbers = _Numbers(scenario)
    return Centre(
        queues=tuple(
            _queue(scenario, clock, numbers, name, queue) for name, queue in scenario.queues.items()
        ),
        groups=_groups(scenario, clock, numbers),
        agent_rule=routing.agent,
        start=clock.start,
        edges=np.array(
            [*map(clock.time, interval_starts(scenario)), clock.time(horizon_end(scenario))],
            dtype=np.int64,
        ),
        definition=scenario.service_level.definition,
        channels=tuple(
            ChannelRules(
                name=name,
                lines=channel.lines,
                concurrency=channel.concurrency,
                slowdown=millionths(channel.slowdown),
                deferred=channel.deferred,
                interruptible=channel.interruptible,
            )
            for name, channel in scenario.channels.items()
        ),
        segments=_segments(scenario, numbers),
        sites=tuple(
            SiteRules(name, site.seats, site.lines) for name, site in (scenario.sites or {}).items()
        ),
        stages=tuple(
            StageRules(name, one.servers, microseconds(one.delay), clock.windows(one.hours))
            for name, one in scenario.back_office.items()
        ),
        inventories=_inventories(scenario, clock),
        campaigns=_campaigns(scenario, clock, numbers),
        elastic=tuple(
            ElasticRules(
                what=rule.what,
                by=rule.by,
                when=rule.when,
                until=rule.until,
                ready_in=microseconds(rule.ready_in),
                site=-1 if rule.what == "lines" else numbers.site(rule.site),
            )
            for rule in scenario.elasticity
        ),
        overflow=tuple(
            OverflowRules(numbers.queue[o.queue], numbers.group[o.to], microseconds(o.after))
            for o in routing.overflow
        ),
        reserve=tuple(
            ReserveRules(
                numbers.group[r.group], r.idle, tuple(numbers.segment[s] for s in r.segments)
            )
            for r in routing.reserve
        ),
        knowledge=_knowledge(scenario, clock),
        quality=QualityRules(scenario.quality.review_time) if scenario.quality else None,
        survey=SurveyRules(scenario.survey.satisfied, scenario.survey.satisfied_loss_per_minute)
        if scenario.survey
        else None,
        contact_rule=routing.contact,
        siloed=routing.unified == "siloed",
        workload=_workload(scenario),
        ports=scenario.ivr.ports if scenario.ivr else None,
        meals_paid=scenario.shifts.meal is not None and scenario.shifts.meal.paid,
        notices_price=scenario.horizon.days
        * sum(notice.price * notice.messages for notice in scenario.notices.values()),
        nodes=tuple(scenario.ivr.nodes) if scenario.ivr else (),
    )


class _Clock:
    """Engine times of a scenario's moments and hours."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.start = horizon_start(scenario)

    def time(self, moment: pd.Timestamp) -> int:
        return int((moment - self.start) // pd.Timedelta(microseconds=1))

    def windows(self, hours: Hours | None) -> Windows:
        return tuple((self.time(a), self.time(b)) for a, b in opening(self.scenario, hours))

    def daily(self, clock: float) -> list[tuple[int, int]]:
        """Weekday and time of a clock time on every date of the horizon."""
        zone = self.scenario.timezone
        return [
            (date.weekday(), self.time(at_clock(date, clock, zone)))
            for date in dates(self.scenario)
        ]


class _Numbers:
    """Numbers of a scenario's names."""

    def __init__(self, scenario: Scenario) -> None:
        self.queue = {name: n for n, name in enumerate(scenario.queues)}
        self.group = {name: n for n, name in enumerate(scenario.groups)}
        self.channel = {name: n for n, name in enumerate(scenario.channels)}
        self.segment = {name: n for n, name in enumerate(scenario.segments)}
        self.sites = {name: n for n, name in enumerate(scenario.sites)}
        self.stage = {name: n for n, name in enumerate(scenario.back_office)}
        self.inventory = {name: n for n, name in enumerate(scenario.inventories)}
        asked = [segment.skill for segment in scenario.segments.values() if segment.skill]
        self.skill = {name: n for n, name in enumerate(dict.fromkeys([*scenario.queues, *asked]))}

    def site(self, name: str | None) -> int:
        """Number of a site; without a name, of the first."""
        return 0 if name is None else self.sites.get(name, 0)


def _queue(
    scenario: Scenario, clock: _Clock, numbers: _Numbers, name: str, queue: Queue
) -> QueueRules:
    channel = scenario.channels[queue.channel]
    announced, callback, target = queue.announcement, queue.callback, queue.target.service_level
    due = queue.target.due or channel.due
    return QueueRules(
        name=name,
        channel=numbers.channel[queue.channel],
        priority=queue.priority,
        line=channel.lines is not None or _lines_may_rise(scenario, queue),
        windows=clock.windows(queue.hours),
        within=microseconds(threshold(scenario, name)),
        short_abandon=microseconds(short_abandon(scenario, name)),
        target=np.nan if target is None else target,
        growth=millionths(queue.priority_growth),
        weight=millionths(queue.weight),
        menu=scenario.ivr is not None and queue.channel == "voice",
        due=microseconds(due) if due else NEVER,
        handle=_mean_handle(queue, clock.time(horizon_end(scenario))),
        capacity=queue.capacity,
        leaves_if_over=millionths(announced.leaves_if_over) if announced else None,
        patience_factor=millionths(announced.patience_factor) if announced else UNIT,
        callback=CallbackRules(
            when_wait_over=microseconds(callback.when_wait_over),
            reach=callback.reach,
            attempts=callback.attempts,
            retry_after=microseconds(callback.retry_after),
            window=NEVER if callback.window is None else microseconds(callback.window),
        )
        if callback
        else None,
        balks=queue.balk > 0,
        retries=queue.retry.attempts if queue.retry else 0,
        second=numbers.queue[queue.second_channel.to] if queue.second_channel else -1,
        personal_wait=microseconds(queue.personal_agent.wait) if queue.personal_agent else -1,
        resolves=queue.resolution is not None,
        closing=queue.closing,
        ticket=TicketRules(numbers.stage[queue.ticket.to], microseconds(queue.ticket.promise))
        if queue.ticket
        else None,
        transfers=tuple(
            TransferRules(
                to=numbers.queue[one.to],
                warm=one.kind == "warm",
                on_emotion=one.on_emotion,
                talk_share=millionths(one.talk_share),
                probability=one.probability,
            )
            for one in queue.transfers
        ),
        emotion=EmotionRules(queue.emotion.probability, queue.emotion.rises_per_minute)
        if queue.emotion
        else None,
        emotion_price=queue.emotion.price if queue.emotion else 0.0,
        booking=BookingRules(
            numbers.inventory[queue.booking.inventory], millionths(queue.booking.sold_out_talk)
        )
        if queue.booking
        else None,
        astray_to=_cumulative(queue, numbers),
        worth=WorthRules(
            queue.worth.handled,
            queue.worth.halves_after or np.inf,
            queue.worth.lost,
            queue.worth.churn,
            queue.worth.churn_loss,
        )
        if queue.worth
        else None,
    )


def _lines_may_rise(scenario: Scenario, queue: Queue) -> bool:
    rises = any(rule.what == "lines" for rule in scenario.elasticity)
    return rises and queue.channel == "voice"


def _cumulative(queue: Queue, numbers: _Numbers) -> tuple[tuple[int, float], ...]:
    if queue.wrong_department is None:
        return ()
    to = queue.wrong_department.to
    sums = np.cumsum(list(to.values()))
    sums[-1] = 1.0  # shares add up to 1 but for rounding
    return tuple((numbers.queue[name], float(s)) for name, s in zip(to, sums, strict=True))


def _mean_handle(queue: Queue, end: int) -> int:
    """Mean talk and wrap over the horizon, µs; periods count by their length."""
    return microseconds(_mean(queue.talk, end / SECOND) + _mean(queue.wrap, end / SECOND))


def _mean(given: Distribution | tuple[tuple[float, Distribution], ...], end: float) -> float:
    if isinstance(given, Distribution):
        return given.mean
    starts = [min(offset, end) for offset, _ in given]
    lengths = np.diff([*starts, end])
    return float(sum(w * d.mean for w, (_, d) in zip(lengths, given, strict=True)) / end)


def _workload(scenario: Scenario) -> tuple[tuple[float, ...], ...]:
    end = float(scenario.horizon.days * 86400)
    rates = scenario.demand.rates or {}
    work = {}
    for name, queue in scenario.queues.items():
        rate = rates.get(name, 0.0) if rates else 1.0
        if isinstance(rate, tuple):
            starts = [min(offset, end) for offset, _ in rate]
            parts = zip(np.diff([*starts, end]), rate, strict=True)
            rate = sum(length * number for length, (_, number) in parts) / end
        work[name] = float(rate) * (_mean(queue.talk, end) + _mean(queue.wrap, end))
    return tuple(
        tuple(
            sum(
                work[name]
                for name, queue in scenario.queues.items()
                if queue.channel == channel and name in group.skills
            )
            for channel in scenario.channels
        )
        for group in scenario.groups.values()
    )


def _segments(scenario: Scenario, numbers: _Numbers) -> tuple[SegmentRules, ...]:
    def within(name: str, target: Target) -> int:
        return microseconds(target.within or threshold(scenario, name))

    def promised(name: str, target: Target) -> float:
        own = target.service_level or scenario.queues[name].target.service_level
        return np.nan if own is None else own

    return tuple(
        SegmentRules(
            name=name,
            share=segment.share,
            queues=tuple(numbers.queue[q] for q in (segment.queues or scenario.queues)),
            priority=segment.priority,
            skill=numbers.skill[segment.skill] if segment.skill else -1,
            worth_factor=segment.worth_factor,
            within=tuple(within(queue, segment.target) for queue in scenario.queues),
            target=tuple(promised(queue, segment.target) for queue in scenario.queues),
        )
        for name, segment in scenario.segments.items()
    )


def _groups(scenario: Scenario, clock: _Clock, numbers: _Numbers) -> tuple[GroupRules, ...]:
    return tuple(
        GroupRules(
            name=name,
            skills={
                numbers.skill[skill]: Skill(
                    how.rank, millionths(how.speed), millionths(how.wrap_speed or 1.0)
                )
                for skill, how in group.skills.items()
            },
            site=numbers.site(group.site),
            concurrency=tuple(
                (group.concurrency or {}).get(channel, rules.concurrency)
                for channel, rules in scenario.channels.items()
            ),
            switching=microseconds(group.switching_cost),
            learning=millionths(group.learning),
            standby=StandbyRules(
                people=group.standby.people,
                when=group.standby.when,
                until=group.standby.until,
                ready_in=microseconds(group.standby.ready_in),
                at_least=microseconds(group.standby.at_least),
                pay=group.standby.pay,
            )
            if group.standby
            else None,
            windows=clock.windows(group.hours),
            cost_per_hour=np.nan if group.cost_per_hour is None else group.cost_per_hour,
        )
        for name, group in scenario.groups.items()
    )


def _inventories(scenario: Scenario, clock: _Clock) -> tuple[InventoryRules, ...]:
    made = []
    for name, inventory in scenario.inventories.items():
        releases = sorted(
            (time, release.slots)
            for release in inventory.releases
            for weekday, time in clock.daily(release.at)
            if not release.weekdays or WEEKDAYS[weekday] in release.weekdays
        )
        nights = [time for _, time in clock.daily(0.0)][1:] if inventory.keeps == "day" else []
        made.append(InventoryRules(name, tuple(releases), tuple(nights)))
    return tuple(made)


def _campaigns(scenario: Scenario, clock: _Clock, numbers: _Numbers) -> tuple[CampaignRules, ...]:
    made = []
    for name, campaign in scenario.campaigns.items():
        opens, closes = (clock.daily(edge) for edge in campaign.window)
        windows = tuple((a, b) for (_, a), (_, b) in zip(opens, closes, strict=True) if a < b)
        made.append(
            CampaignRules(
                name=name,
                records=campaign.records,
                queue=numbers.queue[campaign.queue],
                pacing=campaign.pacing,
                windows=windows,
                ring=microseconds(campaign.ring.mean),
                pick_up=campaign.pick_up,
                right_party=campaign.right_party,
                attempts=campaign.attempts,
                retry_after=microseconds(campaign.retry_after),
                nuisance_cap=millionths(campaign.nuisance_cap),
                wrong_party_talk=microseconds(campaign.wrong_party_talk),
            )
        )
    return tuple(made)


def _knowledge(scenario: Scenario, clock: _Clock) -> KnowledgeRules | None:
    base = scenario.knowledge
    if base is None:
        return None
    changes = [clock.time(at_clock(date, 0.0, scenario.timezone)) for date in sorted(base.changes)]
    return KnowledgeRules(
        accuracy=base.accuracy,
        changes=tuple(changes),
        stale=base.accuracy if base.stale_accuracy is None else base.stale_accuracy,
        recovers=microseconds(base.recovers_in or 0.0),
        wrong_talk=millionths(base.wrong_talk),
    )


def threshold(scenario: Scenario, queue: str) -> float:
    """Service-level threshold of a queue, s: its own, its channel's, or the convention."""
    rules = scenario.queues[queue]
    return rules.target.within or scenario.channels[rules.channel].within or WITHIN[rules.channel]


def short_abandon(scenario: Scenario, queue: str) -> float:
    """Longest wait of a short abandon, s: as given, or the queue's threshold."""
    given = scenario.service_level.short_abandon
    return threshold(scenario, queue) if given is None else given
