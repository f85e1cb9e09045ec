"""What the fields of a scenario say of each other: names that must exist, sums, loops."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ccsim.distributions import Distribution
from ccsim.scenario.contacts import CHANNELS, Node
from ccsim.scenario.kinds import ByPeriod
from ccsim.scenario.model import Scenario
from ccsim.scenario.origin import Key
from ccsim.scenario.problem import Problem, nearest
from ccsim.scenario.timetable import horizon_problems, opening_problems, shift_problems

# Tables show the total under this name.
TOTAL = "all"


def inconsistencies(scenario: Scenario) -> list[Problem]:
    """List everything that contradicts itself or refers to something that is not there."""
    return [problem for check in CHECKS for problem in check(scenario)]


def _known(
    scenario: Scenario, path: Key, name: str, names: Iterable[str], kind: str
) -> Iterator[Problem]:
    names = list(names)
    if name not in names:
        yield scenario.origin.problem(
            path,
            f"unknown {kind}",
            found=name,
            allowed=", ".join(names) or "none are defined",
            near=nearest(name, names),
        )


def _demand(scenario: Scenario) -> Iterator[Problem]:
    demand, origin = scenario.demand, scenario.origin
    sources = ("history", "rates", "counts", "log", "cold_start")
    given = [name for name in sources if getattr(demand, name) is not None]
    if len(given) != 1:
        yield origin.problem(
            ("demand",),
            "exactly one source of contacts is needed",
            found=", ".join(given) or "none",
            allowed="one of " + ", ".join(sources),
        )
    if demand.query is not None and "://" not in (demand.history or ""):
        yield origin.problem(
            ("demand", "query"),
            "goes with a database",
            allowed="history as an SQLAlchemy URL such as sqlite:///calls.db",
        )
    if demand.calendar is None and (demand.open_on or demand.closed_on):
        yield origin.problem(
            ("demand", "calendar"), "needed by open_on and closed_on", allowed="US, CN, …"
        )
    if demand.quantile is not None and demand.history is None:
        yield origin.problem(
            ("demand", "quantile"),
            "only a forecast has quantiles",
            found=", ".join(given) or "no source",
            allowed="history",
        )
    for name in demand.rates or {}:
        yield from _known(scenario, ("demand", "rates", name), name, scenario.queues, "queue")
    for index, event in enumerate(demand.events):
        if isinstance(event.uplift, dict):
            path: Key = ("demand", "events", index, "uplift")
            for name in event.uplift:
                yield from _known(scenario, (*path, name), name, scenario.queues, "queue")
    if demand.rates is not None:
        for name in scenario.queues:
            if name not in demand.rates and not _reached_otherwise(scenario, name):
                yield origin.problem(
                    ("demand", "rates"),
                    f"no rate for queue '{name}'",
                    allowed="a rate for every queue (0 is one)",
                )


def _reached_otherwise(scenario: Scenario, queue: str) -> bool:
    """Say whether contacts get to a queue by the menu, a transfer or a campaign."""
    targets = {transfer.to for other in scenario.queues.values() for transfer in other.transfers}
    for other in scenario.queues.values():
        targets |= set(other.wrong_department.to) if other.wrong_department else set()
        targets |= {other.second_channel.to} if other.second_channel else set()
    targets |= {campaign.queue for campaign in scenario.campaigns.values()}
    if scenario.ivr is not None:
        targets |= {name for node in scenario.ivr.nodes.values() for name in _next(node)}
    return queue in targets


def _channels(scenario: Scenario) -> Iterator[Problem]:
    for name in scenario.channels:
        yield from _known(scenario, ("channels", name), name, CHANNELS, "channel")
    for name, queue in scenario.queues.items():
        path: Key = ("queues", name, "channel")
        yield from _known(scenario, path, queue.channel, scenario.channels, "channel")


def _queues(scenario: Scenario) -> Iterator[Problem]:
    origin = scenario.origin
    for name, queue in scenario.queues.items():
        here: Key = ("queues", name)
        yield from _not_the_total(scenario, here)
        if _takes_no_time(queue.talk) and _takes_no_time(queue.wrap):
            yield origin.problem(
                (*here, "talk"), "takes no time, nor does wrap", allowed="more than nought"
            )
        if not any(name in group.skills for group in scenario.groups.values()):
            yield origin.problem(
                here,
                "no group can serve this queue",
                allowed=f"a group with '{name}' among its skills",
            )
        for index, transfer in enumerate(queue.transfers):
            path = (*here, "transfers", index, "to")
            yield from _known(scenario, path, transfer.to, scenario.queues, "queue")
        if queue.wrong_department is not None:
            path = (*here, "wrong_department", "to")
            for other in queue.wrong_department.to:
                yield from _known(scenario, (*path, other), other, scenario.queues, "queue")
            yield from _sum_to_one(scenario, path, queue.wrong_department.to.values())
        if queue.second_channel is not None:
            path = (*here, "second_channel", "to")
            yield from _known(scenario, path, queue.second_channel.to, scenario.queues, "queue")
        if queue.ticket is not None:
            path = (*here, "ticket", "to")
            yield from _known(scenario, path, queue.ticket.to, scenario.back_office, "back office")
        if queue.booking is not None:
            path = (*here, "booking", "inventory")
            inventory = queue.booking.inventory
            yield from _known(scenario, path, inventory, scenario.inventories, "inventory")


def _not_the_total(scenario: Scenario, path: Key) -> Iterator[Problem]:
    if path[-1] == TOTAL:
        yield scenario.origin.problem(
            path, "is the name of the total in every table", allowed="another name"
        )


def _takes_no_time(duration: Distribution | ByPeriod) -> bool:
    periods = duration if isinstance(duration, tuple) else ((0.0, duration),)
    return any(distribution.mean == 0 for _, distribution in periods)


def _segments(scenario: Scenario) -> Iterator[Problem]:
    for name, segment in scenario.segments.items():
        for index, queue in enumerate(segment.queues):
            path: Key = ("segments", name, "queues", index)
            yield from _known(scenario, path, queue, scenario.queues, "queue")
    if sum(segment.share for segment in scenario.segments.values()) > 1 + 1e-9:
        yield scenario.origin.problem(
            ("segments",), "shares add up to more than 1", allowed="at most 1"
        )


def _groups(scenario: Scenario) -> Iterator[Problem]:
    served = {*scenario.queues, *(s.skill for s in scenario.segments.values() if s.skill)}
    for name, group in scenario.groups.items():
        yield from _not_the_total(scenario, ("groups", name))
        for skill in group.skills:
            yield from _known(scenario, ("groups", name, "skills", skill), skill, served, "queue")
        if scenario.sites:
            yield from _known(
                scenario, ("groups", name, "site"), group.site, scenario.sites, "site"
            )
        for channel in group.concurrency or {}:
            path: Key = ("groups", name, "concurrency", channel)
            yield from _known(scenario, path, channel, scenario.channels, "channel")
        most = (
            group.on_duty
            if isinstance(group.on_duty, int)
            else max((number for _, number in group.on_duty or ()), default=0)
        )
        if group.employed is not None and most > group.employed:
            yield scenario.origin.problem(
                ("groups", name, "on_duty"),
                "more on duty than are employed",
                found=most,
                allowed=f"at most {group.employed}",
            )
    for name in scenario.shifts.minimum_staff or {}:
        path = ("shifts", "minimum_staff", name)
        yield from _known(scenario, path, name, scenario.groups, "group")


def _routing(scenario: Scenario) -> Iterator[Problem]:
    for index, overflow in enumerate(scenario.routing.overflow):
        path: Key = ("routing", "overflow", index)
        yield from _known(scenario, (*path, "queue"), overflow.queue, scenario.queues, "queue")
        yield from _known(scenario, (*path, "to"), overflow.to, scenario.groups, "group")
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
        yield from _known(scenario, (*path, "group"), reserve.group, scenario.groups, "group")
        for place, segment in enumerate(reserve.segments):
            where: Key = (*path, "segments", place)
            yield from _known(scenario, where, segment, scenario.segments, "segment")


def _next(node: Node) -> list[str]:
    return [name for name in (*(node.choose or {}), node.then, node.opt_out_to) if name is not None]


def _ways_on(node: Node) -> set[str]:
    """Where a node leads anybody at all."""
    ways = {name for name, share in (node.choose or {}).items() if share > 0}
    return ways | {name for name in (node.then, node.opt_out_to if node.opt_out else None) if name}


def _menu(scenario: Scenario) -> Iterator[Problem]:
    if scenario.ivr is None:
        return
    nodes, origin = scenario.ivr.nodes, scenario.origin
    yield from _known(scenario, ("ivr", "start"), scenario.ivr.start, nodes, "node")
    targets = [*nodes, *scenario.queues]
    for name, node in nodes.items():
        path: Key = ("ivr", "nodes", name)
        for target in _next(node):
            yield from _known(scenario, path, target, targets, "node or queue")
        if node.choose is not None:
            yield from _sum_to_one(scenario, (*path, "choose"), node.choose.values())
        if (node.choose is None) == (node.then is None):
            yield origin.problem(path, "leads nowhere or two ways", allowed="either choose or then")
        if node.self_service is not None and node.virtual_agent is not None:
            yield origin.problem(path, "has two dialogues", allowed="self_service or virtual_agent")
        if node.opt_out > 0 and node.opt_out_to is None:
            yield origin.problem(
                (*path, "opt_out"), "leads nowhere", allowed="opt_out_to, a queue, with it"
            )
        if name in scenario.queues:
            yield origin.problem(path, "is the name of a queue too", allowed="another name")
    # A menu ends for certain when every node has a way out: walk back from the queues.
    ends = {name for name, node in nodes.items() if _ways_on(node) & set(scenario.queues)}
    while more := {n for n, node in nodes.items() if n not in ends and ends & _ways_on(node)}:
        ends |= more
    for name in nodes.keys() - ends:
        yield origin.problem(
            ("ivr", "nodes", name),
            "never reaches a queue: callers go round for ever",
            allowed="a path to a queue",
        )


def _sum_to_one(scenario: Scenario, path: Key, shares: Iterable[float]) -> Iterator[Problem]:
    total = sum(shares)
    if abs(total - 1) > 1e-6:
        yield scenario.origin.problem(
            path,
            "shares do not add up to 1",
            found=round(total, 6),
            allowed="shares that add up to 1",
        )


def _outbound(scenario: Scenario) -> Iterator[Problem]:
    for kind, entries in (("campaigns", scenario.campaigns), ("notices", scenario.notices)):
        for name, entry in entries.items():
            path: Key = (kind, name, "queue")
            yield from _known(scenario, path, entry.queue, scenario.queues, "queue")
    for index, rule in enumerate(scenario.elasticity):
        if rule.site is not None:
            path = ("elasticity", index, "site")
            yield from _known(scenario, path, rule.site, scenario.sites, "site")


def _sources(scenario: Scenario) -> Iterator[Problem]:
    for path in scenario.sources:
        place: Any = scenario.origin.document
        for part in path.split("."):
            entries = dict(enumerate(place)) if isinstance(place, list) else place
            known = (
                {str(name): entry for name, entry in entries.items()}
                if isinstance(entries, dict)
                else {}
            )
            if part not in known:
                yield scenario.origin.problem(
                    ("sources", path),
                    "names a field the scenario does not set",
                    found=part,
                    allowed=", ".join(known) or "the path of a field that is set",
                    near=nearest(part, known),
                )
                break
            place = known[part]


CHECKS: tuple[Callable[[Scenario], Iterator[Problem]], ...] = (
    horizon_problems,
    opening_problems,
    _demand,
    _channels,
    _queues,
    _segments,
    _groups,
    _routing,
    _menu,
    _outbound,
    shift_problems,
    _sources,
)
