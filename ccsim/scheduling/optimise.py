"""`schedule`: the shifts of every group, who works them, and how good they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.errors import OptionError, ScenarioError
from ccsim.scenario import Scenario, require_closed_form, require_support
from ccsim.scenario.opening import interval_starts
from ccsim.scheduling.cover import Covered, cover
from ccsim.scheduling.patterns import Pattern
from ccsim.scheduling.schedule import Schedule
from ccsim.scheduling.solver import SolverName
from ccsim.scheduling.tours import tours
from ccsim.staffing import Requirement, require

# Requirements are fractions and agents are not: so much missing is nothing to tell of.
ROUNDING = 0.01


def schedule(
    scenario: Scenario,
    requirement: Requirement | None = None,
    time_limit: float = 60,
    *,
    solver: SolverName = "CBC",
) -> Schedule:
    """Find the shifts that cover a requirement at least cost.

    Parameters
    ----------
    scenario
        Shift rules, wages and people.
    requirement
        Agents needed by interval and group; made by `require` where None.
    time_limit
        Seconds for the solver, shared by the groups; the best schedule found by then is
        returned with its gap.
    solver
        ``"CBC"`` comes with PuLP; ``"HiGHS"`` needs the extra ``highs``.

    Returns
    -------
    Schedule

    Raises
    ------
    InfeasibleSchedule
        Naming the interval or rule, when no shift can cover where somebody is needed.

    Examples
    --------
    >>> import ccsim
    >>> ccsim.schedule(ccsim.load("scenarios/finance.yaml")).gap   # doctest: +SKIP
    """
    require_support(scenario)
    require_closed_form(scenario)
    for name in scenario.groups:
        hourly_cost(scenario, name)
    if not 0 < time_limit < np.inf:
        raise OptionError(f"schedule: time_limit={time_limit!r}; allowed: seconds above 0")
    needed = require(scenario) if requirement is None else requirement
    starts = interval_starts(scenario)
    _check(scenario, needed, starts)
    groups = [name for name in scenario.groups if (needed.table["group"] == name).any()]
    required = {name: _required(needed, name, starts) for name in groups}
    covered = {
        name: cover(scenario, name, required[name], starts, time_limit / len(groups), solver)
        for name in groups
    }
    people = {name: tours(scenario, covered[name].chosen) for name in groups}

    def money(amount: Callable[[Covered], float]) -> float:
        return sum(hourly_cost(scenario, name) * amount(one) for name, one in covered.items())

    objective = money(lambda one: one.solution.objective)
    bound = money(lambda one: one.solution.bound)
    cover_tables = [_cover(name, covered[name], required[name], starts) for name in groups]
    return Schedule(
        shifts=pd.concat([_shifts(n, covered[n], starts) for n in groups], ignore_index=True),
        duty=pd.concat([_duty(n, people[n], starts) for n in groups], ignore_index=True),
        cover=pd.concat(cover_tables).sort_values(["start", "group"], ignore_index=True),
        cost=money(lambda one: one.paid_hours),
        bound=bound,
        objective=objective,
        gap=(objective - bound) / objective if objective > 0 else 0.0,
        people=pd.Series({name: len(people[name]) for name in groups}, name="people").rename_axis(
            "group"
        ),
        solver=solver,
        notes=_notes(scenario, covered, people, required, time_limit),
    )


def _check(scenario: Scenario, requirement: Requirement, starts: pd.DatetimeIndex) -> None:
    """Refuse a requirement that is another scenario's, or none."""
    table = requirement.table
    if not (table["scheduled"] > 0).any():
        raise OptionError("schedule: nobody is needed at any time; allowed: demand above nought")
    unknown = sorted(set(table["group"]) - set(scenario.groups))
    if unknown:
        raise OptionError(
            f"schedule: the requirement is for group '{unknown[0]}'; allowed: "
            f"{', '.join(scenario.groups)}"
        )
    elsewhere = table.loc[~table["start"].isin(starts), "start"]
    if len(elsewhere):
        raise OptionError(
            f"schedule: the requirement has an interval at {elsewhere.iloc[0]}; allowed: intervals "
            f"of {scenario.horizon.interval / 60:g} min from {starts[0]} to {starts[-1]}"
        )


