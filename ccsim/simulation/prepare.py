"""From a scenario and options to a study: everything that is settled before anybody comes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from pydantic_core import PydanticCustomError

from ccsim.demand import CallLog, Forecast
from ccsim.demand.scenarios import read_scenario_calls
from ccsim.errors import OptionError
from ccsim.scenario import Scenario, require_support
from ccsim.scenario.kinds import DURATION_ALLOWED, parse_duration
from ccsim.simulation.centre import Centre, centre_of, microseconds
from ccsim.simulation.draw import check_seed, customers_of
from ccsim.simulation.duty import DutyInput, duty_of
from ccsim.simulation.engines import Engine, chosen
from ccsim.simulation.first_attempts import PILOT_SEED, at_the_door, without_repeats
from ccsim.simulation.policy import Policy, check_policy
from ccsim.simulation.rates import Rates, rates_of
from ccsim.simulation.records import Legs
from ccsim.simulation.replay import log_contacts
from ccsim.simulation.state import State, given_state
from ccsim.simulation.study import Study

# Agents of each group where a pilot needs so many that nobody waits.
PLENTY = 2000


def prepared(
    scenario: Scenario,
    duty: DutyInput = None,
    *,
    forecast: Forecast | None = None,
    counts: pd.DataFrame | None = None,
    seed: int = 1,
    engine: Engine = "auto",
    count: Sequence[float | str] | None = None,
    router: Policy | None = None,
    log: CallLog | None = None,
    state: State | None = None,
) -> tuple[Study, Rates]:
    """Settle what is simulated; options as in `simulate`."""
    require_support(scenario)
    check_policy(router)
    check_seed(seed)
    centre = centre_of(scenario)
    staffed, window = duty_of(scenario, centre, duty), _window(count, centre)
    given = None if state is None else given_state(state, scenario, centre)
    if given is not None:
        window = max(window[0] if window else 0, given.at), window[1] if window else centre.end
    rates = rates_of(scenario, forecast, counts)
    if log is None and counts is None and scenario.demand.log is not None:
        log = read_scenario_calls(scenario)
    if log is None:
        rates = first_attempts(scenario, rates)
    study = Study(
        centre=centre,
        customers=customers_of(scenario, rates.cells),
        duty=staffed,
        seed=int(seed),
        window=window,
        engine=chosen(engine, router),
        policy=router,
        log=None if log is None else log_contacts(log, scenario, centre),
        given=given,
    )
    return study, rates


def first_attempts(scenario: Scenario, rates: Rates) -> Rates:
    """From contacts as counted to first attempts at the door, where these differ."""
    rates = at_the_door(scenario, rates)

    def simulated(base: Scenario, tried: Rates, number: int) -> Legs:
        centre = centre_of(base)
        planned = all(group.on_duty is not None for group in base.groups.values())
        # Nobody says who was there: enough people, so that only repeats are taken off.
        duty = duty_of(base, centre, None if planned else dict.fromkeys(base.groups, PLENTY))
        customers = customers_of(base, tried.cells)
        study = Study(centre, customers, duty, PILOT_SEED, None, chosen("auto", None))
        return study.replicate(number, tried.draw(PILOT_SEED, number))[1]

    return without_repeats(scenario, rates, simulated)


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
