"""The menu: every step leads somewhere, is met by somebody, and lets callers out again."""

from __future__ import annotations

from collections.abc import Iterator

from ccsim.scenario.contacts import Ivr, Node
from ccsim.scenario.model import Scenario
from ccsim.scenario.names import known, mentioned, sum_to_one
from ccsim.scenario.origin import Key
from ccsim.scenario.problem import Problem


def menu_problems(scenario: Scenario) -> Iterator[Problem]:
    """Check the menu, where there is one."""
    if scenario.ivr is None:
        return
    yield from known(scenario, ("ivr", "start"), scenario.ivr.start, scenario.ivr.nodes, "node")
    for name, node in scenario.ivr.nodes.items():
        yield from _node(scenario, name, node, scenario.ivr)
    yield from _endless(scenario, scenario.ivr)
    yield from _unreached(scenario, scenario.ivr)


def _node(scenario: Scenario, name: str, node: Node, ivr: Ivr) -> Iterator[Problem]:
    path: Key = ("ivr", "nodes", name)
    origin = scenario.origin
    for target in mentioned(node):
        yield from known(scenario, path, target, [*ivr.nodes, *scenario.queues], "node or queue")
    if node.choose is not None:
        yield from sum_to_one(scenario, (*path, "choose"), node.choose.values())
    if (node.choose is None) == (node.then is None):
        yield origin.problem(path, "leads nowhere or two ways", allowed="either choose or then")
    if node.self_service is not None and node.virtual_agent is not None:
        yield origin.problem(path, "has two dialogues", allowed="self_service or virtual_agent")
    if node.opt_out > 0 and node.opt_out_to is None:
        yield origin.problem(
            (*path, "opt_out"), "leads nowhere", allowed="opt_out_to, a queue, with it"
        )
    if node.opt_out_to in ivr.nodes:
        yield origin.problem(
            (*path, "opt_out_to"),
            "is a node; who opts out asks for a person at once",
            found=node.opt_out_to,
            allowed=", ".join(scenario.queues),
        )
    if name in scenario.queues:
        yield origin.problem(path, "is the name of a queue too", allowed="another name")


def _everybody_ends_at(node: Node) -> bool:
    """Say whether nobody goes on from a node: all hang up, or need nobody afterwards."""
    dialogue = node.self_service or node.virtual_agent
    return node.hang_up == 1 or (dialogue is not None and dialogue.contains == 1)


def _ways_on(node: Node) -> set[str]:
    """Where a node leads anybody at all."""
    if node.hang_up == 1:
        return set()
    ways = {node.opt_out_to} if node.opt_out > 0 and node.opt_out_to is not None else set()
    if node.opt_out == 1 or _everybody_ends_at(node):
        return ways
    ways |= {name for name, share in (node.choose or {}).items() if share > 0}
    return ways | ({node.then} if node.then is not None else set())


def _endless(scenario: Scenario, ivr: Ivr) -> Iterator[Problem]:
    """Refuse nodes from which callers go round for ever."""
    ways = {name: _ways_on(node) for name, node in ivr.nodes.items()}
    # A menu ends for certain when every node has a way out: walk back from the ends.
    ends = {
        name
        for name, node in ivr.nodes.items()
        if ways[name] & set(scenario.queues) or _everybody_ends_at(node)
    }
    while more := {name for name in ivr.nodes if name not in ends and ends & ways[name]}:
        ends |= more
    for name in ivr.nodes.keys() - ends:
        yield scenario.origin.problem(
            ("ivr", "nodes", name),
            "never reaches a queue: callers go round for ever",
            allowed="a path to a queue",
        )


def _unreached(scenario: Scenario, ivr: Ivr) -> Iterator[Problem]:
    """Refuse nodes that no other node names; a share of nought still names one."""
    if ivr.start not in ivr.nodes:
        return
    reached, new = {ivr.start}, {ivr.start}
    while new:
        new = {to for name in new for to in mentioned(ivr.nodes[name]) if to in ivr.nodes} - reached
        reached |= new
    for name in ivr.nodes:
        if name not in reached:
            yield scenario.origin.problem(
                ("ivr", "nodes", name),
                "no caller ever comes here",
                allowed=f"a way to it from {ivr.start}, by choose or then",
            )
