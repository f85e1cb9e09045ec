"""`schedule`: the shifts of every group, who works them, and how good they are."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.errors import InfeasibleSchedule, OptionError, ScenarioError
from ccsim.scenario import Scenario, require_support
from ccsim.scenario.opening import horizon_start, interval_starts, opening
from ccsim.scheduling.design import Chosen, ConflictError, Counts, Design
from ccsim.scheduling.handing_out import Attended, attend, worked
from ccsim.scheduling.patterns import seconds_into
from ccsim.scheduling.problem import Cut, Problem, Team, Worked
from ccsim.scheduling.rolling import design_long
from ccsim.scheduling.schedule import Planned, Schedule
from ccsim.scheduling.solver import GAP, Solution, SolverName
from ccsim.scheduling.tables import cover_table, duty_table, shifts_table
from ccsim.scheduling.team import team_of, training_periods
from ccsim.scheduling.tours import overtime_hours, tours
from ccsim.staffing import Requirement, require

# Requirements are fractions and agents are not: so much missing is nothing to tell of.
ROUNDING = 0.01


@dataclass(frozen=True, eq=False)
class _Group:
    """A group's answer: its shifts, who works them, who attends trainings, and what is there."""

    problem: Problem
    team: Team
    chosen: Chosen
    solution: Solution
    worked: list[tuple[Worked, int]]
    people: list[list[Worked]]
    attended: list[Attended]
    failed: dict[str, int]
    agents: NDArray[np.float64]


