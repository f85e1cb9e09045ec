"""Talks: a contact and an agent come together, talk, and part; the agent wraps up."""

from __future__ import annotations

from ccsim.simulation.centre import UNIT
from ccsim.simulation.intents import ASTRAY, BOOKS, FIRST_TRANSFER_BIT, NOTICED, UPSET
from ccsim.simulation.marks import AGAIN, ANSWER, ASTRAY_AFTER, ASTRAY_TO, TRANSFER
from ccsim.simulation.marks import UPSET as UPSET_MARK
from ccsim.simulation.records import (
    BOOKED,
    DIAL,
    HANDLED,
    IS_NOTICED,
    IS_UPSET,
    MISDIRECTED,
    SOLD_OUT,
    TRANSFERRED,
    WRONG_ANSWER,
    WRONG_PARTY,
)
from ccsim.simulation.simpy_engine.clock import TALK_END, WRAP_END, Moment
from ccsim.simulation.simpy_engine.house import House, at_speed, times
from ccsim.simulation.simpy_engine.sharing import Sharing

# After so many legs a contact stays with whoever has it.
MOST_LEGS = 8
MINUTE = 60_000_000.0


class Talks:
    """All talks and wrap-ups; a talk may end in a hand-over to another queue."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._env = house.env
        self._cases = house.cases
        self._floor = house.floor
        centre = house.centre
        self._queues = centre.queues
        self._groups = centre.groups
        self._channels = centre.channels
        knowledge = centre.knowledge is not None
        # Queues whose talk is nothing but talk.
        self._plain = [
            not (knowledge or rules.astray_to or rules.transfers or rules.booking or rules.emotion)
            for rules in self._queues
        ]
        self._steady = [group.learning == 0 and group.switching == 0 for group in self._groups]
        self._site_lines = [site.lines for site in centre.sites]
        self._counted = [
            bool(self._site_lines) and self._channels[rules.channel].name == "voice"
            for rules in self._queues
        ]
        self._at_site = [
            [
                pool
                for pool, (group, _) in enumerate(self._floor.pools.members)
                if self._groups[group].site == site
            ]
            for site in range(max(len(centre.sites), 1))
        ]
        self._one_at_a_time = centre.one_at_a_time
        # Queues whose contacts come, talk and go: no lines, no content, nothing afterwards.
        self._quick = [
            plain and not counted and not rules.line and not rules.resolves and not rules.ticket
            and self._one_at_a_time and all(self._steady) and not house.centre.campaigns
            and all(segment.skill < 0 for segment in house.centre.segments)
            for plain, counted, rules in zip(self._plain, self._counted, self._queues, strict=True)
        ]  # fmt: skip
        queues = range(len(self._queues))
        skills = [group.skills for group in self._groups]
        self._speed = [[own[q].speed if q in own else UNIT for q in queues] for own in skills]
        self._wrap_speed = [
            [own[q].wrap_speed if q in own else UNIT for q in queues] for own in skills
        ]
        self._sharing = Sharing(house.env, self._end_talk, self._end_wrap)
        self._handled = [0] * len(house.duty.agents)
        self._last_channel = [-1] * len(house.duty.agents)
        # Where a talk leads when it is not the last: queue, warm, state of the leg.
        self._plan: dict[int, tuple[int, bool, int]] = {}
        # Cases whose agent stays on the line until the next leg is answered: next leg → case.
        self._held: dict[int, int] = {}
        # Interruptible work: when it would be done, and what is left of it while it is put down.
        self._work: dict[int, Moment] = {}
        self._done_at: dict[int, int] = {}
        self._put_down: dict[int, tuple[int, int]] = {}

    def begin(self, case: int, agent: int) -> None:
        """Bring a contact and an agent together."""
        cases, floor = self._cases, self._floor
        queue, group = cases.queue[case], floor.group[agent]
        cases.answered[case] = self._env.now
        cases.agent[case] = agent
        cases.group[case] = group
        if self._quick[queue] and not self._held:
            floor.engage(agent)
            talk, speed = cases.talk[case], self._speed[group][queue]
            if speed != UNIT:
                talk = at_speed(talk, speed)
            Moment(self._env, talk, TALK_END, case, self._part)
            return
        rules = self._queues[queue]
        if rules.line and cases.callback[case] >= 0:
            self._house.lines[rules.channel] += 1
        if self._counted[queue]:
            self._house.site_calls[self._groups[group].site] += 1
        if self._held:
            self.let_go_of(case)
        talk = cases.talk[case] if self._plain[queue] else self._content(case)
        skill = self._groups[group].skills[self._skill(case)]
        speed = skill.speed
        if not self._steady[group]:
            speed, lost = self._experience(agent, group, rules.channel, speed)
            talk = at_speed(talk, speed) + lost
        elif speed != UNIT:
            talk = at_speed(talk, speed)
        self._handled[agent] += 1
        self._last_channel[agent] = rules.channel
        if self._one_at_a_time:
            floor.engage(agent)
            Moment(self._env, talk, TALK_END, case, self._talk_over)
        else:
            self._begin_among_others(case, agent, talk)

    def resume(self, case: int, agent: int, group: int) -> None:
        """Go on with a talk that began before the simulation did."""
        cases, floor, rules = self._cases, self._floor, self._queues[self._cases.queue[case]]
        cases.answered[case], cases.agent[case], cases.group[case] = (
            cases.arrived[case], agent, group,
        )  # fmt: skip
        if self._counted[cases.queue[case]]:
            self._house.site_calls[self._groups[group].site] += 1
        self._last_channel[agent] = rules.channel
        left = cases.arrived[case] + cases.talk[case] - self._env.now
        if self._one_at_a_time:
            floor.engage(agent)
            Moment(self._env, left, TALK_END, case, self._talk_over)
        else:
            self._begin_among_others(case, agent, left)

    def reserve(self, agent: int, case: int) -> None:
        """Keep an agent for a dial that rings."""
        if self._one_at_a_time:
            self._floor.engage(agent)
        else:
            self._floor.occupy(agent, case)

    def unreserve(self, agent: int, case: int) -> None:
        """Nobody picked up: the agent is free again."""
        if self._one_at_a_time:
            self._floor.disengage(agent)
        else:
            self._floor.release(agent, case)

    def begin_reserved(self, case: int, agent: int) -> None:
        """Bring a dial that was picked up and the agent kept for it together."""
        if not self._one_at_a_time:
            self._floor.in_hand[agent].remove(case)
        self.begin(case, agent)

    def _part(self, moment: Moment) -> None:
        """End a talk that was nothing but a talk."""
        cases, case, now = self._cases, moment.who, self._env.now
        cases.talk_end[case] = cases.ended[case] = now
        cases.state[case] = HANDLED
        wrap = cases.wrap[case]
        if wrap:
            speed = self._wrap_speed[cases.group[case]][cases.queue[case]]
            if speed != UNIT:
                wrap = at_speed(wrap, speed)
        if wrap:
            Moment(self._env, wrap, WRAP_END, case, self._wrap_over)
        else:
            cases.wrap_end[case] = now
            self._floor.disengage(cases.agent[case])

    def leave_on_time(self, agent: int) -> None:
        """Whose activity is over by plan stays on no line for somebody else's answer."""
        for following in sorted(self._held):
            if self._cases.agent[self._held.get(following, -1)] == agent:
                self.let_go_of(following)

    def _may_stay(self, queue: int, segment: int, agent: int) -> bool:
        """Say whether an agent may stay on the line: it is not due, and others can take over.

        Others are at work, have the skill, and do not stay on a line themselves.
        """
        house, floor = self._house, self._floor
        skill = house.waiting.streams[house.waiting.stream(queue, segment)].skill
        if floor.is_due(agent):
            return False
        staying = {self._cases.agent[case] for case in self._held.values()} | {agent}
        able = [
            one
            for one in staying
            if floor.is_at_work(one) and skill in self._groups[floor.group[one]].skills
        ]
        return house.on_duty(skill) > len(able)

    def let_go_of(self, case: int) -> None:
        """Whoever stayed on the line for this leg may wrap up."""
        before = self._held.pop(case, -1)
        if before >= 0:
            self._cases.talk_end[before] = self._cases.ended[before] = self._env.now
            self._wrap_up(before)

    def _content(self, case: int) -> int:
        """Decide what the talk is about: its length by itself, and where it leads."""
        house, cases, now = self._house, self._cases, self._env.now
        queue, intent, talk = cases.queue[case], cases.intent[case], cases.talk[case]
        rules = self._queues[queue]
        key, attempt, leg = cases.key(case), cases.attempt[case], cases.leg[case]
        if cases.kind[case] == DIAL:
            return talk
        if intent & ASTRAY and leg == 1:
            u = house.luck.uniform(key, attempt, leg, ASTRAY_TO)
            to = next(queue for queue, share in rules.astray_to if u < share)
            self._plan[case] = (to, False, MISDIRECTED)
            arrived = cases.first_arrival(case)
            return house.luck.duration(key, attempt, leg, ASTRAY_AFTER, queue, arrived)
        if rules.emotion:
            self._feel(case)
        for place, transfer in enumerate(rules.transfers):
            if transfer.on_emotion:
                wanted = bool(cases.flags[case] & IS_NOTICED) and (
                    house.luck.uniform(key, attempt, leg, TRANSFER + AGAIN * place)
                    < transfer.probability
                )
            else:
                wanted = bool(intent >> (FIRST_TRANSFER_BIT + place) & 1)
            possible = not house.live[transfer.to] or house.is_open(transfer.to)
            if wanted and possible and leg < MOST_LEGS:
                self._plan[case] = (transfer.to, transfer.warm, TRANSFERRED)
                return times(talk, transfer.talk_share)
        knowledge = house.centre.knowledge
        if knowledge and house.luck.uniform(key, attempt, leg, ANSWER) >= knowledge.at(now):
            cases.flags[case] |= WRONG_ANSWER
            talk = times(talk, knowledge.wrong_talk)
        if rules.booking and intent & BOOKS:
            if house.bookings.take(rules.booking.inventory):
                cases.flags[case] |= BOOKED
            else:
                cases.flags[case] |= SOLD_OUT
                talk = times(talk, rules.booking.sold_out_talk)
        return talk

    def _feel(self, case: int) -> None:
        """Say whether the customer is upset, after this wait, and whether that is noticed."""
        cases, emotion = self._cases, self._queues[self._cases.queue[case]].emotion
        assert emotion is not None
        upset = bool(cases.intent[case] & UPSET)
        if emotion.rises_per_minute > 0:
            minutes = (self._env.now - cases.entered[case]) / MINUTE
            chance = emotion.probability + emotion.rises_per_minute * minutes
            key, attempt, leg = cases.key(case), cases.attempt[case], cases.leg[case]
            upset = self._house.luck.uniform(key, attempt, leg, UPSET_MARK) < chance
        if upset:
            cases.flags[case] |= IS_UPSET
            if cases.intent[case] & NOTICED:
                cases.flags[case] |= IS_NOTICED

    def _skill(self, case: int) -> int:
        segment = self._cases.segment[case]
        if segment >= 0:
            skill = self._house.centre.segments[segment].skill
            if skill >= 0:
                return skill
        return self._cases.queue[case]

    def _experience(self, agent: int, group: int, channel: int, speed: int) -> tuple[int, int]:
        """Speed after so many contacts, and time lost on coming from another channel."""
        rules = self._groups[group]
        doublings = (self._handled[agent] + 1).bit_length() - 1
        learnt = speed * (UNIT + rules.learning * doublings) // UNIT
        changed = self._last_channel[agent] not in (-1, channel)
        return learnt, rules.switching if changed else 0

    def _begin_among_others(self, case: int, agent: int, talk: int) -> None:
        """Begin a talk with an agent that may have, or take, others in hand."""
        floor, rules = self._floor, self._queues[self._cases.queue[case]]
        channel = self._channels[rules.channel]
        held = floor.in_hand[agent]
        if held and self._is_work(held[0]) and agent not in self._put_down:
            work = held[0]
            self._work.pop(work).cancel()
            self._put_down[agent] = (work, self._done_at[work] - self._env.now)
        floor.occupy(agent, case)
        if self._is_shared(case, agent):
            self._sharing.begin(agent, case, talk, TALK_END, channel.slowdown)
        else:
            moment = Moment(self._env, talk, TALK_END, case, self._talk_over)
            if channel.deferred and channel.interruptible:
                self._work[case], self._done_at[case] = moment, self._env.now + talk
        self._offer(agent)

    def _is_work(self, case: int) -> bool:
        return case in self._work

    def _is_shared(self, case: int, agent: int) -> bool:
        channel = self._queues[self._cases.queue[case]].channel
        many = self._groups[self._floor.group[agent]].concurrency[channel] > 1
        return many and self._channels[channel].slowdown > 0

    def _offer(self, agent: int) -> None:
        """Say what an agent that has something in hand could take besides."""
        floor, pools = self._floor, self._floor.pools
        pools.shut(agent)
        put_down = self._put_down.get(agent)
        live = [case for case in floor.in_hand[agent] if put_down is None or case != put_down[0]]
        if not live and put_down is not None:
            work, left = self._put_down.pop(agent)
            self._work[work] = Moment(self._env, left, TALK_END, work, self._talk_over)
            self._done_at[work] = self._env.now + left
            live = [work]
        if floor.is_due(agent) or not live:
            return
        if self._is_work(live[0]):
            pools.offer_work(agent)
            return
        channel = self._queues[self._cases.queue[live[0]]].channel
        if len(live) < self._groups[floor.group[agent]].concurrency[channel]:
            pools.offer_room(agent, channel, len(live))

    def _talk_over(self, moment: Moment) -> None:
        self._end_talk(moment.who)

    def _wrap_over(self, moment: Moment) -> None:
        self._end_wrap(moment.who)

    def _end_talk(self, case: int) -> None:
        house, cases, now = self._house, self._cases, self._env.now
        queue = cases.queue[case]
        rules = self._queues[queue]
        if self._work:
            self._work.pop(case, None)
        if self._counted[queue]:
            site = self._groups[cases.group[case]].site
            house.site_calls[site] -= 1
            # A line into the site is free: its groups may match again.
            self._floor.pools.fresh.update(self._at_site[site])
        plan = self._plan.pop(case, None) if self._plan else None
        if rules.line:
            house.lines[rules.channel] -= 1
        if plan is None:
            cases.talk_end[case] = cases.ended[case] = now
            if cases.state[case] != WRONG_PARTY:
                cases.state[case] = HANDLED
            house.comebacks.after_talk(case)
            self._wrap_up(case)
            return
        to, warm, state = plan
        cases.state[case] = state
        following = self._hand_over(case, to)
        if warm and self._may_stay(to, cases.segment[case], cases.agent[case]):
            self._held[following] = case
        else:
            cases.talk_end[case] = cases.ended[case] = now
            self._wrap_up(case)
        house.door.ask(following)

    def _hand_over(self, case: int, to: int) -> int:
        """Begin the next leg, in another queue; it needs no free line."""
        house, cases = self._house, self._cases
        contact, attempt, leg = cases.contact[case], cases.attempt[case], cases.leg[case] + 1
        segment, key = cases.segment[case], cases.key(case)
        arrived = cases.first_arrival(case)
        *work, intent = house.luck.leg(key, attempt, leg, to, segment, arrived)
        rules = self._queues[to]
        if rules.line:
            house.lines[rules.channel] += 1
        return house.take_up(
            contact=contact,
            attempt=attempt,
            leg=leg,
            kind=cases.kind[case],
            cause=cases.cause[case],
            queue=to,
            segment=segment,
            arrived=self._env.now,
            intent=intent,
            work=(work[0], work[1], work[2]),
            retries=cases.retries[case],
        )

    def _wrap_up(self, case: int) -> None:
        cases = self._cases
        wrap, agent = cases.wrap[case], cases.agent[case]
        if wrap:
            skill = self._groups[cases.group[case]].skills[self._skill(case)]
            if skill.wrap_speed != UNIT:
                wrap = at_speed(wrap, skill.wrap_speed)
        if self._one_at_a_time:
            if wrap:
                Moment(self._env, wrap, WRAP_END, case, self._wrap_over)
            else:
                cases.wrap_end[case] = self._env.now
                self._floor.disengage(agent)
            return
        if not wrap:
            self._end_wrap(case)
        elif self._is_shared(case, agent):
            slowdown = self._channels[self._queues[cases.queue[case]].channel].slowdown
            self._sharing.begin(agent, case, wrap, WRAP_END, slowdown)
            self._offer(agent)
        else:
            Moment(self._env, wrap, WRAP_END, case, self._wrap_over)
            self._offer(agent)

    def _end_wrap(self, case: int) -> None:
        cases = self._cases
        agent = cases.agent[case]
        cases.wrap_end[case] = self._env.now
        if self._one_at_a_time:
            self._floor.disengage(agent)
            return
        if self._is_shared(case, agent):
            self._sharing.part(agent, case)
        if len(self._floor.in_hand[agent]) == 1:
            self._floor.pools.shut(agent)
        self._floor.release(agent, case)
        if self._floor.in_hand[agent]:
            self._offer(agent)
