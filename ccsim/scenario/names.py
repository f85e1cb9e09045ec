"""What every check asks: does a name exist, do shares add up, who leads to which queue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ccsim.scenario.contacts import Node
from ccsim.scenario.model import Scenario
from ccsim.scenario.origin import Key
from ccsim.scenario.problem import Problem, nearest

# Tables show the total under this name.
TOTAL = "all"


def known(
    scenario: Scenario, path: Key, name: str, names: Iterable[str], kind: str
) -> Iterator[Problem]:
    """Refuse a name that is not among those that exist."""
    names = list(names)
    if name not in names:
        yield scenario.origin.problem(
            path,
            f"unknown {kind}",
            found=name,
            allowed=", ".join(names) or "none are defined",
            near=nearest(name, names),
        )


def not_the_total(scenario: Scenario, path: Key) -> Iterator[Problem]:
    """Refuse the name under which tables show the total."""
    if path[-1] == TOTAL:
        yield scenario.origin.problem(
            path, "is the name of the total in every table", allowed="another name"
        )


def sum_to_one(scenario: Scenario, path: Key, shares: Iterable[float]) -> Iterator[Problem]:
    """Refuse shares of one whole that add up to something else."""
    total = sum(shares)
    if abs(total - 1) > 1e-6:
        yield scenario.origin.problem(
            path,
            "shares do not add up to 1",
            found=round(total, 6),
            allowed="shares that add up to 1",
        )


def reached_otherwise(scenario: Scenario, queue: str) -> bool:
    """Say whether contacts get to a queue by the menu, a transfer or a campaign."""
    targets = {transfer.to for other in scenario.queues.values() for transfer in other.transfers}
    for other in scenario.queues.values():
        targets |= set(other.wrong_department.to) if other.wrong_department else set()
        targets |= {other.second_channel.to} if other.second_channel else set()
    targets |= {campaign.queue for campaign in scenario.campaigns.values()}
    if scenario.ivr is not None:
        targets |= {name for node in scenario.ivr.nodes.values() for name in mentioned(node)}
    return queue in targets


def mentioned(node: Node) -> list[str]:
    """Nodes and queues that a step of the menu names, even with a share of nought."""
    return [name for name in (*(node.choose or {}), node.then, node.opt_out_to) if name is not None]
