"""Who serves: groups, routing, and the rules that raise seats, lines or people."""

from __future__ import annotations

from collections.abc import Iterator

from ccsim.scenario.centre import Elastic, Reserve
from ccsim.scenario.model import Scenario
from ccsim.scenario.names import known, not_the_total
from ccsim.scenario.origin import Key
from ccsim.scenario.people import Group, When
from ccsim.scenario.problem import Problem


def people_problems(scenario: Scenario) -> Iterator[Problem]:
    """Check groups, sites, routing, standby and elasticity."""
    yield from _groups(scenario)
    yield from _routing(scenario)
    yield from _kept_back(scenario)
    yield from _seats(scenario)
    for name, group in scenario.groups.items():
        if group.standby is not None:
            path: Key = ("groups", name, "standby")
            yield from _conditions(scenario, path, group.standby.when, group.standby.until)
    for index, rule in enumerate(scenario.elasticity):
        yield from _elastic(scenario, ("elasticity", index), rule)
        yield from _conditions(scenario, ("elasticity", index), rule.when, rule.until)


def _groups(scenario: Scenario) -> Iterator[Problem]:
    served = {*scenario.queues, *(s.skill for s in scenario.segments.values() if s.skill)}
    for name, group in scenario.groups.items():
        yield from not_the_total(scenario, ("groups", name))
        for skill in group.skills:
            yield from known(scenario, ("groups", name, "skills", skill), skill, served, "queue")
        if scenario.sites:
            yield from known(scenario, ("groups", name, "site"), group.site, scenario.sites, "site")
        for channel in group.concurrency or {}:
            path: Key = ("groups", name, "concurrency", channel)
            yield from known(scenario, path, channel, scenario.channels, "channel")
        most = _most_on_duty(group) or 0
        if group.employed is not None and most > group.employed:
            yield scenario.origin.problem(
                ("groups", name, "on_duty"),
                "more on duty than are employed",
                found=most,
                allowed=f"at most {group.employed}",
            )
    for name in scenario.shifts.minimum_staff or {}:
        path = ("shifts", "minimum_staff", name)
        yield from known(scenario, path, name, scenario.groups, "group")


def _routing(scenario: Scenario) -> Iterator[Problem]:
    for index, overflow in enumerate(scenario.routing.overflow):
        path: Key = ("routing", "overflow", index)
        yield from known(scenario, (*path, "queue"), overflow.queue, scenario.queues, "queue")
        yield from known(scenario, (*path, "to"), overflow.to, scenario.groups, "group")
        if (
            overflow.to in scenario.groups
            and overflow.queue not in scenario.groups[overflow.to].skills
        ):
            yield scenario.origin.problem(
                (*path, "to"),
                f"the group has no skill '{overflow.queue}'",
                found=overflow.to,
                allowed="a group that lists the queue among its skills",
            )
    for index, reserve in enumerate(scenario.routing.reserve):
        path = ("routing", "reserve", index)
        yield from known(scenario, (*path, "group"), reserve.group, scenario.groups, "group")
        for place, segment in enumerate(reserve.segments):
            where: Key = (*path, "segments", place)
            yield from known(scenario, where, segment, scenario.segments, "segment")
    if scenario.routing.agent == "personal_agent" and not any(
        queue.personal_agent is not None for queue in scenario.queues.values()
    ):
        yield scenario.origin.problem(
            ("routing", "agent"),
            "nobody has an agent of their own",
            found="personal_agent",
            allowed="a queue with personal_agent, or another rule",
        )


def _kept_back(scenario: Scenario) -> Iterator[Problem]:
    """Refuse a reserve that never leaves an agent over for contacts nobody else serves.

    An idle agent goes to other segments only while more than the reserve are idle, and no more
    than all can be. Agents with room, interruptible work and one's own agent pass by a reserve.
    """
    for index, reserve in enumerate(scenario.routing.reserve):
        if reserve.group not in scenario.groups:
            continue
        most = _most_there(scenario.groups[reserve.group])
        stranded = [
            name
            for name in scenario.queues
            if any(
                skill in scenario.groups[reserve.group].skills
                and _keeps_from(scenario, reserve, name, segment)
                and not any(
                    _may_serve(scenario, group, name, segment)
                    for group, rules in scenario.groups.items()
                    if skill in rules.skills
                )
                for segment, skill in _who_asks(scenario, name)
            )
        ]
        if stranded:
            yield scenario.origin.problem(
                ("routing", "reserve", index, "idle"),
                f"only {', '.join(reserve.segments)} would ever be served in "
                f"{', '.join(stranded)}: {reserve.group} never has more than {most}",
                found=reserve.idle,
                allowed="fewer than there are, or another group that serves the others",
            )


