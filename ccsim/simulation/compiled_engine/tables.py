"""A centre and who is on duty, put into the tables of the compiled engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccsim.scenario.people import When
from ccsim.simulation.centre import UNIT, Centre, microseconds, millionths
from ccsim.simulation.compiled_engine import layout as at
from ccsim.simulation.compiled_engine.layout import NEVER
from ccsim.simulation.duty import Duty
from ccsim.simulation.rules import QueueRules, Windows

Words = NDArray[np.int64]


def bits(number: float) -> int:
    """The 64 bits of a double as a whole number."""
    return int(np.float64(number).view(np.int64))


@dataclass(frozen=True)
class Made:
    """The part of a world that hangs on the centre alone.

    Attributes
    ----------
    words
        ndarray of int64: registers and tables; registers of tables hold offsets in bytes.
    tables
        ndarray of int64: registers that hold offsets.
    """

    words: Words
    tables: Words


class _Block:
    """Tables one after the other, behind the registers."""

    def __init__(self) -> None:
        self.registers = np.zeros(at.REGISTERS, np.int64)
        self.parts: list[Words] = []
        self.used = at.REGISTERS
        self.tables: list[int] = []

    def table(self, register: int, rows: Any) -> None:
        """Put a table in and its offset into a register."""
        words = np.ascontiguousarray(rows, dtype=np.int64).reshape(-1)
        self.registers[register] = self.used * at.WORD
        self.tables.append(register)
        # No table is empty, so that each has an address of its own.
        self.parts.append(words if len(words) else np.zeros(1, np.int64))
        self.used += len(self.parts[-1])

    def made(self) -> Made:
        return Made(np.concatenate([self.registers, *self.parts]), np.array(self.tables))


class _Flat:
    """Rows of several owners one after the other: where an owner's begin, and how many."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, ...]] = []

    def put(self, rows: Iterable[tuple[int, ...]]) -> tuple[int, int]:
        first = len(self.rows)
        self.rows += rows
        return first, len(self.rows) - first


def made_of(centre: Centre) -> Made:
    """Put a centre into tables."""
    block, windows = _Block(), _Flat()
    registers = block.registers
    segments = len(centre.segments)
    registers[at.QUEUE_COUNT] = len(centre.queues)
    registers[at.CHANNEL_COUNT] = len(centre.channels)
    registers[at.GROUP_COUNT] = len(centre.groups)
    registers[at.SITE_COUNT] = _sites(centre)
    registers[at.SEGMENT_COUNT] = segments
    registers[at.STAGE_COUNT] = len(centre.stages)
    registers[at.INVENTORY_COUNT] = len(centre.inventories)
    registers[at.CAMPAIGN_COUNT] = len(centre.campaigns)
    registers[at.AGENT_RULE] = (
        at.BY_OCCUPANCY if centre.agent_rule == "lowest_occupancy" else at.BY_TIER
    )
    registers[at.CONTACT_RULE] = {
        "priority_then_longest_wait": at.BY_PRIORITY,
        "weighted_wait": at.BY_WEIGHT,
        "service_level_risk": at.BY_RISK,
    }[centre.contact_rule]
    registers[at.GROWS] = any(queue.growth for queue in centre.queues)
    registers[at.PERSONAL_RULE] = centre.agent_rule == "personal_agent"
    registers[at.PORTS] = -1 if centre.ports is None else centre.ports
    registers[at.END] = centre.end
    registers[at.SILOED] = centre.siloed
    _people(block, centre, windows)
    _queues(block, centre, windows)
    _behind(block, centre, windows)
    _elastic(block, centre)
    block.table(at.WINDOWS, np.array(windows.rows).reshape(-1, 2))
    return block.made()


def _sites(centre: Centre) -> int:
    """Number of sites; a scenario that names none has one."""
    return max(len(centre.sites), 1 + max(group.site for group in centre.groups))


def _windows(flat: _Flat, windows: Windows) -> tuple[int, int]:
    return flat.put(windows)


