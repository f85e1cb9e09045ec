"""Erlang's formulas behind one door."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ccsim.distributions import Distribution, Exponential, from_spec
from ccsim.distributions.checks import real, whole
from ccsim.errors import OptionError
from ccsim.queueing.birth_death import erlang_b, erlang_c, limited_lines
from ccsim.queueing.offered_wait import impatient
from ccsim.queueing.outcome import QUIET, UNSTABLE, Outcome, Queue

# Beyond these the answer would take gigabytes; no contact centre comes near.
MOST_AGENTS = 1_000_000
MOST_LINES = 1_000_000


@dataclass(frozen=True)
class ErlangResult:
    """What a queue does on average; times in seconds, shares from 0 to 1.

    `p_blocked` is a share of all that enter. Everything after it is about the contacts offered,
    those that got a line.

    Attributes
    ----------
    calls_per_hour, aht, agents, patience, lines, answer_within
        As asked for; patience is a mean in seconds or a `Distribution`.
    load : float
        Offered load of all that enter, Erlangs.
    stable : bool
        False when the queue grows for ever; then `asa` and `mean_queue` are inf.
    p_blocked : float
        Share of contacts that find every line taken.
    p_wait : float
        Share that finds every agent busy.
    abandonment : float
        Share that hangs up.
    asa : float
        Mean wait of all offered, to the answer or to hanging up.
    asa_served : float
        Mean wait of those served; inf when nobody is.
    service_levels : dict of str to float
        `served_over_offered` (served in time over offered), `served_over_served`,
        `excluding_short_abandons` (over offered less those who hang up in time) and
        `short_abandons_good` (those who hang up in time count as served in time).
    occupancy : float
        Share of their time that agents are busy.
    mean_queue : float
        Contacts waiting.
    """

    calls_per_hour: float
    aht: float
    agents: int
    patience: float | Distribution
    lines: float
    answer_within: float
    load: float
    stable: bool
    p_blocked: float
    p_wait: float
    abandonment: float
    asa: float
    asa_served: float
    service_levels: dict[str, float]
    occupancy: float
    mean_queue: float

    @property
    def service_level(self) -> float:
        """Share of the offered served within the threshold: `served_over_offered`."""
        return self.service_levels["served_over_offered"]


def erlang(
    calls_per_hour: float,
    aht: float,
    agents: int,
    patience: float | Distribution | Mapping[str, Any] = math.inf,
    lines: float = math.inf,
    answer_within: float = 20,
) -> ErlangResult:
    """Return what a queue with one kind of contact and one group of agents does on average.

    Erlang C as it stands, Erlang A with a `patience`, Erlang B with `lines=agents`.

    Parameters
    ----------
    calls_per_hour : float
        Contacts entering per hour, at least 0 (Poisson).
    aht : float
        Mean handle time, seconds, above 0 (exponential).
    agents : int
        Agents at work, 0 to 1,000,000. With none, contacts wait until they hang up, nobody is
        served, and occupancy is given as 1.
    patience : float, Distribution or mapping, default inf
        Time after which a waiting contact hangs up: a number is the mean of an exponential
        patience in seconds, inf is never, and anything else is a distribution or what
        `ccsim.distributions.from_spec` reads. Everyone hanging up after exactly 120 s is
        `{"constant": {"value": 120}}`.
    lines : float, default inf
        Contacts waiting or talking at once, at most: 1 to 1,000,000 or inf. Fewer lines than
        agents leave the agents beyond them idle.
    answer_within : float, default 20
        Threshold of the service level, and of hanging up early, seconds, at least 0.

    Returns
    -------
    ErlangResult
        In the long run. Without patience, with unlimited lines and at least as much load as
        agents there is no long run: `stable` is False.

    Raises
    ------
    OptionError
        An argument out of range; or limited lines above the number of agents together with a
        patience that is not exponential, which has no closed form.

    Notes
    -----
    Sources: Erlang (1917) for B and C; Palm (1957) for A; Baccelli & Hebuterne (1981) and
    Zeltyn & Mandelbaum (2005) for any patience; `birth_death` and `offered_wait` say how.

    Examples
    --------
    >>> result = erlang(calls_per_hour=200, aht=180, agents=14)
    >>> round(result.service_level, 6), round(result.asa, 6)
    (0.88835, 7.835937)
    """
    calls_per_hour = real("erlang", "calls_per_hour", calls_per_hour, at_least=0)
    aht = real("erlang", "aht", aht, above=0)
    agents = int(whole("erlang", "agents", agents, at_least=0, at_most=MOST_AGENTS))
    lines = whole("erlang", "lines", lines, at_least=1, at_most=MOST_LINES, infinite=True)
    within = real("erlang", "answer_within", answer_within, at_least=0)
    asked, hang_up = _patience(patience)
    # The load first, in one rounding: whether it equals the agents decides about stability.
    load = calls_per_hour * aht / 3600
    queue = Queue(load, aht, int(min(agents, lines)), hang_up, lines, within)
    outcome = _outcome(queue)

    admitted = queue.rate * (1 - outcome.blocked)
    busy = load * (1 - outcome.blocked) * outcome.served if outcome.stable else agents
    return ErlangResult(
        calls_per_hour=calls_per_hour,
        aht=aht,
        agents=agents,
        patience=asked,
        lines=lines,
        answer_within=within,
        load=load,
        stable=outcome.stable,
        p_blocked=outcome.blocked,
        p_wait=outcome.waits,
        abandonment=outcome.abandoned,
        asa=outcome.wait,
        asa_served=outcome.served_wait,
        service_levels=_service_levels(outcome),
        occupancy=min(busy / agents, 1.0) if agents else float(load > 0),
        mean_queue=min(admitted * outcome.wait if outcome.stable else math.inf, lines),
    )


def _patience(
    patience: float | Distribution | Mapping[str, Any],
) -> tuple[float | Distribution, Distribution | None]:
    """Patience as reported and as computed with."""
    if isinstance(patience, Distribution | Mapping):
        distribution = from_spec(patience)
        return distribution, distribution
    mean = real("erlang", "patience", patience, above=0, infinite=True)
    return mean, None if mean == math.inf else Exponential(mean)


def _outcome(queue: Queue) -> Outcome:
    if queue.load == 0:
        return QUIET
    if queue.servers == 0:
        return _unattended(queue)
    patience = queue.patience
    if queue.lines == math.inf:
        return erlang_c(queue) if patience is None else impatient(queue, patience)
    if patience is None or queue.lines <= queue.servers:
        return limited_lines(queue, 0.0)
    if isinstance(patience, Exponential):
        return limited_lines(queue, 1 / patience.mean)
    raise OptionError(
        f"erlang: lines is {queue.lines:.0f} with patience {patience!r}; allowed: exponential "
        "patience, unlimited lines, or no more lines than agents (use simulate for the rest)"
    )


def _unattended(queue: Queue) -> Outcome:
    """Nobody at work: lines fill with callers who hold them for as long as they have patience."""
    limited = queue.lines < math.inf
    if queue.patience is None:
        return replace(UNSTABLE, blocked=float(limited), served=0.0)
    held = queue.rate * queue.patience.mean
    # Erlang's loss formula holds for any holding time of that mean (Sevastyanov 1957).
    blocked = erlang_b(int(queue.lines), held) if limited else 0.0
    early = queue.patience.cdf(queue.within)
    return Outcome(blocked, 1.0, 0.0, 1.0, queue.patience.mean, math.inf, 0.0, early)


def _service_levels(outcome: Outcome) -> dict[str, float]:
    answered, gone = outcome.served_within, outcome.abandoned_within
    levels = {
        "served_over_offered": answered,
        "served_over_served": answered / outcome.served if outcome.served else 0.0,
        "excluding_short_abandons": answered / (1 - gone) if gone < 1 else 0.0,
        "short_abandons_good": answered + gone,
    }
    # A quotient or sum of shares may end a rounding error above 1.
    return {name: min(level, 1.0) for name, level in levels.items()}
