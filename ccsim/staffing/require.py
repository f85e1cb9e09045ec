"""`require`: agents needed by interval and group, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.demand import Forecast
from ccsim.distributions import Distribution
from ccsim.errors import NotYetSupported, OptionError, ScenarioError
from ccsim.queueing import agents_for
from ccsim.scenario import Scenario, require_closed_form, require_support
from ccsim.simulation.centre import SECOND, centre_of, threshold
from ccsim.simulation.rates import Rates, rates_of
from ccsim.staffing.lag import handle_time, lagged_load
from ccsim.staffing.requirement import Requirement

Floats = NDArray[np.float64]


def require(
    scenario: Scenario,
    forecast: Forecast | None = None,
    method: Literal["auto", "erlang"] = "auto",
    *,
    quantile: float | None = None,
) -> Requirement:
    """Find the agents each interval and group needs for its queues' targets.

    Each group is staffed by the Erlang family for the load it carries, with the load lagging
    demand as long as contacts last. Queues of one group are pooled: all their contacts wait in
    one line for one team, and every queue's target must hold.

    Parameters
    ----------
    scenario
        Targets, handle times, patience, skills, shrinkage.
    forecast
        Demand; made from the scenario's history where it has one.
    method
        ``"erlang"``, or ``"auto"``, which is the same for now.
    quantile
        Plan for this quantile of the demand's rate; the scenario's ``demand.quantile`` where
        None, the mean where that is None too.

    Returns
    -------
    Requirement

    Raises
    ------
    NotYetSupported
        When groups share a queue: their requirement needs the search by simulation.
    ScenarioError
        When a queue has no target.

    Examples
    --------
    >>> import ccsim
    >>> ccsim.require(ccsim.load("scenarios/finance.yaml")).table.head()   # doctest: +SKIP
    """
    require_support(scenario)
    require_closed_form(scenario)
    if method not in ("auto", "erlang"):
        raise OptionError(f"require: method={method!r}; allowed: 'auto', 'erlang'")
    _refuse_shared_queues(scenario)
    chosen = scenario.demand.quantile if quantile is None else quantile
    rates = rates_of(scenario, forecast)
    expected = _expected(rates, chosen)
    tables = [_group_table(scenario, name, rates, expected) for name in scenario.groups]
    table = pd.concat(tables).sort_values(["start", "group"], ignore_index=True)
    return Requirement(table, "erlang", _notes(scenario, chosen))


@dataclass(frozen=True)
class Work:
    """What one queue brings to a group: contacts and load by interval, mean handle time."""

    queue: str
    contacts: Floats
    load: Floats
    aht: float


def _refuse_shared_queues(scenario: Scenario) -> None:
    for queue in scenario.queues:
        groups = [name for name, group in scenario.groups.items() if queue in group.skills]
        if len(groups) > 1:
            raise NotYetSupported(
                f"{scenario.origin.where(('queues', queue))}: queue '{queue}' is served by "
                f"{', '.join(groups)}: the requirement of groups that share a queue is not yet "
                "supported; give on_duty and simulate, or one group a queue"
            )


def _expected(rates: Rates, quantile: float | None) -> Floats:
    if quantile is None:
        return rates.mean
    if rates.forecast is None:
        raise OptionError(
            "quantile: given rates have no uncertainty; allowed: a scenario with history"
        )
    if not 0 < quantile < 1:
        raise OptionError(f"quantile={quantile!r}; allowed: above 0, below 1")
    # Poisson noise around the rate is what the queueing formula is about; it is not added here.
    return rates.average(rates.forecast.quantile(quantile, counts=False).to_numpy())


def _group_table(scenario: Scenario, name: str, rates: Rates, expected: Floats) -> pd.DataFrame:
    group, centre = scenario.groups[name], centre_of(scenario)
    edges = centre.edges / SECOND
    works = [_work(scenario, name, queue, rates, expected, edges) for queue in group.skills]
    contacts = np.sum([work.contacts for work in works], axis=0)
    load = np.sum([work.load for work in works], axis=0)
    busy = contacts > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        aht = np.sum([work.contacts * work.aht for work in works], axis=0) / contacts
    net = np.zeros(len(contacts))
    for interval in np.flatnonzero(busy):
        present = [work.queue for work in works if work.contacts[interval] > 0]
        net[interval] = max(
            _agents(scenario, queue, float(load[interval]), float(aht[interval]))
            for queue in present
        )
    whole = np.ceil(net).astype(np.int64)
    return pd.DataFrame(
        {
            "start": centre.moments(centre.edges[:-1]),
            "group": name,
            "contacts": contacts,
            "aht": aht,
            "load": load,
            "net": net,
            "net_whole": whole,
            "scheduled": whole / (1 - group.shrinkage.absence),
        }
    )[busy]


def _work(
    scenario: Scenario, group: str, queue: str, rates: Rates, expected: Floats, edges: Floats
) -> Work:
    number = list(scenario.queues).index(queue)
    rules, skill = scenario.queues[queue], scenario.groups[group].skills[queue]
    service = handle_time(rules.talk, rules.wrap, skill.speed, skill.wrap_speed or 1.0)
    own = rates.cells.queue == number
    start, length = rates.cells.start[own] / SECOND, rates.cells.length[own] / SECOND
    interval = np.searchsorted(edges, start, side="right") - 1
    return Work(
        queue=queue,
        contacts=np.bincount(interval, expected[own], len(edges) - 1).astype(np.float64),
        load=lagged_load(start, length, expected[own], service, edges),
        aht=service.mean,
    )


def _agents(scenario: Scenario, queue: str, load: float, aht: float) -> float:
    """Agents for a queue's target, judged with its own patience in the pooled line."""
    rules = scenario.queues[queue]
    target = rules.target
    if not any((target.service_level, target.abandonment, target.asa, target.occupancy)):
        path = ("queues", queue, "target")
        raise ScenarioError(
            f"{scenario.origin.where(path)}: {'.'.join(path)}: nothing to staff for; allowed: "
            "service_level, abandonment, asa or occupancy"
        )
    patience: Distribution | float = np.inf if rules.patience is None else rules.patience
    return agents_for(
        load / aht * 3600,
        aht,
        target.service_level,
        threshold(scenario, queue),
        patience,
        asa=target.asa,
        abandonment=target.abandonment,
        occupancy=target.occupancy,
        definition=scenario.service_level.definition,
        fractional=True,
    )


def _notes(scenario: Scenario, quantile: float | None) -> tuple[str, ...]:
    demand = "the mean" if quantile is None else f"the {quantile:.0%} quantile"
    notes = [
        f"Erlang family for {demand} of demand; load lags demand by the time contacts last "
        "(modified offered load), handle times beyond their mean enter only there.",
        "Scheduled agents are whole net agents ÷ (1 − shrinkage), applied once.",
    ]
    if len({queue.priority for queue in scenario.queues.values()}) > 1:
        notes.append("Priorities between queues of one group are left to the simulation.")
    if any(channel.lines is not None for channel in scenario.channels.values()):
        notes.append("The limit on lines is left to the simulation.")
    return tuple(notes)
