"""What each queue brings, by interval: contacts, handle time and Erlangs, lagging as they last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import NotYetSupported
from ccsim.scenario import Scenario, require_closed_form
from ccsim.simulation.centre import SECOND, centre_of
from ccsim.simulation.contact_sums import TARGET_SUMS, target_sums_of
from ccsim.simulation.prepare import PLENTY
from ccsim.simulation.rates import Rates
from ccsim.staffing.lag import handle_time, lagged_load
from ccsim.staffing.sample import World, erlangs

Floats = NDArray[np.float64]

# Replications with agents in plenty that show the load of centres beyond closed forms.
PILOTS = 10


@dataclass(frozen=True)
class Loads:
    """Contacts, Erlangs and mean handle time (s) of every queue, shape (queues, intervals)."""

    contacts: Floats
    erlangs: Floats
    aht: Floats


def loads_of(world: World) -> Loads:
    """Find what queues bring: in closed form, or where none holds with agents in plenty."""
    try:
        require_closed_form(world.scenario)
    except NotYetSupported:
        return _simulated(world)
    return expected_loads(world.scenario, world.rates, world.rates.mean)


def expected_loads(scenario: Scenario, rates: Rates, expected: Floats) -> Loads:
    """Give the loads of a centre without features.

    Parameters
    ----------
    expected
        ndarray of float64, shape (cells,): contacts to expect in each cell of the rates.
    """
    edges = centre_of(scenario).edges / SECOND
    shape = len(scenario.queues), len(edges) - 1
    contacts, load, aht = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for number, (name, queue) in enumerate(scenario.queues.items()):
        skills = [group.skills[name] for group in scenario.groups.values() if name in group.skills]
        skill = min(skills, key=lambda one: one.rank)
        service = handle_time(queue.talk, queue.wrap, skill.speed, skill.wrap_speed or 1.0)
        own = rates.cells.queue == number
        start, length = rates.cells.start[own] / SECOND, rates.cells.length[own] / SECOND
        interval = np.searchsorted(edges, start, side="right") - 1
        contacts[number] = np.bincount(interval, expected[own], shape[1])
        load[number] = lagged_load(start, length, expected[own], service, edges)
        aht[number] = service.mean
    return Loads(contacts, load, aht)


def _simulated(world: World) -> Loads:
    """Look at a centre in which nobody waits: what is in hand there is the load."""
    centre = world.centre
    each = np.array([_plenty(world.scenario, name) for name in world.scenario.groups])
    duty = world.duty(np.repeat(each[:, None], len(centre.edges) - 1, axis=1))
    load, contacts = np.zeros((2, len(centre.queues), len(centre.edges) - 1))
    for number in range(PILOTS):
        calls, _ = world.played(duty, *world.day(number))
        load = load + erlangs(centre, calls) / PILOTS
        contacts = contacts + target_sums_of(centre, calls)[TARGET_SUMS.index("offered")] / PILOTS
    seconds = load * np.diff(centre.edges) / SECOND
    with np.errstate(divide="ignore", invalid="ignore"):
        aht = np.where(contacts > 0, seconds / contacts, 0.0)
    at_once = [_at_once(world.scenario, queue.channel) for queue in world.scenario.queues.values()]
    return Loads(contacts, load / np.array(at_once)[:, None], aht)


def _plenty(scenario: Scenario, group: str) -> int:
    """Agents of a group in plenty: its share of the seats where these are counted."""
    at = scenario.groups[group].site
    seats = scenario.sites[at].seats if at in scenario.sites else None
    if seats is None:
        return PLENTY
    return min(PLENTY, seats // sum(one.site == at for one in scenario.groups.values()))


def _at_once(scenario: Scenario, channel: str) -> float:
    """How many contacts' work an agent with a full hand does at once."""
    rules = scenario.channels[channel]
    return rules.concurrency / (1 + rules.slowdown * (rules.concurrency - 1))