def schedule(
    scenario: Scenario,
    requirement: Requirement | None = None,
    time_limit: float = 60,
    *,
    solver: SolverName = "auto",
    gap: float = GAP,
    start: Schedule | None = None,
    cuts: tuple[Cut, ...] = (),
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
        ``"CBC"``, ``"HiGHS"``, or ``"auto"`` for the one that is quicker on the model
        (`Schedule.solver` says which; measured in docs/scheduling.md).
    gap
        Stop when the schedule is proven to be at most this share dearer than the best.
    start
        A schedule to begin from, such as the last one: its shifts are tried first.
    cuts
        Wishes about agents at work beyond the requirement; with any, the groups are scheduled
        together.

    Returns
    -------
    Schedule

    Raises
    ------
    InfeasibleSchedule
        Naming the interval no shift can cover where somebody is needed, or a smallest set of
        rules that cannot be kept together.

    Examples
    --------
    >>> import ccsim
    >>> ccsim.schedule(ccsim.load("scenarios/finance.yaml")).gap   # doctest: +SKIP
    """
    require_support(scenario)
    for name in scenario.groups:
        hourly_cost(scenario, name)
    if not 0 < time_limit < np.inf:
        raise OptionError(f"schedule: time_limit={time_limit!r}; allowed: seconds above 0")
    if not 0 <= gap < 1:
        raise OptionError(f"schedule: gap={gap!r}; allowed: a fraction from 0 to less than 1")
    needed = require(scenario) if requirement is None else requirement
    starts = interval_starts(scenario)
    _check(scenario, needed, starts)
    teams = _teams(scenario, needed, starts)
    groups = _groups(scenario, teams, time_limit, solver, gap, start, cuts)
    return _schedule(scenario, groups, starts, time_limit)


def _teams(scenario: Scenario, needed: Requirement, starts: pd.DatetimeIndex) -> list[Team]:
    teams = []
    for name in scenario.groups:
        if not (needed.table["group"] == name).any():
            continue
        if scenario.groups[name].employed == 0:
            path = ("groups", name, "employed")
            raise InfeasibleSchedule(
                f"{scenario.origin.where(path)}: {'.'.join(path)}: nobody is employed, and agents "
                "are needed; allowed: 1 or more, or none given: as many as it takes"
            )
        # A group that costs nothing is weighed by its hours.
        wage = hourly_cost(scenario, name) or 1.0
        teams.append(team_of(scenario, name, _required(needed, name, starts), wage))
    return teams


def _groups(
    scenario: Scenario,
    teams: list[Team],
    time_limit: float,
    solver: SolverName,
    gap: float,
    start: Schedule | None,
    cuts: tuple[Cut, ...],
) -> list[_Group]:
    """Schedule the groups, one by one unless cuts tie them together."""
    starts = interval_starts(scenario)
    joint = [tuple(teams)] if cuts else [(team,) for team in teams]
    deadline = time.monotonic() + time_limit
    groups = []
    for number, own in enumerate(joint):
        problem = Problem(scenario.horizon.interval, len(starts), own, scenario.shifts.cyclic, cuts)
        for team in own:
            _check_reach(scenario, problem, team, starts)
        share = (deadline - time.monotonic()) / (len(joint) - number)
        begin = None if start is None else _counts(scenario, own, start)
        found = _design(scenario, problem, max(share, 1e-3 * time_limit), solver, gap, begin)
        groups += [_handed_out(scenario, problem, team, found) for team in own]
    return groups


def _design(
    scenario: Scenario,
    problem: Problem,
    time_limit: float,
    solver: SolverName,
    gap: float,
    begin: Counts | None,
) -> Design:
    """Solve, and put a conflict of rules into a planner's words."""
    try:
        return design_long(problem, time_limit, solver, gap=gap, start=begin)
    except ConflictError as conflict:
        first, *others = conflict.rules
        rules = [f"{'.'.join(map(str, p))} ({scenario.origin.where(p)})" for p in others]
        beside = f" together with {' and '.join(rules)}" if rules else ""
        raise InfeasibleSchedule(
            f"{scenario.origin.where(first)}: {'.'.join(map(str, first))}: cannot be kept"
            f"{beside} (a smallest set of rules in conflict); allowed: relaxing any of them"
        ) from conflict


def _counts(scenario: Scenario, teams: tuple[Team, ...], start: Schedule) -> Counts:
    """People by shift in another schedule, as far as its shifts are allowed."""
    begin = horizon_start(scenario)
    counts: Counts = {}
    for team in teams:
        numbers = {shift.spans: number for number, shift in enumerate(team.shifts)}
        own = start.shifts[start.shifts["group"] == team.name]
        counts[team.name] = {}
        for row in own.itertuples():
            edges = [row.start, row.end]
            if not pd.isna(row.gap_start):
                edges[1:1] = [row.gap_start, row.gap_end]
            moments = [seconds_into(begin, edge) for edge in edges]
            spans = tuple(zip(moments[::2], moments[1::2], strict=True))
            if spans in numbers:
                number = numbers[spans]
                counts[team.name][number] = counts[team.name].get(number, 0) + row.agents
    return counts


def _handed_out(scenario: Scenario, problem: Problem, team: Team, found: Design) -> _Group:
    chosen = found.teams[team.name]
    shifts = worked(problem, chosen)
    people = tours(scenario, shifts)
    employed = scenario.groups[team.name].employed
    if team.overtime is not None and employed is not None and len(people) > employed:
        people = tours(scenario, shifts, scenario.shifts.overtime / 3600)
    attended, failed = attend(problem, chosen, people)
    agents = chosen.present.copy()
    if team.trainings:
        _send(problem, chosen, attended, agents)
    return _Group(problem, team, chosen, found.solution, shifts, people, attended, failed, agents)


def _send(
    problem: Problem, chosen: Chosen, attended: list[Attended], agents: NDArray[np.float64]
) -> None:
    """Replace the trainings the model placed by those people attend."""
    for training, places in zip(chosen.team.trainings, chosen.trainings, strict=True):
        for place, people in places:
            for slot, share in problem.presence(place, place + training.length).items():
                agents[slot] += people * share
    for one in attended:
        for _, begin, end in one:
            for slot, share in problem.presence(begin, end).items():
                agents[slot] -= share
    np.round(agents, 9, out=agents)


def _schedule(
    scenario: Scenario, groups: list[_Group], starts: pd.DatetimeIndex, time_limit: float
) -> Schedule:
    begin = horizon_start(scenario)
    duties, number = [], 0
    for one in groups:
        duties.append(duty_table(one.team.name, one.people, one.attended, begin, number))
        number += sum(len(person) for person in one.people)
    # Groups that were solved together share one solution.
    solutions = {id(one.solution): one.solution for one in groups}.values()
    moved = sum(
        _badly_covered(one, one.agents) - _badly_covered(one, one.chosen.present) for one in groups
    )
    covers = [cover_table(g.team.name, g.agents, g.team.required, starts) for g in groups]
    people = {one.team.name: len(one.people) for one in groups}
    overtime = {one.team.name: overtime_hours(scenario, one.people) for one in groups}
    # What was handed to people may take other overtime than the model reckoned with.
    moved += sum(
        (hourly_cost(scenario, one.team.name) or 1.0)
        * (scenario.groups[one.team.name].overtime_price - 1)
        * (overtime[one.team.name] - one.chosen.overtime_hours)
        for one in groups
    )
    objective = sum(solution.objective for solution in solutions) + moved
    bound = min(sum(solution.bound for solution in solutions), objective)
    return Schedule(
        shifts=pd.concat(
            [shifts_table(g.team.name, g.worked, begin) for g in groups], ignore_index=True
        ),
        duty=pd.concat(duties, ignore_index=True),
        cover=pd.concat(covers).sort_values(["start", "group"], ignore_index=True),
        cost=sum(_cost(scenario, one, overtime[one.team.name]) for one in groups),
        bound=bound,
        objective=objective,
        gap=(objective - bound) / objective if objective > 0 else 0.0,
        people=pd.Series(people, name="people", dtype="int64").rename_axis("group"),
        overtime=pd.Series(overtime, name="overtime", dtype="float64").rename_axis("group"),
        solver=", ".join(dict.fromkeys(solution.solver for solution in solutions)),
        notes=_notes(scenario, groups, starts, time_limit),
        planned=_planned(groups, begin),
    )


def _planned(groups: list[_Group], begin: pd.Timestamp) -> Planned:
    """Put the problems of single groups together."""
    whole = replace(groups[0].problem, teams=tuple(one.team for one in groups))
    return Planned(begin, whole, {one.team.name: one.chosen for one in groups})


def _badly_covered(group: _Group, agents: NDArray[np.float64]) -> float:
    """Price of the agents missing and too many."""
    team, hours = group.team, group.problem.slot / 3600
    under, over = np.maximum(team.required - agents, 0), np.maximum(agents - team.required, 0)
    return float((team.under * under + team.over * over).sum() * hours)


def _cost(scenario: Scenario, group: _Group, overtime: float) -> float:
    """Paid hours times the wage, and what overtime costs more."""
    wage = hourly_cost(scenario, group.team.name)
    price = scenario.groups[group.team.name].overtime_price
    return wage * (group.chosen.paid_hours + (price - 1) * overtime)


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


def _check_reach(
    scenario: Scenario, problem: Problem, team: Team, starts: pd.DatetimeIndex
) -> None:
    """Refuse a requirement at a time no shift can be at work."""
    required, group = team.required, team.name
    reached = np.zeros(len(required), dtype=bool)
    for shift in team.shifts:
        for begin, end in shift.spans:
            reached[list(problem.presence(begin, end))] = True
    unreached = np.flatnonzero((required > 0) & ~reached)
    if len(unreached):
        first = starts[unreached[0]]
        hours = scenario.groups[group].hours
        if hours is not None and not any(a <= first < b for a, b in opening(scenario, hours)):
            path = ("groups", group, "hours")
            raise InfeasibleSchedule(
                f"{scenario.origin.where(path)}: {'.'.join(path)}: the group does not work at "
                f"{first:%a %Y-%m-%d %H:%M}, where {required[unreached[0]]:.1f} agents are needed "
                f"({len(unreached)} such intervals); allowed: hours that cover its queues' hours"
            )
        raise InfeasibleSchedule(
            f"{scenario.origin.where(('shifts',))}: shifts: group '{group}': no shift the rules "
            f"allow is at work at {first:%a %Y-%m-%d %H:%M}, where {required[unreached[0]]:.1f} "
            f"agents are needed ({len(unreached)} such intervals); allowed: other shifts.lengths, "
            "starts, window or meal"
        )


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
    scenario: Scenario, groups: list[_Group], starts: pd.DatetimeIndex, time_limit: float
) -> tuple[str, ...]:
    notes, length = [], scenario.horizon.interval / 3600
    for one in groups:
        name, required = one.team.name, one.team.required
        if one.solution.timed_out:
            notes.append(
                f"{name}: the solver used its {time_limit / len(groups):g} s; the schedule is at "
                f"most {one.solution.gap:.2%} dearer than the best"
            )
        missing = np.maximum(required - one.agents, 0.0)
        hours, needed = missing.sum() * length, required.sum() * length
        if hours > ROUNDING * needed:
            worst = starts[int(missing.argmax())]
            notes.append(
                f"{name}: {hours:,.0f} of {needed:,.0f} agent-hours are missing, most at "
                f"{worst:%a %Y-%m-%d %H:%M} "
                f"({missing.max():.1f} agents)"
            )
        employed = scenario.groups[name].employed
        if employed is not None and len(one.people) > employed:
            notes.append(
                f"{name}: the shifts need {len(one.people)} people under the weekly rules; "
                f"{employed} are employed"
            )
        for activity in scenario.groups[name].trainings:
            if not training_periods(scenario, activity):
                notes.append(
                    f"{name}: the horizon is shorter than the time in which everybody attends "
                    f"'{activity.name}' once: none are placed"
                )
        for training, number in one.failed.items():
            notes.append(f"{name}: {number} attendances of '{training}' found no place")
    return tuple(notes)
