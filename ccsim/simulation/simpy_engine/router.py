"""The router: which waiting contact goes to which agent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ccsim.simulation.centre import UNIT, Centre
from ccsim.simulation.intents import PERSONAL
from ccsim.simulation.records import BY_PERSONAL, OVERFLOWED
from ccsim.simulation.rules import GroupRules
from ccsim.simulation.simpy_engine.house import House
from ccsim.simulation.simpy_engine.waiting import Stream

MINUTE = 60_000_000


@dataclass(frozen=True)
class Way:
    """A pool that may serve a stream, and on which conditions.

    Attributes
    ----------
    tier
        Lower is preferred under the scenario's rule.
    after
        Wait from which on the pool's group helps; -1: always.
    kept
        Idle agents of the group kept for others.
    site
        Site whose lines a call needs; -1: none are counted.
    """

    tier: int
    pool: int
    group: int
    after: int
    kept: int
    site: int


class Choice(NamedTuple):
    """An agent for a contact; whether it is taken from the idle ones; the way, if any."""

    agent: int
    idle: bool
    way: Way | None


class Router:
    """Matches contacts and agents, one pair at a time, until nothing matches.

    A contact gets an agent with empty hands (lowest tier, then longest idle); failing that one
    with room for another of its channel (fewest in hand first); failing that one that may put
    its work down.

    Attributes
    ----------
    always
        Whether to route at every instant, not only when an agent or a contact is new.
    """

    always = False

    def __init__(self, house: House) -> None:
        self._house = house
        self._waiting = house.waiting
        self._pools = house.floor.pools
        centre = house.centre
        self._streams = house.waiting.streams
        self._ways = [ways(centre, stream, self._pools.members) for stream in self._streams]
        self._free = [
            all(way.after < 0 and way.kept == 0 and way.site < 0 for way in one)
            for one in self._ways
        ]
        # Streams that a new entry in a pool may serve: through reserves, any of its group.
        groups = [group for group, _ in self._pools.members]
        self._served_by = [
            [
                stream
                for stream, one in enumerate(self._ways)
                if any(way.group == group for way in one)
            ]
            for group in groups
        ]
        self._by_occupancy = centre.agent_rule == "lowest_occupancy"
        self._site_lines = [site.lines for site in centre.sites]
        self._channel = [centre.queues[stream.queue].channel for stream in self._streams]
        self._rank = _rank(house)
        self._simple = centre.one_at_a_time
        self._live = [house.live[stream.queue] for stream in self._streams]
        own = any(queue.personal_wait >= 0 for queue in centre.queues)
        called = any(queue.callback for queue in centre.queues)
        # Centres in which who waits longest may be served by whoever is idle.
        self._straight = (
            self._simple and all(self._free) and not (own or called or self._by_occupancy)
        )

    def route(self) -> None:
        """Bring contacts and agents together; who is new and still waits is greeted."""
        house, newcomers = self._house, self._house.newcomers
        if len(newcomers) == 1 and not self._waiting.total and self._serve_lone(newcomers[0]):
            newcomers.clear()
            return
        newcomers.sort()  # by case number, whatever brought them here
        for case in newcomers:
            house.reception.line_up(case)
        if self._straight:
            self._match_straight()
        else:
            self._match_all()
        self._pools.fresh.clear()
        self._waiting.fresh.clear()
        if newcomers:
            house.reception.greet(newcomers)

    def _serve_lone(self, case: int) -> bool:
        """Serve a lone newcomer at once, if it can be.

        With nobody to go before or after it, it need not join its queue.
        """
        cases, waiting = self._house.cases, self._waiting
        queue, segment = cases.queue[case], cases.segment[case]
        stream = waiting.common[queue] if segment < 0 else waiting.stream(queue, segment)
        if self._straight:
            way = self._idle_way(stream)
            if way is not None:
                self._house.talks.begin(case, self._pools.take(way.pool))
            return way is not None
        if cases.intent[case] & PERSONAL:
            return False
        choice = self._choose(stream, case)
        if choice is not None:
            self._serve(case, choice)
        return choice is not None

    def idle_for(self, queue: int) -> int:
        """Count the idle agents who could serve one more contact of a queue each, at once."""
        idle, lines, found = self._pools.idle, self._site_lines, 0
        left: dict[int, int] = {}
        for way in self._ways[self._waiting.stream(queue, -1)]:
            if way.after >= 0:
                continue
            number = len(idle[way.pool])
            if way.kept:
                number = min(number, max(self._idle_in(way.group) - way.kept, 0))
            if way.site >= 0:
                carried = self._house.site_calls[way.site]
                free = left.setdefault(way.site, max((lines[way.site] or 0) - carried, 0))
                number = min(number, free)
                left[way.site] = free - number
            found += number
        return found

    def idle_agent(self, queue: int, case: int) -> int:
        """Take out an idle agent for a dial of a queue."""
        choice = self._idle(self._waiting.stream(queue, -1), case)
        assert choice is not None
        self._pools.remove(choice.agent)
        return choice.agent

    def _match_straight(self) -> None:
        """Do as `_match_all`, where nothing but idle agents has to be looked at."""
        waiting, pools, rank = self._waiting, self._pools, self._rank
        begin = self._house.talks.begin
        while waiting.total and pools.total:
            best, first, chosen = None, -1, None
            for stream, number in enumerate(waiting.number):
                if not number:
                    continue
                way = self._idle_way(stream)
                if way is None:
                    continue
                case = waiting.first(stream)
                order = rank(stream, case)
                if best is None or order < best:
                    best, first, chosen = order, case, way
            if chosen is None:
                return
            waiting.leave(first)
            begin(first, pools.take(chosen.pool))

    def _match_all(self) -> None:
        """Match until nothing does, looking only where something has changed since then."""
        waiting, pools = self._waiting, self._pools
        open_ = set(waiting.fresh)
        while waiting.total and pools.total:
            for pool in pools.fresh:
                open_.update(self._served_by[pool])
            pools.fresh.clear()
            if not self._match(open_):
                return

    def _match(self, streams: Iterable[int]) -> bool:
        """Bring the next pair of some streams together; say whether anything was done."""
        waiting, best = self._waiting, None
        first = -1
        chosen: Choice | None = None
        number = waiting.number
        for stream in streams:
            if not number[stream]:
                continue
            case = waiting.first(stream)
            choice = self._choose(stream, case)
            if choice is not None:
                rank = self._rank(stream, case)
                if best is None or rank < best:
                    best, first, chosen = rank, case, choice
        for agent, own in waiting.own.items():
            skill = self._streams[waiting.where[own[0]]].skill
            if (
                agent in self._pools.idle[self._pools.pool_of[agent]]
                and self._house.serves(agent, skill)
                and self._has_line(waiting.where[own[0]], agent)
            ):
                rank = self._rank(waiting.where[own[0]], own[0])
                if best is None or rank < best:
                    best, first, chosen = rank, own[0], Choice(agent, True, None)
        if chosen is None:
            return False
        cases = self._house.cases
        if cases.callback[first] >= 0 and not self._house.callbacks.reaches(first):
            return True
        waiting.leave(first)
        self._serve(first, chosen)
        return True

    def _serve(self, case: int, choice: Choice) -> None:
        cases, way = self._house.cases, choice.way
        if choice.idle:
            if way is not None and self._pools.idle[way.pool][0] == choice.agent:
                self._pools.take(way.pool)
            else:
                self._pools.remove(choice.agent)
        if way is None:
            cases.flags[case] |= BY_PERSONAL
        elif way.after >= 0:
            cases.flags[case] |= OVERFLOWED
        self._house.talks.begin(case, choice.agent)

    def _choose(self, stream: int, case: int) -> Choice | None:
        """Agent that would serve a contact; None where there is none."""
        choice = self._idle(stream, case)
        if choice is not None or self._simple:
            return choice
        room = self._with_room(stream, case)
        if room is not None or not self._live[stream]:
            return room
        for way in self._ways[stream]:
            line = self._pools.interruptible[way.pool]
            if line and self._may(way, case, idle=False):
                return Choice(line[0], False, way)
        return None

    def _idle(self, stream: int, case: int) -> Choice | None:
        if self._by_occupancy:
            return self._least_occupied(stream, case)
        idle, since = self._pools.idle, self._pools.idle_since
        free, chosen = self._free[stream], None
        for way in self._ways[stream]:
            if chosen is not None and way.tier > chosen.tier:
                break
            line = idle[way.pool]
            if not line or not (free or self._may(way, case, idle=True)):
                continue
            if chosen is None or since[line[0]] < since[idle[chosen.pool][0]]:
                chosen = way
        return None if chosen is None else Choice(idle[chosen.pool][0], True, chosen)

    def _idle_way(self, stream: int) -> Way | None:
        """Pool of the idle agent for a stream that any idle agent may serve at once."""
        idle, since = self._pools.idle, self._pools.idle_since
        chosen = None
        for way in self._ways[stream]:
            if chosen is not None and way.tier > chosen.tier:
                break
            line = idle[way.pool]
            if line and (chosen is None or since[line[0]] < since[idle[chosen.pool][0]]):
                chosen = way
        return chosen

    def _least_occupied(self, stream: int, case: int) -> Choice | None:
        """Idle agent with the lowest share of its time at work so far spent with contacts."""
        floor, since = self._house.floor, self._pools.idle_since
        best: tuple[int, int, Choice] | None = None
        for way in self._ways[stream]:
            if not self._may(way, case, idle=True):
                continue
            for agent in self._pools.idle[way.pool]:
                busy, worked = floor.occupancy(agent)
                choice = Choice(agent, True, way)
                if best is None:
                    best = busy, worked, choice
                    continue
                # busy ÷ worked, compared without dividing; nought ÷ nought is nought.
                one, other = busy * max(best[1], 1), best[0] * max(worked, 1)
                if one < other or (one == other and since[agent] < since[best[2].agent]):
                    best = busy, worked, choice
        return None if best is None else best[2]

    def _with_room(self, stream: int, case: int) -> Choice | None:
        channel, best = self._channel[stream], None
        for way in self._ways[stream]:
            loads = self._pools.room.get((way.pool, channel))
            if not loads or not self._may(way, case, idle=False):
                continue
            load = min((n for n, line in loads.items() if line), default=0)
            if load and (best is None or load < best[0]):
                best = load, Choice(loads[load][0], False, way)
        return None if best is None else best[1]

    def _may(self, way: Way, case: int, *, idle: bool) -> bool:
        """Say whether a pool may serve a contact now."""
        house = self._house
        if way.after >= 0:
            entered = house.cases.entered[case]
            if entered < 0 or house.env.now - entered < way.after:
                return False
        if way.site >= 0:
            lines = self._site_lines[way.site]
            if lines is not None and house.site_calls[way.site] >= lines:
                return False
        return not (idle and way.kept) or self._idle_in(way.group) > way.kept

    def _has_line(self, stream: int, agent: int) -> bool:
        """Say whether a call could be carried to the site of an agent."""
        channels = self._house.centre.channels
        if not self._site_lines or channels[self._channel[stream]].name != "voice":
            return True
        site = self._house.centre.groups[self._house.floor.group[agent]].site
        lines = self._site_lines[site]
        return lines is None or self._house.site_calls[site] < lines

    def _idle_in(self, group: int) -> int:
        """Count a group's idle agents, of all its silos."""
        members = enumerate(self._pools.members)
        return sum(len(self._pools.idle[pool]) for pool, (other, _) in members if other == group)