def skills_of(centre: Centre) -> int:
    """Number of skills: the queues' own, and those that segments ask for."""
    asked = [segment.skill for segment in centre.segments]
    had = [skill for group in centre.groups for skill in group.skills]
    return max([len(centre.queues) - 1, *asked, *had]) + 1


def _skill(centre: Centre, queue: int, segment: int) -> int:
    own = centre.segments[segment].skill if segment >= 0 else -1
    return own if own >= 0 else queue


def _tier(centre: Centre, group: int, skill: int) -> int:
    if centre.agent_rule == "ranked":
        return centre.groups[group].skills[skill].rank
    if centre.agent_rule in ("longest_idle", "lowest_occupancy"):
        return 0
    return len(centre.groups[group].skills)


def _people(block: _Block, centre: Centre, windows: _Flat) -> None:
    """Groups, sites, skills, and the lists in which agents are looked for."""
    registers, skills = block.registers, skills_of(centre)
    groups, channels, segments = len(centre.groups), len(centre.channels), len(centre.segments)
    works = any(channel.interruptible for channel in centre.channels)
    rows = np.zeros((groups, at.GROUP_WORDS), np.int64)
    for number, group in enumerate(centre.groups):
        rows[number, at.G_SITE] = group.site
        rows[number, at.G_SWITCHING] = group.switching
        rows[number, at.G_LEARNING] = group.learning
        rows[number, [at.G_WINDOWS, at.G_WINDOW_COUNT]] = _windows(windows, group.windows)
        rows[number, at.G_RESERVES] = any(rule.group == number for rule in centre.reserve)
    _kinds_of_groups(block, centre, rows)
    block.table(at.GROUPS, rows)
    sites = np.zeros((_sites(centre), at.SITE_WORDS), np.int64)
    sites[:, [at.S_SEATS, at.S_LINES]] = -1
    sites[:, at.S_BURST_FIRST : at.S_WAIT_LAST + 1] = -1
    for number, site in enumerate(centre.sites):
        sites[number, at.S_SEATS] = -1 if site.seats is None else site.seats
        sites[number, at.S_LINES] = -1 if site.lines is None else site.lines
    block.table(at.SITES, sites)
    cells = np.zeros((groups * (channels if centre.siloed else 1), at.CELL_WORDS), np.int64)
    cells[:, [at.L_FIRST, at.L_LAST]] = -1
    block.table(at.CELLS, cells)
    limits = np.array([group.concurrency or (1,) * channels for group in centre.groups])
    most = int(limits.max(initial=1))
    registers[at.ROOM_MOST] = most
    block.table(at.LIMITS, limits)
    block.table(at.ROOMS, np.full(groups * channels * most * 2, -1))
    if works:
        block.table(at.WORKS, np.full(groups * 2, -1))
    able = np.zeros((groups, skills), np.int64)
    speeds = np.full((groups, skills, 2), UNIT)
    for number, group in enumerate(centre.groups):
        for skill, how in group.skills.items():
            able[number, skill] = 1
            speeds[number, skill] = how.speed, how.wrap_speed
    block.table(at.ABLE, able)
    block.table(at.SPEEDS, speeds)
    registers[at.SKILL_COUNT] = skills
    serving = [
        sorted(
            (_tier(centre, group, skill), group)
            for group in np.flatnonzero(able[:, skill]).tolist()
        )
        for skill in range(skills)
    ]
    block.table(at.SKILLS, [0, *accumulate(len(one) for one in serving)])
    block.table(at.SERVES, [(group, tier) for one in serving for tier, group in one])
    kept = np.zeros((groups, segments + 1), np.int64)
    for rule in centre.reserve:
        others = [s for s in range(-1, segments) if s not in rule.segments]
        for segment in others:
            kept[rule.group, segment + 1] = max(kept[rule.group, segment + 1], rule.idle)
    block.table(at.KEPT, kept)
    block.table(at.GIVEN, np.zeros(groups * channels))
    workload = np.full((groups, channels), -1.0)
    for number in range(groups):
        for queue, rules in enumerate(centre.queues):
            if any(able[number, s] for s in _skills_asked(centre, queue)):
                workload[number, rules.channel] = max(workload[number, rules.channel], 0.0)
        if centre.workload:
            own = np.array(centre.workload[number])
            workload[number] = np.where(workload[number] >= 0, own, workload[number])
    block.table(at.WORKLOAD, workload.view(np.int64))


