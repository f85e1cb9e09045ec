"""`hiring_plan`: whom to hire when, months ahead, so that the work is done at least cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd

from ccsim.errors import OptionError, ScenarioError
from ccsim.planning.hiring_model import Hires, Team, hired
from ccsim.planning.months import hours_of, monthly
from ccsim.scenario import Scenario, require_support
from ccsim.scheduling.optimise import hourly_cost
from ccsim.scheduling.solver import GAP, SolverName
from ccsim.staffing import Requirement

# Less than this of a person missing is rounding of the solver.
ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class HiringPlan:
    """Whom to hire when.

    Attributes
    ----------
    hires
        A row a month and group: ``month`` (Period), ``group``, ``hires`` (int64, beginning that
        month), ``laid_off`` (int64), ``trained`` (out of training that month, those who left
        taken off), ``heads`` (people on the payroll), ``productive`` (their work, in experienced
        people), ``overtime``, ``outsourced`` (work, in people), ``required``, ``short`` (in
        people) and ``cost`` (money of the month). Heads are expected values.
    cost
        Money of all months, the price of what is missing included.
    bound
        No plan can cost less.
    gap
        (cost − bound) ÷ cost.
    notes
        Months that cannot be met, and why.
    """

    hires: pd.DataFrame
    cost: float
    bound: float
    gap: float
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """Hires by group, cost and what cannot be met, on one screen."""
        lines = [f"cost {self.cost:,.0f}, gap {self.gap:.2%}"]
        for group, own in self.hires.groupby("group", sort=False):
            when = [f"{row.month}: {row.hires}" for row in own.itertuples() if row.hires]
            lines.append(f"  {group}: {own['hires'].sum()} hires ({', '.join(when) or 'none'})")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def __repr__(self) -> str:
        """Show the summary."""
        return self.summary()


def hiring_plan(
    scenario: Scenario,
    requirement: pd.DataFrame | Requirement,
    *,
    heads: Mapping[str, float] | None = None,
    start: str | None = None,
    months: int | None = None,
    time_limit: float = 60,
    solver: SolverName = "auto",
    gap: float = GAP,
) -> HiringPlan:
    """Plan hires months ahead, so that the requirement is met at least cost.

    Parameters
    ----------
    scenario
        Wages, contracts, ``groups.*.attrition`` and ``groups.*.hiring``.
    requirement
        Columns ``month`` (such as ``"2026-11"``), ``group``, and ``fte`` (full-time people) or
        ``hours`` (paid agent-hours), every month. Or a `Requirement`, whose horizon is carried on
        with ``contract.growth`` and ``contract.yearly_profile``.
    heads
        Group → people at the start of the first month; ``groups.*.employed`` where not given.
    start, months
        First month and how many, with a `Requirement`; the contract's where None.
    time_limit
        Seconds for the solver, shared by the groups.
    solver, gap
        As in `schedule`.

    Returns
    -------
    HiringPlan

    Raises
    ------
    OptionError
        When the requirement is not as above, or nothing says which months.
    ScenarioError
        When a wage or the people at the start are not known.

    Notes
    -----
    Of those there a share 1 − (1 − attrition)^(1/12) leaves by the next month. Hires are paid from
    the month they begin in, and take contacts after ``lead_months``. Nothing after the last month
    is planned for: who would be trained too late for it is not hired, so ask for as many months
    more as training takes.

    Examples
    --------
    >>> import ccsim
    >>> need = pd.DataFrame({"month": ["2026-11"], "group": "bank", "fte": 95})  # doctest: +SKIP
    >>> ccsim.hiring_plan(bank, need, heads={"bank": 90}).hires                  # doctest: +SKIP
    """
    require_support(scenario)
    if not 0 < time_limit < math.inf:
        raise OptionError(f"hiring_plan: time_limit={time_limit!r}; allowed: seconds above 0")
    if not 0 <= gap < 1:
        raise OptionError(f"hiring_plan: gap={gap!r}; allowed: a fraction from 0 to less than 1")
    needed = monthly(scenario, requirement, start, months)
    there = _heads(scenario, heads or {}, list(needed.columns))
    tables, notes, cost, bound = [], [], 0.0, 0.0
    for group in needed:
        team = _team(scenario, group, needed[group], there[group])
        found = hired(team, time_limit / len(needed.columns), solver, gap)
        tables.append(_table(group, needed.index, team, found))
        notes += _notes(group, needed.index, team, found)
        cost += found.solution.objective
        bound += found.solution.bound
    distance = (cost - bound) / cost if cost > 0 else 0.0
    hires = pd.concat(tables).sort_values("month", kind="stable", ignore_index=True)
    return HiringPlan(hires, cost, bound, distance, tuple(notes))


def _heads(scenario: Scenario, given: Mapping[str, float], groups: list[str]) -> dict[str, float]:
    for name, number in given.items():
        if name not in scenario.groups:
            allowed = ", ".join(scenario.groups)
            raise OptionError(f"hiring_plan: heads of '{name}'; allowed: {allowed}")
        if not isinstance(number, Real) or not 0 <= number < math.inf:
            raise OptionError(f"hiring_plan: {number!r} heads of '{name}'; allowed: 0 or more")
    found: dict[str, float] = {}
    for name in groups:
        people: float | None = scenario.groups[name].employed
        people = given.get(name, people)
        if people is None:
            path = ("groups", name, "employed")
            raise ScenarioError(
                f"{scenario.origin.where(path)}: {'.'.join(path)}: nobody says how many there are "
                "now; allowed: employed, or heads= in the call"
            )
        found[name] = float(people)
    return found


def _team(scenario: Scenario, name: str, required: pd.Series, heads: float) -> Team:
    group = scenario.groups[name]
    rules, hourly = group.hiring, hourly_cost(scenario, name)
    hours = np.array([hours_of(scenario, name, month) for month in required.index])
    return Team(
        heads=heads,
        stays=(1 - group.attrition) ** (1 / 12),
        lead=rules.lead_months,
        ramp=rules.ramp,
        required=required.to_numpy(dtype=float),
        wage=hourly * hours,
        hire=rules.cost + rules.training_cost,
        most=rules.most_per_month,
        overtime=rules.overtime,
        overtime_price=hourly * group.overtime_price * hours,
        outsourced=None if rules.outsourcing is None else rules.outsourcing * hours,
        short=hourly * rules.shortage * hours,
        layoff=rules.layoff_cost if rules.layoffs else None,
    )


def _table(group: str, months: pd.PeriodIndex, team: Team, found: Hires) -> pd.DataFrame:
    lead = min(team.lead, len(months))
    trained = np.concatenate([np.zeros(lead), found.hires[: len(months) - lead]])
    return pd.DataFrame(
        {
            "month": months,
            "group": group,
            "hires": found.hires.astype("int64"),
            "laid_off": found.laid_off.astype("int64"),
            "trained": trained * team.stays**team.lead,
            "heads": found.heads,
            "productive": found.productive,
            "overtime": found.overtime,
            "outsourced": found.outsourced,
            "required": team.required,
            "short": found.short,
            "cost": found.cost,
        }
    )


def _notes(group: str, months: pd.PeriodIndex, team: Team, found: Hires) -> list[str]:
    """Name the months in which people are missing, by what keeps them from being there."""
    missing = np.flatnonzero(found.short > ROUNDING)
    first = team.first_work
    early = [m for m in missing if m < first]
    # Whoever could work in a month has been hired by then, as many as may be.
    busy = found.hires == team.most
    full = [m for m in missing if m >= first and busy[: m - first + 1].all()]
    dear = [m for m in missing if m not in early and m not in full]
    begins = f"works from {months[0] + first} on"
    reasons = {
        f"cannot be met: who is hired in {months[0]} {begins}": early,
        f"cannot be met with {team.most} hires a month": full,
        "are left short, which costs less than to fill": dear,
    }
    return [
        f"{group}: {', '.join(str(months[m]) for m in own)} {why}; at most "
        f"{found.short[own].max():.1f} people are missing"
        for why, own in reasons.items()
        if own
    ]
