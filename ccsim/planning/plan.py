"""`plan`: the whole chain, from history to a staffed, simulated and costed schedule."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ccsim.demand import Forecast, History
from ccsim.demand.backtesting import possible_origins
from ccsim.demand.scenarios import backtest_scenario, forecast_scenario, read_scenario_history
from ccsim.purchasing import labour_cost, seats_billed
from ccsim.purchasing.seats import scenario_tariffs
from ccsim.reporting import Facts, html_report, summary, workbook
from ccsim.scenario import Scenario, require_support
from ccsim.scheduling import Schedule, schedule
from ccsim.scheduling.optimise import hourly_cost
from ccsim.scheduling.patterns import patterns
from ccsim.simulation import Results, simulate
from ccsim.staffing import Requirement, require
from ccsim.text import labels

# Handle time is an assumption in most plans: what if it were a tenth off?
AHT_FACTORS = (0.9, 1.0, 1.1)
AHT_REPLICATIONS = 10
# Enough to see which model to trust; `ccsim backtest` scores more.
LEAGUE_ORIGINS = 8

Tell = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan: every table of the chain, and ways to hand it on.

    Attributes
    ----------
    facts
        All tables, see `ccsim.reporting.Facts`.
    """

    facts: Facts

    @property
    def forecast(self) -> Forecast | None:
        """Demand of the horizon."""
        return self.facts.forecast

    @property
    def requirement(self) -> Requirement:
        """Agents needed."""
        return self.facts.requirement

    @property
    def schedule(self) -> Schedule:
        """Shifts and who works them."""
        return self.facts.schedule

    @property
    def results(self) -> Results:
        """What the schedule gives when simulated."""
        return self.facts.results

    def summary(self, language: str | None = None) -> str:
        """The plan on one screen."""
        return summary(self.facts, labels(self._language(language)))

    def report(self, path: str | Path, language: str | None = None) -> Path:
        """Write the plan as one HTML file that works offline; returns its path."""
        return html_report(self.facts, Path(path), self._language(language))

    def to_excel(self, path: str | Path, language: str | None = None) -> Path:
        """Write the plan as an Excel workbook; returns its path."""
        return workbook(self.facts, Path(path), self._language(language))

    def __repr__(self) -> str:
        """Show the plan on one screen."""
        return self.summary()

    def _language(self, language: str | None) -> str:
        return language or self.facts.scenario.language


def plan(
    scenario: Scenario,
    *,
    replications: int = 20,
    seed: int = 1,
    time_limit: float = 60,
    search_time: float = 20,
    workers: int | None = None,
    progress: bool | None = None,
    tell: Tell = lambda step: None,
) -> Plan:
    """Plan a scenario's horizon: forecast, staff, schedule, simulate, cost.

    Parameters
    ----------
    scenario
        What to plan.
    replications, seed, workers, progress
        As in `simulate`.
    time_limit
        Seconds for the solver.
    search_time
        What the search for the requirement may do, as `time_limit` of `require`.
    tell
        Called with the name of each step as it begins.

    Returns
    -------
    Plan

    Examples
    --------
    >>> import ccsim
    >>> plan = ccsim.plan(ccsim.load("scenarios/finance.yaml"))   # doctest: +SKIP
    >>> plan.report("out/finance/report.html")                    # doctest: +SKIP
    """
    require_support(scenario)
    _refuse_early(scenario)
    history, forecast, league = _demand(scenario, workers, tell)
    tell("requirement")
    requirement = require(scenario, forecast, seed=seed, time_limit=search_time)
    tell("schedule")
    shifts = schedule(scenario, requirement, time_limit)
    labour, seats = labour_cost(scenario, shifts), seats_billed(scenario, shifts.duty)
    tell("simulation")

    def simulated(changed: Scenario, times: int) -> Results:
        return simulate(
            changed,
            shifts.duty,
            forecast=forecast,
            replications=times,
            seed=seed,
            workers=workers,
            progress=progress,
        )

    results = simulated(scenario, replications)
    tell("sensitivity")
    few = min(replications, AHT_REPLICATIONS)
    # The same horizons under all three handle times, so that their difference is not noise.
    same = replace(results, tallies=results.tallies[:few])
    at_aht = pd.concat(
        [
            _service_at(factor, same if factor == 1 else simulated(with_aht(scenario, factor), few))
            for factor in AHT_FACTORS
        ]
    )
    return Plan(
        Facts(
            scenario=scenario,
            history=history,
            forecast=forecast,
            league=league,
            requirement=requirement,
            schedule=shifts,
            results=results,
            at_aht=at_aht,
            labour=labour,
            seats=seats,
        )
    )


def _refuse_early(scenario: Scenario) -> None:
    """Find what would only fail after the long steps: wages, shift rules, tariffs."""
    for group in scenario.groups:
        hourly_cost(scenario, group)
        patterns(scenario, group)
    scenario_tariffs(scenario)


def with_aht(scenario: Scenario, factor: float | Mapping[str, float]) -> Scenario:
    """Copy a scenario with handle times multiplied; the customers stay the same.

    Parameters
    ----------
    factor
        Of all handle times, or by queue.
    """

    def of(queue: str) -> float:
        return factor[queue] if isinstance(factor, Mapping) else factor

    return scenario.change(
        {
            f"groups.{name}.skills.{queue}": {
                "rank": skill.rank,
                "speed": skill.speed / of(queue),
                "wrap_speed": (skill.wrap_speed or 1.0) / of(queue),
            }
            for name, group in scenario.groups.items()
            for queue, skill in group.skills.items()
        }
    )


def _demand(
    scenario: Scenario, workers: int | None, tell: Tell
) -> tuple[History | None, Forecast | None, pd.DataFrame | None]:
    if not scenario.demand.is_forecast:
        return None, None, None
    tell("forecast")
    if scenario.demand.history is None:
        return None, forecast_scenario(scenario), None
    history = read_scenario_history(scenario)
    made = forecast_scenario(scenario, history)
    tell("backtest")
    origins = min(LEAGUE_ORIGINS, possible_origins(history))
    if origins == 0:  # enough to forecast from, too little to score forecasts on
        return history, made, None
    league = backtest_scenario(
        scenario, history, origins=origins, workers=workers or os.cpu_count() or 1
    )
    return history, made, league


def _service_at(factor: float, results: Results) -> pd.DataFrame:
    kpis = results.kpis().loc["all"]
    level = kpis.loc["service_level"]
    return pd.DataFrame(
        {
            "aht": kpis.loc["aht", "mean"],
            "service_level": level["mean"],
            "low": level["low"],
            "high": level["high"],
            "answer_rate": kpis.loc["answer_rate", "mean"],
            "replications": results.replications,
        },
        index=pd.Index([factor], name="aht_factor"),
    )
