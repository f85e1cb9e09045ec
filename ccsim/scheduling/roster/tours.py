"""Tours without names: how many people of each contract type, on which rotating patterns."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccsim.errors import InfeasibleSchedule, OptionError
from ccsim.scenario import Scenario, require_support
from ccsim.scenario.contracts import ContractType
from ccsim.scheduling.roster.generation import Generation
from ccsim.scheduling.roster.lines import rules_of
from ccsim.scheduling.roster.placed import HOUR, Placed, may_follow, placed
from ccsim.scheduling.roster.problem import OFF, Line, Person, RosterProblem
from ccsim.scheduling.roster.terms import WEEK, Work, counters, units
from ccsim.scheduling.schedule import Schedule
from ccsim.scheduling.solver import SolverName

# Share of the time for finding tours; the rest is for choosing among them.
FINDING = 0.6


@dataclass(frozen=True, eq=False)
class Tours:
    """Teams of each contract type and what they rotate through.

    Attributes
    ----------
    people
        Index contract: people needed (int64).
    patterns
        A row a day of a tour: ``tour`` (int64), ``contract``, ``people`` (int64, a whole multiple
        of `weeks`: one starts in each week of the tour), ``week`` (1 …), ``weekday`` (``mon`` …),
        ``group``, ``start``, ``end`` (clock, ``HH:MM``; empty on a day off), ``paid_hours``.
    missing
        Shifts of the week no tour covers: ``date``, ``group``, ``start``, ``end``, ``agents``.
    surplus_hours
        Paid hours a week of people on tour beyond the shifts of the schedule.
    cost, bound
        Reached, and what tours of these contract types cannot be below, in wages of an hour over
        a week: contract hours of everybody, shifts missing and too many.
    notes
        What a planner should know.
    """

    people: pd.Series
    patterns: pd.DataFrame
    missing: pd.DataFrame
    surplus_hours: float
    cost: float
    bound: float
    notes: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """(cost − bound) ÷ cost."""
        return (self.cost - self.bound) / self.cost if self.cost > 0 else 0.0


def tours_for(
    scenario: Scenario,
    schedule: Schedule,
    weeks: int = 1,
    *,
    time_limit: float = 60,
    solver: SolverName = "CBC",
) -> Tours:
    """Find rotating tours that cover a week's shifts for ever, at least cost.

    A tour of so many weeks is worked by as many people, each a week behind the other, so that
    every week of it is worked by one of them. It starts and ends with days off, on whichever
    weekday that suits, and keeps `shifts.weekly` and its contract type all around.

    Parameters
    ----------
    scenario
        Its `contracts`; where there are none, full time.
    schedule
        Placed shifts of one week.
    weeks
        Length of the tours.
    time_limit
        Seconds.
    solver
        ``"CBC"`` or ``"HiGHS"``.

    Raises
    ------
    OptionError
        When the horizon is not a week, or `weeks` is not 1 to 12.
    InfeasibleSchedule
        When no tour of any contract keeps all rules.

    Examples
    --------
    >>> import ccsim
    >>> bank = ccsim.load("scenarios/finance.yaml")   # doctest: +SKIP
    >>> ccsim.tours_for(bank, ccsim.schedule(bank), weeks=4).people   # doctest: +SKIP
    """
    require_support(scenario)
    if not 1 <= weeks <= 12:
        raise OptionError(f"tours_for: weeks={weeks!r}; allowed: 1 to 12")
    if scenario.horizon.days != WEEK:
        raise OptionError(
            f"tours_for: the horizon has {scenario.horizon.days} days; allowed: one week of 7"
        )
    shifts = placed(scenario, schedule)
    terms = dict(scenario.contracts) or {"full_time": ContractType()}
    problem = _problem(scenario, shifts, terms, weeks)
    until = time.monotonic() + time_limit
    rules = [rules_of(person, problem.follows) for person in problem.people]
    generation = Generation(problem, rules, solver, until)
    generation.price(time.monotonic() + FINDING * time_limit)
    if not generation.pool.lines:
        raise InfeasibleSchedule(
            f"tours_for: no tour of {weeks} weeks keeps all rules of any contract type; allowed: "
            "contracts whose rules can be kept with the lengths of the shifts"
        )
    generation.dive()
    generation.pick(until - time.monotonic())
    return _result(scenario, shifts, terms, weeks, problem, generation)


def _problem(
    scenario: Scenario, shifts: Placed, terms: dict[str, ContractType], weeks: int
) -> RosterProblem:
    """A person for each contract type and weekday on which its tours begin."""
    unit, paid = units(shifts)
    night = np.array([kind.night for kind in shifts.kinds], np.int64)
    people = []
    for name, one in terms.items():
        for first in range(WEEK):
            places = (np.arange(weeks * WEEK) + first) % WEEK
            days = [shifts.days[place] for place in places]
            work = Work(days, unit, paid, night, np.ones(weeks), 0.0, 0.0)
            people.append(_rotating(scenario, shifts, one, f"{name} {first}", work, places, weeks))
    hours = paid * unit / 60
    needed = shifts.needed
    price = scenario.shifts.under_cover * hours
    return RosterProblem(
        kinds=tuple(kind.name for kind in shifts.kinds),
        follows=may_follow(scenario, shifts),
        needed=needed,
        under=np.tile(price, (WEEK, 1)),
        # Somebody too many is paid already; `over_cover` is on top of the wage.
        over=np.tile(scenario.shifts.over_cover * hours, (WEEK, 1)),
        people=tuple(people),
    )


def _rotating(
    scenario: Scenario,
    shifts: Placed,
    terms: ContractType,
    name: str,
    work: Work,
    places: np.ndarray,
    weeks: int,
) -> Person:
    """A tour that begins after its days off and ends with them, so that it can go round."""
    costs = np.zeros((len(places), len(shifts.kinds) + 1))
    able = shifts.needed[places] > 0
    if not terms.nights:
        able &= ~np.array([kind.night for kind in shifts.kinds], dtype=bool)
    costs[:, 1:][~able] = np.inf
    costs[len(places) - terms.days_off_in_row :, 1:] = np.inf
    return Person(
        name=name,
        costs=costs,
        counters=counters(scenario, terms, work),
        longest=terms.days_in_row,
        shortest=terms.least_days_in_row,
        days_off=terms.days_off_in_row,
        before=-terms.days_off_in_row,
        places=places,
        least=0,
        most=int(shifts.needed.sum()),
        # One tour occupies a person for each of its weeks; each is paid its contract.
        price=terms.hours / HOUR * weeks,
    )


def _result(
    scenario: Scenario,
    shifts: Placed,
    terms: dict[str, ContractType],
    weeks: int,
    problem: RosterProblem,
    generation: Generation,
) -> Tours:
    names = list(terms)
    people = dict.fromkeys(names, 0)
    rows = []
    present = np.zeros_like(problem.needed)
    for number, (person, line, many) in enumerate(generation.team, start=1):
        contract = names[person // WEEK]
        people[contract] += many * weeks
        places = problem.people[person].places
        for place, kind in zip(places, line, strict=True):
            if kind != OFF:
                present[place, kind] += many
        rows += _days(shifts, number, contract, many * weeks, places, line)
    columns = ["tour", "contract", "people", "week", "weekday"]
    columns += ["group", "start", "end", "paid_hours"]
    table = pd.DataFrame(rows, columns=columns)
    hours = np.array([kind.paid_hours for kind in shifts.kinds])
    gap = generation.cost - generation.bound
    notes = [f"tours are at most {gap:,.1f} wages of an hour a week dearer than the best"]
    return Tours(
        people=pd.Series(people, name="people", dtype="int64").rename_axis("contract"),
        patterns=table,
        missing=_missing(shifts, np.maximum(problem.needed - present, 0)),
        surplus_hours=float((np.maximum(present - problem.needed, 0) * hours).sum()),
        cost=generation.cost,
        bound=max(generation.bound, 0.0),
        notes=tuple(notes),
    )


def _days(
    shifts: Placed, tour: int, contract: str, people: int, places: np.ndarray, line: Line
) -> list[tuple[object, ...]]:
    """A tour day by day, from the first Monday on: it goes round, so it may begin there."""
    first = int((-places[0]) % WEEK)
    order = np.roll(np.arange(len(line)), -first)
    rows: list[tuple[object, ...]] = []
    for number, day in enumerate(order):
        weekday = f"{shifts.days[places[day]]:%a}".lower()
        kind = None if line[day] == OFF else shifts.kinds[line[day]]
        told = ("", "", "", 0.0) if kind is None else (kind.group, *kind.clocks, kind.paid_hours)
        rows.append((tour, contract, people, number // WEEK + 1, weekday, *told))
    return rows


def _missing(shifts: Placed, missing: np.ndarray) -> pd.DataFrame:
    rows = []
    for day, number in np.argwhere(missing):
        kind = shifts.kinds[number]
        rows.append((shifts.days[day], kind.group, *kind.clocks, int(missing[day, number])))
    return pd.DataFrame(rows, columns=["date", "group", "start", "end", "agents"])
