"""`simulate`: a scenario, who is on duty, and many replications of what then happens."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from numbers import Integral
from typing import Any, Literal

from pydantic_core import PydanticCustomError

from ccsim.demand import Forecast
from ccsim.errors import NotYetSupported, OptionError
from ccsim.scenario import Scenario, require_support
from ccsim.scenario.kinds import DURATION_ALLOWED, parse_duration
from ccsim.simulation.centre import Centre, centre_of, microseconds
from ccsim.simulation.draw import check_seed, customers_of
from ccsim.simulation.duty import DutyInput, duty_of
from ccsim.simulation.rates import rates_of
from ccsim.simulation.results import Results
from ccsim.simulation.study import Study, run_replications


def simulate(
    scenario: Scenario,
    duty: DutyInput = None,
    *,
    forecast: Forecast | None = None,
    replications: int = 30,
    seed: int = 1,
    engine: Literal["auto", "simpy", "compiled"] = "auto",
    count: Sequence[float | str] | None = None,
    cluster: str | None = None,
    router: Any = None,
    trace: bool = False,
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
    forecast
        Uncertain demand; made from the scenario's history where it has one.
    replications
        How many horizons, at least 1; intervals need 2.
    seed
        The same seed gives the same customers, whatever the staffing, workers or number of
        replications.
    engine
        ``"simpy"``, or ``"auto"``: the fastest engine that can. ``"compiled"`` is not there yet.
    count
        From and to, counted from the start of the horizon, e.g. ``("2h", "12h")``: contacts
        arriving then are counted, and time-based KPIs are over that time.
    cluster, router, trace
        Not yet supported.
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
    for name, value in (("cluster", cluster), ("router", router), ("trace", trace or None)):
        if value is not None:
            raise NotYetSupported(f"simulate: {name} is not yet supported by this version")
    if engine == "compiled":
        raise NotYetSupported(
            "simulate: engine='compiled' is not yet supported; allowed: auto, simpy"
        )
    if engine not in ("auto", "simpy"):
        raise OptionError(f"simulate: engine={engine!r}; allowed: 'auto', 'simpy'")
    _whole("replications", replications, 1)
    check_seed(seed)
    if workers is not None:
        _whole("workers", workers, 1)
    centre = centre_of(scenario)
    staffed, window = duty_of(scenario, centre, duty), _window(count, centre)
    rates = rates_of(scenario, forecast)
    study = Study(
        centre=centre,
        customers=customers_of(scenario, rates.cells),
        duty=staffed,
        seed=int(seed),
        window=window,
    )
    tallies = run_replications(
        study,
        rates,
        range(replications),
        workers or os.cpu_count() or 1,
        progress=sys.stderr.isatty() if progress is None else progress,
    )
    return Results(study, rates, tuple(tallies))


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
