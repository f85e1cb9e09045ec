"""From what was counted to first attempts at the door.

Counts taken in the queue leave out who was contained or hung up in the menu: there are more at the
door. Counts that hold redials and repeats are more than first attempts. Both hold for the centre
as its file describes it, so what-ifs do not change who turns up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ccsim.scenario import Scenario
from ccsim.simulation.menu import reached
from ccsim.simulation.rates import Rates
from ccsim.simulation.records import CONTACT, FIRST, Legs

Floats = NDArray[np.float64]

# The pilot that finds the share of first attempts: contacts counted in all its replications (at
# least some days, at most many), rounds, and when it is enough. Redials feed on redials, so that
# the share is far noisier than the counts.
ENOUGH, FEWEST, MOST, ROUNDS, CLOSE = 500_000, 4, 200, 12, 0.002
PILOT_SEED = 0


def at_the_door(scenario: Scenario, rates: Rates) -> Rates:
    """Scale contacts in the queues up to contacts at the door, where they were counted so."""
    base = scenario.base
    if base.ivr is None or base.demand.measured_at == "door":
        return rates
    _, arrives = reached(base)
    return replace(rates, scale=rates.scale / arrives)


def comes_back(scenario: Scenario) -> bool:
    """Say whether anybody makes a second attempt."""
    return any(
        queue.retry
        or queue.resolution
        or queue.second_channel
        or (queue.ticket and queue.ticket.calls_when_late)
        or (queue.booking and queue.booking.sold_out_repeat)
        for queue in scenario.queues.values()
    )


def holds_repeats(scenario: Scenario) -> bool:
    """Say whether the scenario's counts hold redials and repeats: by default a history's do."""
    given = scenario.demand.includes_repeats
    return scenario.demand.history is not None if given is None else given


def without_repeats(
    scenario: Scenario, rates: Rates, simulated: Callable[[Scenario, Rates, int], Legs]
) -> Rates:
    """Deflate counts to first attempts, so that simulating the file's own centre returns them.

    Parameters
    ----------
    simulated
        Runs one replication of a scenario with rates: the legs. Where the file says who is on
        duty, those serve; where not, enough people that nobody has to try again.

    Notes
    -----
    Queue by queue the factor is divided by what is offered per contact counted, again and again
    with the same customers, until all are within 0.2 % of the counts. In each replication the
    counts drawn stand for what was expected.
    """
    base = scenario.base
    if not (holds_repeats(scenario) and comes_back(base)):
        return rates
    queues = len(base.queues)
    pilots = int(np.clip(np.ceil(ENOUGH / max(rates.mean.sum(), 1.0)), FEWEST, MOST))
    factor = np.ones(queues)
    for _ in range(ROUNDS):
        tried = replace(rates, scale=rates.scale * factor)
        firsts, attempts = np.zeros(queues), np.zeros(queues)
        for number in range(pilots):
            legs = simulated(base, tried, number)
            own = (legs.kind == CONTACT) & (legs.leg == 1)
            attempts += np.bincount(legs.queue[own], minlength=queues)
            first = own & (legs.cause == FIRST)
            firsts += np.bincount(legs.queue[first], minlength=queues)
        with np.errstate(invalid="ignore", divide="ignore"):
            # Contacts counted: first attempts as drawn, at the factor tried.
            change = np.where(firsts > 0, firsts / (factor * attempts), 1.0)
        factor = factor * change
        if np.all(np.abs(change - 1) < CLOSE):
            break
    return replace(rates, scale=rates.scale * factor)
