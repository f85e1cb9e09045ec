"""`require`: agents needed by interval and group, in closed form or found by simulation."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ccsim.demand import Forecast
from ccsim.errors import NotYetSupported, OptionError, ScenarioError
from ccsim.scenario import Scenario, require_closed_form, require_support
from ccsim.simulation.rates import Rates
from ccsim.simulation.workers import whole_number
from ccsim.staffing.cells import cells_of
from ccsim.staffing.closed_form import CLOSED_FORM_TARGETS, closed_form
from ccsim.staffing.goals import goals_of
from ccsim.staffing.loads import expected_loads, loads_of
from ccsim.staffing.requirement import Requirement
from ccsim.staffing.sample import World
from ccsim.staffing.simulated import found_by_simulation
from ccsim.staffing.table import by_closed_form, by_simulation, queue_table

Method = Literal["auto", "erlang", "simulation"]


def require(
    scenario: Scenario,
    forecast: Forecast | None = None,
    method: Method = "auto",
    *,
    quantile: float | None = None,
    replications: int | None = None,
    seed: int = 1,
    time_limit: float = 30,
) -> Requirement:
    """Find the agents each interval and group needs for its queues' targets.

    By simulation: closed forms give the start; a master problem with cuts from simulated
    sub-gradients and a local search find the fewest agents (or the cheapest, where every group
    has a wage) with which every target holds, on the same sampled days; and the targets are then
    tried on days the search has not seen, which is what `Requirement.proof` shows. Overload, and
    agents who serve several queues, are simulated and never added up.

    Parameters
    ----------
    scenario
        Targets, handle times, patience, skills, shrinkage. ``target.scope`` and
        ``target.certainty`` say over what and how surely targets hold, ``staffing`` whether
        jointly and how often headcount may change.
    forecast
        Demand; made from the scenario's history where it has one.
    method
        ``"simulation"``; ``"erlang"``: closed forms only, the load lagging demand as long as
        contacts last; ``"auto"``: closed forms where they hold, which is for given rates, groups
        that share no queue, no priorities, lines or features only the simulator knows, and
        targets by interval and on average; else simulation.
    quantile
        With closed forms: plan for this quantile of the demand's rate; the scenario's
        ``demand.quantile`` where None, the mean where that is None too.
    replications
        Horizons the search looks at; where None, as many as the certainty asked for and time
        suggest.
    seed
        The same seed gives the same days.
    time_limit
        How much the search may do, in seconds of a usual machine: reckoned by the number of
        contacts simulated, so that the answer is the same everywhere. The proof comes on top.

    Returns
    -------
    Requirement

    Raises
    ------
    NotYetSupported
        With ``method="erlang"`` for features no closed form knows.
    ScenarioError
        When no queue has a target.
    OptionError
        For a value that is not allowed, or a target no number of agents keeps.

    Examples
    --------
    >>> import ccsim
    >>> ccsim.require(ccsim.load("scenarios/finance.yaml")).table.head()   # doctest: +SKIP
    """
    require_support(scenario)
    if method not in ("auto", "erlang", "simulation"):
        raise OptionError(f"require: method={method!r}; allowed: 'auto', 'erlang', 'simulation'")
    if not 0 <= time_limit < np.inf:
        raise OptionError(f"require: time_limit={time_limit!r}; allowed: seconds, nought or more")
    if replications is not None:
        whole_number("replications", replications, 2)
    chosen = scenario.demand.quantile if quantile is None else quantile
    if method == "erlang":
        require_closed_form(scenario)
    elif method == "simulation" and quantile is not None:
        raise _no_quantile()
    goals = goals_of(scenario)
    world = World.of(scenario, forecast, seed)
    cells = cells_of(scenario, world.centre, scenario.staffing.block)
    if method == "erlang" or (method == "auto" and _closed_forms_hold(scenario, world, chosen)):
        _refuse_untargeted(scenario)
        expected = _expected(world.rates, chosen)
        loads = expected_loads(scenario, world.rates, expected)
        net = cells.net(closed_form(scenario, cells, loads))
        table = by_closed_form(scenario, world.centre, loads, net)
        queues = queue_table(scenario, world.centre, loads)
        notes = _closed_notes(scenario, chosen)
        return Requirement(table, "erlang", queues, None, notes, scenario.horizon.interval)
    if chosen is not None and method == "auto":
        raise _no_quantile()
    if world.rates.mean.sum() <= 0 and world.study.log is None:
        raise OptionError("require: no contacts are expected; allowed: demand above nought")
    loads = loads_of(world)
    found = found_by_simulation(world, goals, cells, loads, replications, time_limit)
    table = by_simulation(scenario, world.centre, goals, cells, found)
    queues = queue_table(scenario, world.centre, loads)
    return Requirement(
        table, "simulation", queues, found.proof, found.notes, scenario.horizon.interval
    )


def _no_quantile() -> OptionError:
    return OptionError(
        "require: a quantile is for closed forms; allowed: method='erlang', or a certainty in the "
        "targets, which the search by simulation keeps on sampled days"
    )


def _closed_forms_hold(scenario: Scenario, world: World, quantile: float | None) -> bool:
    """Whether the Erlang family says the whole truth, or was asked for by a quantile."""
    try:
        require_closed_form(scenario)
    except NotYetSupported:
        return False
    shared = any(
        sum(queue in group.skills for group in scenario.groups.values()) > 1
        for queue in scenario.queues
    )
    plain = all(
        queue.target.scope == "interval" and queue.target.certainty is None
        for queue in scenario.queues.values()
    )
    equal = len({queue.priority for queue in scenario.queues.values()}) == 1
    unlimited = all(channel.lines is None for channel in scenario.channels.values())
    certain = world.rates.certain or quantile is not None
    return plain and equal and unlimited and not shared and certain


def _refuse_untargeted(scenario: Scenario) -> None:
    for name, queue in scenario.queues.items():
        if not any(getattr(queue.target, kind) is not None for kind in CLOSED_FORM_TARGETS):
            path = ("queues", name, "target")
            raise ScenarioError(
                f"{scenario.origin.where(path)}: {'.'.join(path)}: nothing to staff for; allowed: "
                "service_level, abandonment, asa or occupancy"
            )


def _expected(rates: Rates, quantile: float | None) -> np.ndarray:
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


def _closed_notes(scenario: Scenario, quantile: float | None) -> tuple[str, ...]:
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
