"""`simulate`: a scenario, who is on duty, and many replications of what then happens."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from ccsim.demand import CallLog, Forecast, read_calls
from ccsim.errors import OptionError
from ccsim.scenario import Scenario
from ccsim.simulation.duty import DutyInput
from ccsim.simulation.engines import Engine
from ccsim.simulation.policy import Policy
from ccsim.simulation.prepare import prepared
from ccsim.simulation.results import Results
from ccsim.simulation.state import State
from ccsim.simulation.stopping import HalfWidths, until_precise
from ccsim.simulation.tally import Tally
from ccsim.simulation.workers import run_replications, whole_number, workers_of


def simulate(
    scenario: Scenario,
    duty: DutyInput = None,
    *,
    forecast: Forecast | None = None,
    counts: pd.DataFrame | None = None,
    replications: int | Literal["auto"] = 30,
    seed: int = 1,
    engine: Engine = "auto",
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
    counts
        Expected contacts in place of all the scenario says of its demand, such as what was
        counted: index interval starts, a column a queue; no events, surges or day factors on top.
    replications
        How many horizons, at least 1; intervals need 2. ``"auto"`` adds replications until
        every half-width asked for is reached.
    seed
        The same seed gives the same customers, whatever the staffing, workers or number of
        replications.
    engine
        ``"compiled"`` or ``"simpy"``: the same numbers, one of them fast; ``"auto"`` takes the
        compiled one unless there is a router of one's own.
    count
        From and to, counted from the start of the horizon, e.g. ``("2h", "12h")``: contacts
        arriving then are counted, and time-based KPIs are over that time.
    cluster
        Address of a Dask scheduler, e.g. ``"tcp://10.0.0.1:8786"``, whose workers do the work
        instead of processes here; see docs/scaling.md.
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
        When the scenario asks for what this version does not have.
    ClusterError
        When the cluster does not answer, or has another ccsim.

    Examples
    --------
    >>> import ccsim
    >>> bank = ccsim.load("scenarios/finance.yaml")                    # doctest: +SKIP
    >>> ccsim.simulate(bank, {"bank": 90}, replications=5).kpis()      # doctest: +SKIP
    """
    if (replications == "auto") != (half_width is not None):
        raise OptionError(
            'simulate: half_width goes with replications="auto"; allowed: both, or neither'
        )
    if replications != "auto":
        whole_number("replications", replications, 1)
    where = workers_of(workers, cluster)
    study, rates = prepared(
        scenario,
        duty,
        forecast=forecast,
        counts=counts,
        seed=seed,
        engine=engine,
        count=count,
        router=router,
        log=log,
        state=state,
    )
    shown = sys.stderr.isatty() if progress is None else progress

    def more(numbers: Sequence[int]) -> list[Tally]:
        return run_replications(study, rates, numbers, where, progress=shown)

    def results(tallies: Sequence[Tally]) -> Results:
        return Results(study, rates, tuple(tallies), traced=trace)

    if half_width is not None:
        return until_precise(more, results, half_width)
    return results(more(range(int(replications))))


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