def _required(
    requirement: Requirement, group: str, starts: pd.DatetimeIndex
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    own = requirement.table[requirement.table["group"] == group].set_index("start")["scheduled"]
    return own.reindex(starts, fill_value=0.0).to_numpy(dtype=float)


def _shifts(group: str, covered: Covered, starts: pd.DatetimeIndex) -> pd.DataFrame:
    shifts = [pattern for pattern, _ in covered.chosen]
    meals = [pattern.meal or (pd.NaT, pd.NaT) for pattern in shifts]

    def moments(values: Iterable[pd.Timestamp]) -> pd.Series:
        return pd.Series(list(values), dtype=starts.dtype)

    return pd.DataFrame(
        {
            "group": pd.Series([group] * len(shifts), dtype="str"),
            "start": moments(pattern.start for pattern in shifts),
            "end": moments(pattern.end for pattern in shifts),
            "meal_start": moments(begin for begin, _ in meals),
            "meal_end": moments(end for _, end in meals),
            "paid_hours": pd.Series([pattern.paid_hours for pattern in shifts], dtype="float64"),
            "agents": pd.Series([count for _, count in covered.chosen], dtype="int64"),
        }
    )


def _duty(group: str, people: list[list[Pattern]], starts: pd.DatetimeIndex) -> pd.DataFrame:
    width = len(str(len(people)))
    rows = []
    for number, shifts in enumerate(people, start=1):
        agent = f"{group} {number:0{width}d}"
        for shift in shifts:
            edges = [shift.start, *(shift.meal or ()), shift.end]
            activities = ("work", "meal", "work") if shift.meal else ("work",)
            for activity, begin, end in zip(activities, edges, edges[1:], strict=False):
                rows.append((agent, group, activity, begin, end))
    table = pd.DataFrame(rows, columns=["agent", "group", "activity", "start", "end"])
    words = dict.fromkeys(["agent", "group", "activity"], "str")
    return table.astype({**words, "start": starts.dtype, "end": starts.dtype})


def _cover(
    group: str, covered: Covered, required: np.ndarray, starts: pd.DatetimeIndex
) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "start": starts,
            "group": group,
            "required": required,
            "agents": covered.agents,
            "under": np.maximum(required - covered.agents, 0.0),
            "over": np.maximum(covered.agents - required, 0.0),
        }
    )
    return table[(table["required"] > 0) | (table["agents"] > 0)]


def hourly_cost(scenario: Scenario, group: str) -> float:
    """Cost of a paid hour of a group.

    Raises
    ------
    ScenarioError
        When the scenario does not say.
    """
    cost = scenario.groups[group].cost_per_hour
    if cost is None:
        path = ("groups", group, "cost_per_hour")
        raise ScenarioError(
            f"{scenario.origin.where(path)}: {'.'.join(path)}: needed to weigh one schedule "
            "against another; allowed: the cost of a paid hour with employer charges"
        )
    return cost


def _notes(
    scenario: Scenario,
    covered: dict[str, Covered],
    people: dict[str, list[list[Pattern]]],
    required: dict[str, NDArray[np.float64]],
    time_limit: float,
) -> tuple[str, ...]:
    notes, starts, length = [], interval_starts(scenario), scenario.horizon.interval / 3600
    for name, one in covered.items():
        if one.solution.timed_out:
            notes.append(
                f"{name}: the solver used its {time_limit / len(covered):g} s; the schedule is at "
                f"most {one.solution.gap:.2%} dearer than the best"
            )
        missing = np.maximum(required[name] - one.agents, 0.0)
        hours, needed = missing.sum() * length, required[name].sum() * length
        if hours > ROUNDING * needed:
            worst = starts[int(missing.argmax())]
            notes.append(
                f"{name}: {hours:,.0f} of {needed:,.0f} agent-hours are missing, most at "
                f"{worst:%a %Y-%m-%d %H:%M} "
                f"({missing.max():.1f} agents)"
            )
        employed = scenario.groups[name].employed
        if employed is not None and len(people[name]) > employed:
            notes.append(
                f"{name}: the shifts need {len(people[name])} people under the weekly rules; "
                f"{employed} are employed"
            )
    return tuple(notes)