def _kinds_of_groups(block: _Block, centre: Centre, rows: Words) -> None:
    """What a group's agents may serve, by falling priority, for the straight path."""
    segments, flat = len(centre.segments), _Flat()
    for number, group in enumerate(centre.groups):
        kinds = [
            (-queue.priority - (centre.segments[s].priority if s >= 0 else 0),
             q * (segments + 1) + s + 1)
            for q, queue in enumerate(centre.queues)
            for s in range(-1, segments)
            if _skill(centre, q, s) in group.skills
        ]  # fmt: skip
        rows[number, [at.G_FIRST_KIND, at.G_KIND_COUNT]] = flat.put(
            (kind,) for _, kind in sorted(kinds)
        )
    block.table(at.GROUP_KINDS, np.array(flat.rows))


def _skills_asked(centre: Centre, queue: int) -> set[int]:
    """Skills that contacts of a queue may need."""
    return {queue} | {
        segment.skill
        for segment in centre.segments
        if segment.skill >= 0 and queue in segment.queues
    }


_CLOSING = {"serve": at.SERVE, "callback": at.CALL_BACK, "turn_away": at.TURN_AWAY}


def _queues(block: _Block, centre: Centre, windows: _Flat) -> None:
    """Queues, channels, and the streams in which their contacts wait."""
    transfers, astray, overflows = _Flat(), _Flat(), _Flat()
    segments, groups = len(centre.segments), len(centre.groups)
    rows = np.zeros((len(centre.queues), at.QUEUE_WORDS), np.int64)
    after = np.full((len(centre.queues), groups), -1, np.int64)
    for rule in centre.overflow:
        after[rule.queue, rule.group] = max(after[rule.queue, rule.group], rule.after)
    for number, queue in enumerate(centre.queues):
        rows[number] = _queue(centre, queue)
        row = rows[number]
        row[[at.Q_WINDOWS, at.Q_WINDOW_COUNT]] = _windows(windows, queue.windows)
        row[[at.Q_TRANSFERS, at.Q_TRANSFER_COUNT]] = transfers.put(
            (one.to, one.warm, one.on_emotion, one.talk_share, bits(one.probability))
            for one in queue.transfers
        )
        row[[at.Q_ASTRAY, at.Q_ASTRAY_COUNT]] = astray.put(
            (to, bits(share)) for to, share in queue.astray_to
        )
        row[[at.Q_OVERFLOWS, at.Q_OVERFLOW_COUNT]] = overflows.put(
            (rule.after,) for rule in centre.overflow if rule.queue == number
        )
    block.table(at.QUEUES, rows)
    block.table(at.AFTER, after)
    block.table(at.TRANSFERS, np.array(transfers.rows).reshape(-1, at.TRANSFER_WORDS))
    block.table(at.ASTRAY, np.array(astray.rows).reshape(-1, 2))
    block.table(at.OVERFLOWS, np.array(overflows.rows))
    channels = np.zeros((len(centre.channels), at.CHANNEL_WORDS), np.int64)
    for number, channel in enumerate(centre.channels):
        channels[number, at.H_LINES] = -1 if channel.lines is None else channel.lines
        channels[number, at.H_VOICE] = channel.name == "voice"
        channels[number, at.H_LIVE] = not channel.deferred
        channels[number, at.H_SLOWDOWN] = channel.slowdown
    block.table(at.CHANNELS, channels)
    lowest = min(queue.priority for queue in centre.queues)
    lowest += min([0, *(segment.priority for segment in centre.segments)])
    kinds = np.zeros((len(centre.queues), segments + 1, at.KIND_WORDS), np.int64)
    for number, queue in enumerate(centre.queues):
        for segment in range(-1, segments):
            rules = centre.segments[segment] if segment >= 0 else None
            kinds[number, segment + 1, : at.K_WAITING] = (
                _skill(centre, number, segment),
                queue.priority + (rules.priority if rules else 0) - lowest,
                rules.within[number] if rules else queue.within,
            )
    block.table(at.KINDS, kinds)
    streams = np.full((len(centre.queues) * (segments + 1) * 3, at.STREAM_WORDS), -1)
    block.table(at.STREAMS, streams)
    block.table(at.ACTIVE, np.zeros(len(streams)))