def _rank(house: House) -> Callable[[int, int], tuple[int, ...]]:
    """Order of contacts under the scenario's rule: the lowest goes first."""
    centre, env, entered = house.centre, house.env, house.cases.entered
    streams = house.waiting.streams
    priority = [stream.priority for stream in streams]
    if centre.contact_rule == "weighted_wait":
        weight = [centre.queues[stream.queue].weight for stream in streams]

        def weighted(stream: int, case: int) -> tuple[int, ...]:
            return -weight[stream] * (env.now - entered[case]), entered[case], case

        return weighted
    if centre.contact_rule == "service_level_risk":
        within = [
            centre.segments[stream.segment].within[stream.queue]
            if stream.segment >= 0
            else centre.queues[stream.queue].within
            for stream in streams
        ]

        def at_risk(stream: int, case: int) -> tuple[int, ...]:
            return entered[case] + within[stream], entered[case], case

        return at_risk
    growth = [centre.queues[stream.queue].growth for stream in streams]
    if not any(growth):

        def fixed(stream: int, case: int) -> tuple[int, ...]:
            return -priority[stream], entered[case], case

        return fixed

    def grown(stream: int, case: int) -> tuple[int, ...]:
        gained = growth[stream] * (env.now - entered[case])
        return -(priority[stream] * UNIT * MINUTE + gained), entered[case], case

    return grown


