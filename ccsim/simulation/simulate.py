"""`simulate`: a scenario, who is on duty, and many replications of what then happens."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from numbers import Integral
from typing import Any, Literal

import pandas as pd
from pydantic_core import PydanticCustomError

from ccsim.demand import CallLog, Forecast, read_calls
from ccsim.demand.scenarios import read_scenario_calls
from ccsim.errors import NotYetSupported, OptionError
from ccsim.scenario import Scenario, require_support
from ccsim.scenario.kinds import DURATION_ALLOWED, parse_duration
from ccsim.simulation.centre import Centre, centre_of, microseconds
from ccsim.simulation.draw import check_seed, customers_of
from ccsim.simulation.duty import DutyInput, duty_of
from ccsim.simulation.first_attempts import PILOT_SEED, at_the_door, without_repeats
from ccsim.simulation.policy import Policy
from ccsim.simulation.rates import Rates, rates_of
from ccsim.simulation.records import Legs
from ccsim.simulation.replay import log_contacts
from ccsim.simulation.results import Results
from ccsim.simulation.state import State, given_state
from ccsim.simulation.stopping import HalfWidths, until_precise
from ccsim.simulation.study import Study, run_replications
from ccsim.simulation.tally import Tally

# Agents of each group where a pilot needs so many that nobody waits.
PLENTY = 2000


def simulate(
    scenario: Scenario,
    duty: DutyInput = None,
    *,
    forecast: Forecast | None = None,
    replications: int | Literal["auto"] = 30,
    seed: int = 1,
    engine: Literal["auto", "simpy", "compiled"] = "auto",
    count: Sequence[float | str] | None = None,
    cluster: str | None = None,
    router: Policy | None = None,
    trace: bool = False,
    half_width: HalfWidths | None = None,
    log: CallLog | None = None,
    state: State | None = None,
    workers: int | None = None,
    progress: bool | None = None,
) -> Results:
    """Simulate a contact centre many times over.

    Parameters
    ----------
    scenario
        The centre, its demand and its horizon; one replication is one horizon.
    duty
        Who is on duty. None: the scenario's ``on_duty``, scheduled, absence drawn. A mapping
        ``{"group": agents}`` or a table of counts (index interval starts, a column a group):
        net, taken exactly. People's activities (`Schedule.duty`): scheduled, absence drawn.
        A roster or staffing table of another system: as `read_duty` reads it.
    forecast
        Uncertain demand; made from the scenario's history where it has one.
    replications
        How many horizons, at least 1; intervals need 2. ``"auto"`` adds replications until
        every half-width asked for is reached.
    seed
        The same seed gives the same customers, whatever the staffing, workers or number of
        replications.
    engine
        ``"simpy"``, or ``"auto"``: the fastest engine that can. ``"compiled"`` is not there yet.
    count
        From and to, counted from the start of the horizon, e.g. ``("2h", "12h")``: contacts
        arriving then are counted, and time-based KPIs are over that time.
    cluster
        Not yet supported.
    router
        A routing policy of one's own, see `ccsim.simulation.policy.Policy`.
    trace
        Keep what happened in the first replication, event by event: ``results.trace``.
    half_width
        With ``replications="auto"``: KPI, or (queue, KPI), → half the width its 95 % interval
        may have, e.g. ``{"service_level": 0.005}``.
    log
        Calls to replay instead of drawn contacts; see `replay`.
    state
        Who waits and who talks at a moment to begin from, such as `Results.state` gives.
    workers
        Processes; all cores where None. Never changes a number.
    progress
        Show a bar; where None, when somebody is watching.

    Returns
    -------
    Results

    Raises
    ------
    OptionError
        For a value that is not allowed.
    NotYetSupported
        When the scenario or an argument asks for what this version does not have.

    Examples
    --------
    >>> import ccsim
    >>> bank = ccsim.load("scenarios/finance.yaml")                    # doctest: +SKIP
    >>> ccsim.simulate(bank, {"bank": 90}, replications=5).kpis()      # doctest: +SKIP
    """
    require_support(scenario)
    if cluster is not None:
        raise NotYetSupported("simulate: cluster is not yet supported by this version")
    if engine == "compiled":
        raise NotYetSupported(
            "simulate: engine='compiled' is not yet supported; allowed: auto, simpy"
        )
    if engine not in ("auto", "simpy"):
        raise OptionError(f"simulate: engine={engine!r}; allowed: 'auto', 'simpy'")
    if isinstance(router, type) or (
        router is not None and not callable(getattr(router, "choose", None))
    ):
        raise OptionError(
            f"simulate: router={router!r}; allowed: an object with a method "
            "choose(waiting, idle, now)"
        )
    if (replications == "auto") != (half_width is not None):
        raise OptionError(
            'simulate: half_width goes with replications="auto"; allowed: both, or neither'
        )
    if replications != "auto":
        _whole("replications", replications, 1)
    check_seed(seed)
    if workers is not None:
        _whole("workers", workers, 1)
    centre = centre_of(scenario)
    staffed, window = duty_of(scenario, centre, duty), _window(count, centre)
    given = None if state is None else given_state(state, scenario, centre)
    if given is not None:
        window = max(window[0] if window else 0, given.at), window[1] if window else centre.end
    rates = rates_of(scenario, forecast)
    if log is None and scenario.demand.log is not None:
        log = read_scenario_calls(scenario)
    if log is None:
        rates = first_attempts(scenario, rates)
    study = Study(
        centre=centre,
        customers=customers_of(scenario, rates.cells),
        duty=staffed,
        seed=int(seed),
        window=window,
        policy=router,
        log=None if log is None else log_contacts(log, scenario, centre),
        given=given,
    )
    shown = sys.stderr.isatty() if progress is None else progress
    cores = workers or os.cpu_count() or 1

    def more(numbers: Sequence[int]) -> list[Tally]:
        return run_replications(study, rates, numbers, cores, progress=shown)

    def results(tallies: Sequence[Tally]) -> Results:
        return Results(study, rates, tuple(tallies), traced=trace)

    if half_width is not None:
        return until_precise(more, results, half_width)
    return results(more(range(int(replications))))


def first_attempts(scenario: Scenario, rates: Rates) -> Rates:
    """From contacts as counted to first attempts at the door, where these differ."""
    rates = at_the_door(scenario, rates)

    def simulated(base: Scenario, tried: Rates, number: int) -> Legs:
        centre = centre_of(base)
        planned = all(group.on_duty is not None for group in base.groups.values())
        # Nobody says who was there: enough people, so that only repeats are taken off.
        duty = duty_of(base, centre, None if planned else dict.fromkeys(base.groups, PLENTY))
        study = Study(centre, customers_of(base, tried.cells), duty, PILOT_SEED, None)
        return study.replicate(number, tried.draw(PILOT_SEED, number))[1]

    return without_repeats(scenario, rates, simulated)


def replay(
    log: CallLog | pd.DataFrame,
    scenario: Scenario,
    duty: DutyInput = None,
    **options: Any,
) -> Results:
    """Run the customers of a real call log through a centre, changed or not.

    Parameters
    ----------
    log
        From `read_calls`, or a table that it takes.
    scenario
        The centre; its horizon says which part of the log is replayed. Talk of handled calls,
        patience of those who abandoned and times are the log's; what it cannot know is drawn.
    duty, **options
        As in `simulate`.

    Examples
    --------
    >>> import ccsim
    >>> calls = ccsim.read_calls("log.csv", timezone="Asia/Jerusalem")     # doctest: +SKIP
    >>> ccsim.replay(calls, scenario, {"team": 12}).kpis()                 # doctest: +SKIP
    """
    calls = log if isinstance(log, CallLog) else read_calls(log, timezone=scenario.timezone)
    return simulate(scenario, duty, log=calls, **options)


def _whole(name: str, value: int, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise OptionError(f"simulate: {name}={value!r}; allowed: a whole number, {least} or more")


def _window(count: Sequence[float | str] | None, centre: Centre) -> tuple[int, int] | None:
    if count is None:
        return None
    end = int(centre.edges[-1])
    try:
        first, last = (microseconds(parse_duration(moment)) for moment in count)
    except (PydanticCustomError, ValueError, TypeError):
        raise OptionError(
            f"simulate: count={count!r}; allowed: a pair (from, to) of durations after the start "
            f"of the horizon: {DURATION_ALLOWED}"
        ) from None
    if not 0 <= first < last <= end:
        raise OptionError(
            f"simulate: count={count!r}; allowed: from before to, within the horizon of "
            f"{end / 3.6e9:g} h"
        )
    return first, last