def _queue(centre: Centre, queue: QueueRules) -> Words:
    channel = centre.channels[queue.channel]
    row = np.zeros(at.QUEUE_WORDS, np.int64)
    callback, ticket, emotion, booking = queue.callback, queue.ticket, queue.emotion, queue.booking
    values = {
        at.Q_CHANNEL: queue.channel,
        at.Q_LINE: queue.line,
        at.Q_LIVE: not channel.deferred,
        at.Q_INTERRUPTIBLE: channel.interruptible,
        at.Q_GROWTH: queue.growth,
        at.Q_WEIGHT: queue.weight,
        at.Q_HANDLE: queue.handle,
        at.Q_CAPACITY: -1 if queue.capacity is None else queue.capacity,
        at.Q_LEAVES: -1 if queue.leaves_if_over is None else queue.leaves_if_over,
        at.Q_PATIENCE_FACTOR: queue.patience_factor,
        at.Q_CALLBACK: callback is not None,
        at.Q_WINDOW: NEVER,
        at.Q_BALKS: queue.balks,
        at.Q_RETRIES: queue.retries,
        at.Q_SECOND: queue.second,
        at.Q_PERSONAL: queue.personal_wait,
        at.Q_RESOLVES: queue.resolves,
        at.Q_CLOSING: _CLOSING[queue.closing],
        at.Q_STAGE: ticket.stage if ticket else -1,
        at.Q_PROMISE: ticket.promise if ticket else 0,
        at.Q_FEELS: emotion is not None,
        at.Q_INVENTORY: booking.inventory if booking else -1,
        at.Q_SOLD_OUT_TALK: booking.sold_out_talk if booking else UNIT,
        at.Q_MENU: queue.menu,
        at.Q_VOICE: channel.name == "voice",
        at.Q_ASIDE: -1,
        at.Q_ASIDE_LAST: -1,
    }
    if callback:
        values |= {
            at.Q_WHEN_OVER: callback.when_wait_over,
            at.Q_REACH: bits(callback.reach),
            at.Q_CALLS: callback.attempts,
            at.Q_CALL_AGAIN: callback.retry_after,
            at.Q_WINDOW: callback.window,
        }
    if emotion:
        values |= {
            at.Q_UPSET: bits(emotion.probability),
            at.Q_RISES: bits(emotion.rises_per_minute),
        }
    row[list(values)] = list(values.values())
    return row


