"""The search: fewest (or cheapest) agents by cell with which every promise holds.

Closed forms give the start. Around it a master problem is solved on cuts made of simulated
sub-gradients (Atlason, Epelman & Henderson 2004, 2008; Cezik & L'Ecuyer 2008), all on the same
customers; what it gives is repaired where it fails and then worn down by a local search.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import OptionError
from ccsim.staffing.cells import Cells
from ccsim.staffing.goals import Goal
from ccsim.staffing.master import Cut, cheapest, most_even
from ccsim.staffing.promises import Margins, Promise, slopes, values
from ccsim.staffing.sample import Sample

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Rounds of master problem and simulation until something holds.
ROUNDS = 6
# Rounds in which agents are added until everything holds; and a staffing with which what does not
# hold never will.
REPAIRS, PLENTY_TIMES, PLENTY = 40, 3, 30
# How far the master may go from where its cuts were made: agents beyond the load are counted in its
# square root (Halfin & Whitt 1981), and so is how soon one more no longer helps.
TRUST, TRUST_ROOT = 2, 0.6
# Largest and smallest step down from a budget, as a share; and how many proposals for one may come
# no nearer.
BUDGET_STEP, BUDGET_GRAIN, TRIES = 0.02, 0.001, 2
# Agents added to measure a slope: one, or this share where one more of many hardly shows.
STEP_SHARE = 0.02
# Cuts of values that are met by so much bind nobody nearby.
SLACK = 0.3
ENOUGH = 1e-9
# What a proposal costs, s.
PROPOSAL = 0.3
# Repairs aim at so much more than is missing: more agents help less and less.
BEYOND = 1.2
# Staffings whose figures are remembered.
REMEMBERED = 100


@dataclass(frozen=True, eq=False)
class Point:
    """A staffing that was simulated.

    Attributes
    ----------
    agents
        ndarray of int64, shape (cells,).
    margins
        Margins of all goals.
    values
        ndarray of float64, shape (values,): by how much each promise holds.
    price
        Of all agents.
    """

    agents: Ints
    margins: Margins
    values: Floats
    price: float


@dataclass
class Effort:
    """Work in seconds of a usual machine, reckoned and not measured: the same work everywhere.

    Attributes
    ----------
    left
        What may still be spent.
    """

    left: float

    def spend(self, seconds: float) -> None:
        """Take off what something costs."""
        self.left -= seconds


@dataclass(frozen=True, eq=False)
class Problem:
    """What is searched: the sample, what is to hold, and where agents can be put.

    Attributes
    ----------
    spare
        ndarray of float64, shape (values,): by how much each promise must hold in the sample; what
        the sample promised too easily is asked for more.
    reach
        Intervals after a cell in which it is still felt.
    effort
        What may still be spent on improvements.
    """

    sample: Sample
    goals: list[Goal]
    promises: list[Promise]
    cells: Cells
    spare: Floats
    reach: int
    effort: Effort
    seen: dict[bytes, Point] = field(default_factory=dict)
    cut: set[bytes] = field(default_factory=set)

    def look(self, agents: Ints) -> Point:
        """Simulate a staffing, once."""
        key = agents.tobytes()
        if key not in self.seen:
            world = self.sample.world
            self.effort.spend(self.sample.seconds)
            duty = world.duty(self.cells.net(agents))
            counted = self.sample.counted(duty, agents=self.about_agents)
            margins = Margins.of(self.goals, counted)
            found = self.held(margins)
            price = float(self.cells.price @ agents)
            self.seen[key] = Point(agents.copy(), margins, found, price)
            if len(self.seen) > REMEMBERED:
                del self.seen[next(iter(self.seen))]
        return self.seen[key]

    def worst(self, point: Point) -> float:
        """By how much the promise that is kept worst is kept."""
        return float((point.values - self.spare).min())

    @property
    def about_agents(self) -> bool:
        """Whether any goal is about agents' time."""
        return any(goal.kind == "occupancy" for goal in self.goals)

    def held(self, margins: Margins) -> Floats:
        """By how much each promise holds."""
        return np.concatenate([values(promise, margins) for promise in self.promises])

    def holds(self, point: Point) -> bool:
        """Whether every promise holds, with what is asked to spare."""
        return bool((point.values >= self.spare - ENOUGH).all())

    def missing(self, point: Point) -> Floats:
        """By how much each promise fails."""
        return np.maximum(self.spare - point.values, 0.0)

    def slopes(self, point: Point) -> Floats:
        """What an agent more in each cell adds to each value, shape (cells, values).

        Cells that lie apart are tried in one simulation: each interval's change is put down to
        the cell that is felt there.
        """
        made = np.zeros((len(self.cells), len(point.values)))
        step = np.maximum(1, np.round(STEP_SHARE * point.agents)).astype(np.int64)
        for chosen in self.cells.apart(self.reach):
            more = point.agents.copy()
            more[chosen] += step[chosen]
            after = self.look(more).margins
            for cell, felt in self.cells.felt(chosen):
                rise = point.margins.rise(after, felt)
                gains = [slopes(promise, point.margins, rise) for promise in self.promises]
                made[cell] = np.concatenate(gains) / step[cell]
        return made

    @property
    def in_time(self) -> bool:
        """Whether there is time for improvements."""
        return self.effort.left > 0