def _fewest_skills(group: GroupRules) -> int:
    return len(group.skills)


def ways(centre: Centre, stream: Stream, members: list[tuple[int, int]]) -> list[Way]:
    """Pools that can serve a stream, best tier first, by the scenario's rule."""
    rules: dict[str, Callable[[GroupRules], int]] = {
        "longest_idle": lambda group: 0,
        "lowest_occupancy": lambda group: 0,
        "ranked": lambda group: group.skills[stream.skill].rank,
    }
    rule = rules.get(centre.agent_rule, _fewest_skills)
    queue = centre.queues[stream.queue]
    voice = centre.channels[queue.channel].name == "voice" if centre.channels else False
    made = []
    for pool, (number, channel) in enumerate(members):
        group = centre.groups[number]
        if stream.skill not in group.skills or channel not in (-1, queue.channel):
            continue
        after = [o.after for o in centre.overflow if (o.queue, o.group) == (stream.queue, number)]
        kept = [
            r.idle for r in centre.reserve if r.group == number and stream.segment not in r.segments
        ]
        limited = voice and centre.sites and centre.sites[group.site].lines is not None
        made.append(
            Way(
                tier=rule(group),
                pool=pool,
                group=number,
                after=min(after, default=-1),
                kept=max(kept, default=0),
                site=group.site if limited else -1,
            )
        )
    return sorted(made, key=lambda way: (way.tier, way.pool))