def _behind(block: _Block, centre: Centre, windows: _Flat) -> None:
    """Back offices, inventories, knowledge, campaigns."""
    registers, releases = block.registers, _Flat()
    stages = np.zeros((len(centre.stages), at.STAGE_WORDS), np.int64)
    stages[:, [at.B_FIRST, at.B_LAST]] = -1
    for number, stage in enumerate(centre.stages):
        stages[number, [at.B_SERVERS, at.B_DELAY]] = stage.servers, stage.delay
        stages[number, [at.B_WINDOWS, at.B_WINDOW_COUNT]] = _windows(windows, stage.windows)
    block.table(at.STAGES, stages)
    inventories = np.zeros((len(centre.inventories), at.INVENTORY_WORDS), np.int64)
    for number, inventory in enumerate(centre.inventories):
        # At one instant what is left lapses before slots are released.
        moments = sorted([*((time, -1) for time in inventory.lapses), *inventory.releases])
        first, count = releases.put(moments)
        inventories[number] = 0, first, count, first
    block.table(at.INVENTORIES, inventories)
    block.table(at.RELEASES, np.array(releases.rows).reshape(-1, 2))
    knowledge = centre.knowledge
    registers[at.KNOWS] = knowledge is not None
    if knowledge:
        registers[at.ACCURACY] = bits(knowledge.accuracy)
        registers[at.STALE] = bits(knowledge.stale)
        registers[at.RECOVERS] = knowledge.recovers
        registers[at.WRONG_TALK] = knowledge.wrong_talk
        registers[at.CHANGE_COUNT] = len(knowledge.changes)
    block.table(at.CHANGES, knowledge.changes if knowledge else ())
    campaigns = np.zeros((len(centre.campaigns), at.CAMPAIGN_WORDS), np.int64)
    first, of = 0, []
    for number, one in enumerate(centre.campaigns):
        row = campaigns[number]
        row[at.P_QUEUE] = one.queue
        row[at.P_PACING] = ("preview", "progressive", "predictive").index(one.pacing)
        row[[at.P_WINDOWS, at.P_WINDOW_COUNT]] = _windows(windows, one.windows)
        row[at.P_RING] = one.ring
        row[at.P_PICK_UP], row[at.P_RIGHT] = bits(one.pick_up), bits(one.right_party)
        row[at.P_PICK_UP_SHARE] = millionths(one.pick_up)
        row[at.P_ATTEMPTS], row[at.P_RETRY] = one.attempts, one.retry_after
        row[at.P_CAP], row[at.P_WRONG_TALK] = one.nuisance_cap, one.wrong_party_talk
        row[at.P_FIRST], row[at.P_RECORDS] = first, one.records
        row[[at.P_AGAIN_FIRST, at.P_AGAIN_LAST]] = -1
        first += one.records
        of += [number] * one.records
    block.table(at.CAMPAIGNS, campaigns)
    block.table(at.CAMPAIGN_OF, of)
    # Queues for which the same agents may be dialled.
    both = [
        [any({one, other} <= set(group.skills) for group in centre.groups) or one == other
         for other in range(len(centre.queues))]
        for one in range(len(centre.queues))
    ]  # fmt: skip
    block.table(at.SHARED, both)


def _figures(when: When) -> tuple[int, int, int]:
    """Contacts waiting, longest wait, µs, and share occupied; less than nought: not asked."""
    return (
        -1 if when.contacts_waiting is None else when.contacts_waiting,
        -1 if when.wait_over is None else microseconds(when.wait_over),
        bits(-1.0 if when.occupancy is None else when.occupancy),
    )


