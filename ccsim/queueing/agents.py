"""How many agents a target needs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, overload

from ccsim.distributions import Distribution
from ccsim.distributions.checks import real, refuse
from ccsim.errors import OptionError
from ccsim.queueing.erlang import ErlangResult, erlang

_DEFINITIONS = (
    "served_over_offered",
    "served_over_served",
    "excluding_short_abandons",
    "short_abandons_good",
)


@dataclass(frozen=True)
class _Target:
    """A number that more agents never lower, and where it must get to."""

    score: Callable[[ErlangResult], float]
    goal: float


@overload
def agents_for(
    calls_per_hour: float,
    aht: float,
    service_level: float | None = 0.8,
    answer_within: float = 20,
    patience: float | Distribution | Mapping[str, Any] = math.inf,
    lines: float = math.inf,
    *,
    asa: float | None = None,
    abandonment: float | None = None,
    occupancy: float | None = None,
    definition: str = "served_over_offered",
    fractional: Literal[False] = False,
) -> int: ...


@overload
def agents_for(
    calls_per_hour: float,
    aht: float,
    service_level: float | None = 0.8,
    answer_within: float = 20,
    patience: float | Distribution | Mapping[str, Any] = math.inf,
    lines: float = math.inf,
    *,
    asa: float | None = None,
    abandonment: float | None = None,
    occupancy: float | None = None,
    definition: str = "served_over_offered",
    fractional: Literal[True],
) -> float: ...


def agents_for(
    calls_per_hour: float,
    aht: float,
    service_level: float | None = 0.8,
    answer_within: float = 20,
    patience: float | Distribution | Mapping[str, Any] = math.inf,
    lines: float = math.inf,
    *,
    asa: float | None = None,
    abandonment: float | None = None,
    occupancy: float | None = None,
    definition: str = "served_over_offered",
    fractional: bool = False,
) -> float:
    """Return the fewest agents at work with whom every target given is met.

    Parameters
    ----------
    calls_per_hour, aht, answer_within, patience, lines
        As in `erlang`. Blocked contacts are not offered and count in no target: with limited
        lines look at `erlang(...).p_blocked` too.
    service_level : float or None, default 0.8
        At least this share, above 0 and below 1; None is no target.
    asa : float, optional
        At most this mean wait of all offered, seconds, above 0.
    abandonment : float, optional
        At most this share hanging up, above 0 and below 1.
    occupancy : float, optional
        At most this share of time busy, above 0 and below 1.
    definition : str, default "served_over_offered"
        Which service level, a key of `ErlangResult.service_levels`.
    fractional : bool, default False
        Return the requirement before rounding up: between the last number that fails and the
        first that does, in proportion to the way the target hardest to meet is from the one to
        the other (for `asa`, of the speed 1 / asa, which is 0 where the queue grows for ever).

    Returns
    -------
    int or float
        0 without contacts, otherwise at least 1; of the fractional answer, the next whole
        number up is always the whole answer.

    Raises
    ------
    OptionError
        An argument out of range, no target at all, or a search that passes 1,000,000 agents.
        Waits and abandonment reach 0, and service 1, with no number of agents: such targets
        are refused.

    Notes
    -----
    One more agent never makes any of these worse: the offered wait falls in the likelihood-ratio
    order (its density changes by a factor exp(-x / aht)), hence too among those served, and with
    it the waits, hang-ups and late answers that each definition counts. So bisection finds the
    fewest.

    Examples
    --------
    >>> agents_for(calls_per_hour=200, aht=180, service_level=0.8, answer_within=20)
    14
    """
    given = real("agents_for", "calls_per_hour", calls_per_hour, at_least=0)
    targets = _targets(service_level, definition, asa, abandonment, occupancy)

    def result(agents: int) -> ErlangResult:
        return erlang(given, aht, agents, patience, lines, answer_within)

    def enough(agents: int) -> bool:
        found = result(agents)
        return all(target.score(found) >= target.goal for target in targets)

    load = result(0).load
    if load == 0:
        return 0.0 if fractional else 0
    whole = _fewest(enough, start=math.ceil(load))
    if not fractional:
        return whole
    return whole - 1 + _share_of_last(targets, result(whole - 1), result(whole))


def _targets(
    service_level: float | None,
    definition: str,
    asa: float | None,
    abandonment: float | None,
    occupancy: float | None,
) -> list[_Target]:
    if definition not in _DEFINITIONS:
        raise refuse("agents_for", "definition", definition, ", ".join(_DEFINITIONS))

    def share(name: str, value: float) -> float:
        return real("agents_for", name, value, above=0, below=1)

    targets = []
    if service_level is not None:
        goal = share("service_level", service_level)
        targets.append(_Target(lambda result: result.service_levels[definition], goal))
    if asa is not None:
        goal = 1 / real("agents_for", "asa", asa, above=0)
        targets.append(_Target(lambda result: 1 / result.asa if result.asa else math.inf, goal))
    if abandonment is not None:
        goal = -share("abandonment", abandonment)
        targets.append(_Target(lambda result: -result.abandonment, goal))
    if occupancy is not None:
        goal = -share("occupancy", occupancy)
        targets.append(_Target(lambda result: -result.occupancy, goal))
    if not targets:
        raise OptionError(
            "agents_for: no target is given; allowed: at least one of service_level, asa, "
            "abandonment, occupancy"
        )
    return targets


def _fewest(enough: Callable[[int], bool], start: int) -> int:
    """Return the smallest number from 1 on that is enough, looking first around `start`."""
    step = max(1, math.isqrt(start))
    if enough(start):
        failing, passing = start, start
        while failing == passing:
            failing = max(passing - step, 0)
            if failing > 0 and enough(failing):
                passing = failing
            step *= 2
    else:
        failing, passing = start, start + step
        while not enough(passing):
            step *= 2
            failing, passing = passing, passing + step
    while passing - failing > 1:
        middle = (failing + passing) // 2
        if enough(middle):
            passing = middle
        else:
            failing = middle
    return passing


def _share_of_last(targets: list[_Target], before: ErlangResult, after: ErlangResult) -> float:
    """How far into the last agent the target hardest to meet is met: above 0, at most 1."""
    shares = [0.0]
    for target in targets:
        short, reached = target.score(before), target.score(after)
        if short < target.goal:
            shares.append((target.goal - short) / (reached - short))
    # Rounding, or a wait that vanishes with the last agent, must not hide that it is needed.
    return min(max(max(shares), 1e-6), 1.0)