def searched(problem: Problem, start: Ints) -> Point:
    """Find a staffing with which everything holds: the cheapest that keeps the cuts, repaired.

    Raises
    ------
    OptionError
        When a promise cannot be kept with any number of agents.
    """
    point, cuts = problem.look(start), list[Cut]()
    for _ in range(ROUNDS):
        if problem.holds(point) or not problem.in_time:
            break
        cuts += _cuts(problem, point)
        problem.effort.spend(PROPOSAL)
        proposed = cheapest(problem.cells.price, cuts, *_around(point), start)
        if (proposed == point.agents).all():
            break
        point = problem.look(proposed)
    return repaired(problem, point)


def within_less(problem: Problem, best: Point) -> Point:
    """Look for staffings that hold on smaller and smaller budgets, then for the steadiest.

    On each budget the staffing is proposed whose worst promise the cuts say is kept by most; it is
    simulated and cut again, as long as that comes nearer. At the end the same is done at the
    price that was reached, so that what holds does so with as much to spare as it costs nothing.
    """
    smallest = max(problem.cells.smallest_saving, BUDGET_GRAIN * best.price)
    step, cuts = max(smallest, BUDGET_STEP * best.price), list[Cut]()
    while problem.in_time and step >= smallest - ENOUGH:
        found = _on_budget(problem, best, cuts, best.price - step, until_holds=True)
        if found is None:
            step = step / 2 if step > smallest else 0.0
        else:
            best = found
    return _on_budget(problem, best, cuts, best.price, until_holds=False) or best


def _on_budget(
    problem: Problem, best: Point, cuts: list[Cut], budget: float, *, until_holds: bool
) -> Point | None:
    """Propose and simulate on one budget; None where nothing better than `best` is found."""
    cells, point, tries = problem.cells, best, 0
    highest = -np.inf if until_holds else problem.worst(best)
    steadiest = None
    while problem.in_time and tries < TRIES:
        if point.agents.tobytes() not in problem.cut:
            problem.cut.add(point.agents.tobytes())
            cuts += _cuts(problem, point)
        problem.effort.spend(PROPOSAL)
        proposed = most_even(cells.price, cuts, *_around(point), best.agents, budget + ENOUGH)
        if proposed is None or proposed.tobytes() in problem.cut:
            break
        point = problem.look(proposed)
        worst = problem.worst(point)
        tries = 0 if worst > highest else tries + 1
        if problem.holds(point) and worst > highest:
            steadiest = point
        highest = max(highest, worst)
        if until_holds and steadiest is not None:
            break
    return steadiest


def _around(point: Point) -> tuple[Ints, Ints]:
    """Fewest and most agents by cell that slopes at a point still tell of."""
    reach = np.maximum(TRUST, np.ceil(TRUST_ROOT * np.sqrt(point.agents))).astype(np.int64)
    return np.maximum(point.agents - reach, 0), point.agents + reach


def _cuts(problem: Problem, point: Point) -> list[Cut]:
    """Cuts at a point, of the values that may bind near it."""
    gains = problem.slopes(point)
    near = np.flatnonzero((point.values - problem.spare < SLACK) & (gains != 0).any(axis=0))
    made = []
    for value in near:
        cells = np.flatnonzero(gains[:, value])
        slope = gains[cells, value]
        needed = problem.spare[value] - point.values[value] + slope @ point.agents[cells]
        made.append(Cut(cells, slope, float(needed)))
    return made


def repaired(problem: Problem, point: Point) -> Point:
    """Add agents where they help most for their price until everything holds."""
    sites = problem.sample.world.scenario.sites.values()
    # Where seats are few, agents in plenty would take them from each other.
    if not problem.holds(point) and all(site.seats is None for site in sites):
        plenty = problem.look(PLENTY_TIMES * point.agents + PLENTY)
        if not problem.holds(plenty):
            raise _unreachable(problem, plenty)
    for _ in range(REPAIRS):
        if problem.holds(point):
            return point
        gains, (_, high) = np.maximum(problem.slopes(point), 0.0), _around(point)
        agents, missing = point.agents.copy(), BEYOND * problem.missing(point)
        while (missing > ENOUGH).any():
            help_ = np.minimum(gains, missing).sum(axis=1) / problem.cells.price
            help_[agents >= high] = 0.0  # beyond what slopes still tell of
            cell = int(help_.argmax())
            if help_[cell] <= ENOUGH:
                break
            agents[cell] += 1
            missing = np.maximum(missing - gains[cell], 0.0)
        if (agents == point.agents).all():
            agents = high  # too far away for one agent to show
        point = problem.look(agents)
    raise _unreachable(problem, point)


def _unreachable(problem: Problem, point: Point) -> OptionError:
    return OptionError(
        f"require: {_worst(problem, point)} cannot be kept with any number of agents tried; "
        "allowed: another target, or a centre without the limits (hours, lines, capacity) that "
        "stand in its way"
    )


def _worst(problem: Problem, point: Point) -> str:
    """Name the promise that fails by most, and how far it got."""
    total = int(problem.missing(point).argmax())
    place = total
    for promise in problem.promises:
        if place < len(promise):
            goal = problem.goals[promise.goals[0]]
            name = f"queue '{goal.queue}': {goal.kind} {goal.asked:g} ({promise.scope})"
            if promise.certainty is not None:
                return f"{name} with certainty {promise.certainty:g}"
            reached = float(goal.figure(point.values[total]))
            return f"{name}, of which {reached:.3g} was reached,"
        place -= len(promise)
    raise AssertionError("every value belongs to a promise")