def _elastic(block: _Block, centre: Centre) -> None:
    """Rules of elasticity: people who stand by, by group, then seats and lines."""
    voice = [q for q, rules in enumerate(centre.queues)
             if centre.channels[rules.channel].name == "voice"]  # fmt: skip
    rows, queues_of, groups_of = [], [], []
    standby_before = 0
    for number, group in enumerate(centre.groups):
        if group.standby is None:
            continue
        row = np.zeros(at.RULE_WORDS, np.int64)
        row[at.E_WHAT], row[at.E_BY] = at.STANDBY, group.standby.people
        row[at.E_READY_IN], row[at.E_AT_LEAST] = group.standby.ready_in, group.standby.at_least
        row[at.E_GROUP], row[at.E_AGENT] = number, standby_before
        row[at.E_WHEN_WAITING : at.E_WHEN_BUSY + 1] = _figures(group.standby.when)
        row[at.E_UNTIL_WAITING : at.E_UNTIL_BUSY + 1] = _figures(group.standby.until)
        standby_before += group.standby.people
        rows.append(row)
        groups_of.append({number})
    for rule in centre.elastic:
        row = np.zeros(at.RULE_WORDS, np.int64)
        lines = rule.what == "lines"
        row[at.E_WHAT], row[at.E_BY] = at.LINES if lines else at.SEATS, rule.by
        row[at.E_READY_IN], row[at.E_SITE] = rule.ready_in, rule.site
        row[at.E_WHEN_WAITING : at.E_WHEN_BUSY + 1] = _figures(rule.when)
        row[at.E_UNTIL_WAITING : at.E_UNTIL_BUSY + 1] = _figures(rule.until)
        rows.append(row)
        groups_of.append(
            {
                number
                for number, group in enumerate(centre.groups)
                if (_serves_any(centre, number, voice) if lines else group.site == rule.site)
            }
        )
    for made, own in zip(rows, groups_of, strict=True):
        lines = made[at.E_WHAT] == at.LINES
        queues_of.append(
            [
                queue in voice if lines else any(_serves_any(centre, g, [queue]) for g in own)
                for queue in range(len(centre.queues))
            ]
        )
    block.registers[at.RULE_COUNT] = len(rows)
    block.table(at.RULES, np.array(rows).reshape(-1, at.RULE_WORDS))
    block.table(at.RULE_QUEUES, np.array(queues_of).reshape(-1, len(centre.queues)))
    block.table(
        at.RULE_GROUPS,
        np.array([[g in own for g in range(len(centre.groups))] for own in groups_of]),
    )


def _serves_any(centre: Centre, group: int, queues: list[int]) -> bool:
    """Whether a group has a skill that contacts of one of the queues may need."""
    return any(
        skill in centre.groups[group].skills
        for queue in queues
        for skill in _skills_asked(centre, queue)
    )


def staff_of(centre: Centre, duty: Duty) -> tuple[Words, Words]:
    """Agents and the rows of their days, as tables.

    Returns
    -------
    (agents, days)
        ndarrays of int64, shapes (agents, `AGENT_WORDS`) and (rows, `DUTY_WORDS`).
    """
    number, rows = len(duty.agents), len(duty.agent)
    days = np.zeros((rows, at.DUTY_WORDS), np.int64)
    if rows:
        days[:, at.R_AGENT], days[:, at.R_GROUP] = duty.agent, duty.group
        days[:, at.R_ACTIVITY] = duty.activity
        days[:, at.R_START], days[:, at.R_END] = duty.start, duty.end
        days[:, at.R_SHIFT] = duty.shift
        another = (np.diff(duty.agent) != 0) | (np.diff(duty.shift) != 0)
        first = np.flatnonzero(np.concatenate([[True], another]))
        ends = np.maximum.reduceat(duty.end, first)
        days[:, at.R_SHIFT_END] = np.repeat(ends, np.diff([*first, rows]))
    agents = np.zeros((number, at.AGENT_WORDS), np.int64)
    none = [at.A_DOING, at.A_SHIFT, at.A_FIRST, at.A_LAST, at.A_DOWN, at.A_LAST_CHANNEL, at.A_NEXT,
            at.A_PREV, at.A_SEAT_NEXT, at.A_SEAT_PREV, at.A_SPAN]  # fmt: skip
    agents[:, none] = -1
    agents[:, [at.A_UNTIL, at.A_SHIFT_END, at.A_BUSY_FROM]] = NEVER
    agents[:, at.A_STANDBY] = duty.standby
    agents[:, at.A_HOME] = agents[:, at.A_GROUP] = duty.agent_group
    sites = np.array([group.site for group in centre.groups])
    agents[:, at.A_SITE] = sites[duty.agent_group]
    numbers = np.arange(number)
    begins = np.searchsorted(duty.agent, numbers)
    agents[:, at.A_ROW] = begins - 1
    agents[:, at.A_ROW_END] = np.searchsorted(duty.agent, numbers, side="right")
    works = agents[:, at.A_ROW_END] > begins
    agents[works, at.A_UNTIL] = days[begins[works], at.R_START]
    return agents, days