def _who_asks(scenario: Scenario, queue: str) -> list[tuple[str | None, str]]:
    """Segments whose contacts come to a queue, None for those of none, with the skill asked for."""
    own = {
        name: segment
        for name, segment in scenario.segments.items()
        if segment.share > 0 and (not segment.queues or queue in segment.queues)
    }
    asks: list[tuple[str | None, str]] = [
        (name, segment.skill or queue) for name, segment in own.items()
    ]
    dialled = any(campaign.queue == queue for campaign in scenario.campaigns.values())
    if dialled or sum(segment.share for segment in own.values()) < 1 - 1e-9:
        asks.append((None, queue))
    return asks


def _may_serve(scenario: Scenario, group: str, queue: str, segment: str | None) -> bool:
    """Say whether no reserve of a group with the skill keeps it from a segment for ever."""
    return not any(
        reserve.group == group and _keeps_from(scenario, reserve, queue, segment)
        for reserve in scenario.routing.reserve
    )


def _keeps_from(scenario: Scenario, reserve: Reserve, queue: str, segment: str | None) -> bool:
    """Say whether a reserve keeps its group's agents from a segment of a queue for ever."""
    group, asked = scenario.groups[reserve.group], scenario.queues[queue]
    most = _most_there(group)
    channel = scenario.channels.get(asked.channel)
    # Of nobody nobody is kept back: an empty group is no contradiction.
    if segment in reserve.segments or not most or reserve.idle < most or channel is None:
        return False
    at_once = (group.concurrency or {}).get(asked.channel, channel.concurrency)
    interrupts = not channel.deferred and any(
        other.interruptible for other in scenario.channels.values()
    )
    return at_once == 1 and not interrupts and asked.personal_agent is None


def _most_there(group: Group) -> int | None:
    """Most agents a group can ever have, stand-by people too; None where nothing bounds them."""
    most = group.employed if group.on_duty is None else _most_on_duty(group)
    return None if most is None else most + (group.standby.people if group.standby else 0)


def _most_on_duty(group: Group) -> int | None:
    """Most agents that `on_duty` ever says; None where the duty is planned."""
    if group.on_duty is None or isinstance(group.on_duty, int):
        return group.on_duty
    return max((number for _, number in group.on_duty), default=0)


def _seats(scenario: Scenario) -> Iterator[Problem]:
    raised = {_site_of(scenario, rule) for rule in scenario.elasticity if rule.what == "seats"}
    for name, site in scenario.sites.items():
        groups = [group for group, rules in scenario.groups.items() if rules.site == name]
        if site.seats == 0 and groups and name not in raised:
            yield scenario.origin.problem(
                ("sites", name, "seats"),
                f"nobody of {', '.join(groups)} can sit down",
                found=0,
                allowed="seats, or a rule in elasticity that raises them",
            )


def _site_of(scenario: Scenario, rule: Elastic) -> str | None:
    """Site a rule is about: the one it names, or the only one there is."""
    if rule.site is None and rule.what == "seats" and len(scenario.sites) == 1:
        return next(iter(scenario.sites))
    return rule.site


def _elastic(scenario: Scenario, here: Key, rule: Elastic) -> Iterator[Problem]:
    if rule.site is not None:
        yield from known(scenario, (*here, "site"), rule.site, scenario.sites, "site")
        if rule.site not in scenario.sites:
            return
    site = _site_of(scenario, rule)
    if rule.what == "seats" and (site is None or scenario.sites[site].seats is None):
        with_seats = [name for name, other in scenario.sites.items() if other.seats is not None]
        yield scenario.origin.problem(
            here,
            "raises seats where none are counted",
            found="no site" if site is None else site,
            allowed=", ".join(with_seats) or "a site with seats",
        )
    if rule.what == "lines":
        voice = scenario.channels.get("voice")
        lines = (
            (None if voice is None else voice.lines)
            if site is None
            else (scenario.sites[site].lines)
        )
        if lines is None:
            where = "channels.voice.lines" if site is None else f"sites.{site}.lines"
            yield scenario.origin.problem(
                here, "raises lines where none are counted", found="no lines", allowed=where
            )


def _conditions(scenario: Scenario, here: Key, when: When, until: When) -> Iterator[Problem]:
    """Check that a rule has a figure to rise at, and falls to one that is not above it."""
    figures = ", ".join(When.model_fields)
    for field, condition in (("when", when), ("until", until)):
        if all(getattr(condition, name) is None for name in When.model_fields):
            yield scenario.origin.problem(
                (*here, field), "no figure at all", allowed=f"at least one of {figures}"
            )
    for name in When.model_fields:
        rises, falls = getattr(when, name), getattr(until, name)
        if falls is None:
            continue
        if rises is None:
            given = [other for other in When.model_fields if getattr(when, other) is not None]
            yield scenario.origin.problem(
                (*here, "until", name),
                "is not among the figures of when",
                allowed=", ".join(given) or f"{name} in when too",
            )
        elif falls > rises:
            yield scenario.origin.problem(
                (*here, "until", name),
                "above the figure of when",
                found=falls,
                allowed=f"at most {rises:g}",
            )
