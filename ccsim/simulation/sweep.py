"""`sweep`: many scenarios on the same customers, one table, a heat map and a frontier."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ccsim.demand import Forecast
from ccsim.errors import OptionError
from ccsim.scenario import Scenario
from ccsim.scenario.problem import nearest
from ccsim.simulation.breakdown import ALL, By
from ccsim.simulation.compare import paired
from ccsim.simulation.duty import DutyInput
from ccsim.simulation.engines import Engine
from ccsim.simulation.estimate import Linear
from ccsim.simulation.kpis import features
from ccsim.simulation.prepare import prepared
from ccsim.simulation.rates import Rates
from ccsim.simulation.results import Results
from ccsim.simulation.study import Study
from ccsim.simulation.sweep_points import Point, Points, points_of, table_of
from ccsim.simulation.sweep_store import Kpis, Store, key_of
from ccsim.simulation.workers import Workers, run_studies, whole_number, workers_of
from ccsim.text import labels as catalogue

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

FOLDER = Path("out") / "sweeps"


@dataclass(frozen=True, eq=False)
class Sweep:
    """What happened at every point.

    Attributes
    ----------
    points
        DataFrame: index ``point`` (number), ``name``, a column for each path changed.
    kpis
        KPIs of each point by (queue … or ``"all"``, kpi), with how each replication pulls.
    by
        What they are broken down by.
    replications
        How many each point was run.
    """

    points: pd.DataFrame
    kpis: tuple[Kpis, ...]
    by: By
    replications: int

    @property
    def table(self) -> pd.DataFrame:
        """All KPIs of all points, a row each.

        Returns
        -------
        DataFrame
            Index (point, queue … | ``"all"``, kpi); ``name`` and the paths changed, then
            ``mean``, ``low``, ``high`` (95 %, simulation noise).
        """
        rows = [
            (point, scope, name, *map(float, one.estimate()))
            for point, kpis in enumerate(self.kpis)
            for (scope, name), one in kpis.items()
        ]
        table = pd.DataFrame(rows, columns=["point", self.by, "kpi", "mean", "low", "high"])
        table = self.points.merge(table, left_index=True, right_on="point")
        return table.set_index(["point", self.by, "kpi"])

    def of(self, kpi: str, scope: str = ALL) -> pd.DataFrame:
        """One KPI at every point.

        Parameters
        ----------
        kpi
            E.g. ``"service_level"``.
        scope
            A queue (or whatever the sweep is by), or ``"all"``.

        Returns
        -------
        DataFrame
            As `points`, with ``mean``, ``low``, ``high``; NaN where a point has no such figure.
        """
        values = [tuple(map(float, one.estimate())) for one in self._column(kpi, scope)]
        found = pd.DataFrame(values, columns=["mean", "low", "high"], index=self.points.index)
        return self.points.join(found)

    def differences(self, kpi: str, scope: str = ALL, *, to: int = 0) -> pd.DataFrame:
        """One KPI at every point less that at one of them, on the same customers.

        Parameters
        ----------
        to
            Number of the point that others are compared with.

        Returns
        -------
        DataFrame
            As `points`, with ``difference`` and its paired 95 % interval ``low``, ``high``.
        """
        if to not in self.points.index:
            raise OptionError(f"sweep: to={to!r}; allowed: a point, 0 to {len(self.points) - 1}")
        column = self._column(kpi, scope)
        rows = [paired(column[to], one)[2:5] for one in column]
        found = pd.DataFrame(
            rows, columns=["difference", "low", "high"], index=self.points.index, dtype=float
        )
        return self.points.join(found)

    def frontier(
        self, cost: str = "cost_total", service: str = "service_level", scope: str = ALL
    ) -> pd.DataFrame:
        """Which points give the most service for their cost.

        Parameters
        ----------
        cost, service
            KPIs; less of the one and more of the other is better.
        scope
            What the service is of; cost is of the whole centre where only that has one.

        Returns
        -------
        DataFrame
            As `points`, in order of cost: ``cost``, ``service`` with ``service_low`` and
            ``service_high``, and ``efficient``: no other point is as good for less, or better
            for the same.
        """
        costs = self.of(cost, scope if self._has(cost, scope) else ALL)["mean"]
        if costs.isna().all():
            raise OptionError(
                f"sweep: {cost} is not known at any point; allowed: a scenario with wages, or "
                "another cost such as 'hours_at_work'"
            )
        served = self.of(service, scope)
        table = self.points.assign(
            cost=costs,
            service=served["mean"],
            service_low=served["low"],
            service_high=served["high"],
        ).sort_values(["cost", "service"], ascending=[True, False], kind="stable")
        known = table["service"].fillna(-np.inf)
        best_so_far = known.cummax().shift(fill_value=-np.inf)
        table["efficient"] = (known > best_so_far) & table["cost"].notna()
        return table

    def heat_map(
        self,
        kpi: str = "service_level",
        x: str | None = None,
        y: str | None = None,
        scope: str = ALL,
        labels: Mapping[str, str] | None = None,
    ) -> Figure:
        """Draw one KPI over two of the paths changed.

        Parameters
        ----------
        x, y
            Paths; the first two that change where None. Other paths must not change.
        labels
            Words by key; English where None.
        """
        from ccsim.figures import sweeps

        axes = self._axes()
        across = x or next((path for path in axes if path != y), None)
        up = y or next((path for path in axes if path != across), None)
        if across not in self.points.columns or up not in self.points.columns or across == up:
            changing = ", ".join(axes) or "none changes"
            raise OptionError(f"sweep: a heat map needs two paths that change: {changing}")
        others = [path for path in axes if path not in (across, up)]
        if others:
            raise OptionError(
                f"sweep: {others[0]} changes too; allowed: a sweep over {across} and {up} alone"
            )
        words = labels or catalogue("en")
        return sweeps.heat_map(
            self.of(kpi, scope),
            str(across),
            str(up),
            _word(kpi, words),
            share=self._is_share(kpi, scope),
        )

    def figures(
        self,
        kpis: Sequence[str] = ("service_level",),
        cost: str = "cost_total",
        labels: Mapping[str, str] | None = None,
    ) -> list[Figure]:
        """Every picture of this sweep: a map or curve of each KPI, the frontier if costs are known.

        Parameters
        ----------
        kpis
            Figures of the whole centre.
        cost
            KPI by which a point is dear.
        labels
            Words by key; English where None.
        """
        from ccsim.figures import sweeps

        words = labels or catalogue("en")
        axes = self._axes()
        # What no change moves makes no picture.
        kpis = [kpi for kpi in kpis if self.of(kpi)["mean"].nunique() > 1]
        made: list[Figure] = []
        if len(axes) == 2:
            made += [self.heat_map(kpi, labels=words) for kpi in kpis]
        elif len(axes) == 1:
            made += [
                sweeps.curve(
                    self.of(kpi), axes[0], _word(kpi, words), share=self._is_share(kpi, ALL)
                )
                for kpi in kpis
            ]
        if self.of(cost)["mean"].notna().any():
            made.append(self.plot(cost, labels=words))
        return made

    def _is_share(self, kpi: str, scope: str) -> bool:
        """Whether a KPI lies between nought and one."""
        return any(one.bounds == (0.0, 1.0) for one in self._column(kpi, scope))

    def _axes(self) -> list[str]:
        """Paths that change."""
        return [path for path in self.points if path != "name" and self.points[path].nunique() > 1]

    def plot(
        self,
        cost: str = "cost_total",
        service: str = "service_level",
        scope: str = ALL,
        labels: Mapping[str, str] | None = None,
    ) -> Figure:
        """Draw service against cost, and the frontier of the points that are efficient."""
        from ccsim.figures import sweeps

        words = labels or catalogue("en")
        return sweeps.frontier(
            self.frontier(cost, service, scope),
            _word(cost, words),
            _word(service, words),
            words,
            share=self._is_share(service, scope),
        )

    def _has(self, kpi: str, scope: str) -> bool:
        return any((scope, kpi) in kpis for kpis in self.kpis)

    def _column(self, kpi: str, scope: str) -> list[Linear]:
        if not self._has(kpi, scope):
            known = dict.fromkeys(key for kpis in self.kpis for key in kpis)
            scopes = list(dict.fromkeys(one for one, _ in known))
            names = [name for one, name in known if one == scope]
            wrong, allowed = (kpi, names) if scope in scopes else (scope, scopes)
            near = nearest(wrong, allowed)
            hint = f"; did you mean '{near}'?" if near else ""
            raise OptionError(f"sweep: no '{wrong}'{hint}; allowed: {', '.join(allowed)}")
        missing = Linear(np.array(np.nan), np.full(self.replications, np.nan))
        return [kpis.get((scope, kpi), missing) for kpis in self.kpis]


def _word(kpi: str, labels: Mapping[str, str]) -> str:
    """A KPI in words; its name where the catalogue has none, or one with blanks to fill in."""
    word = labels.get(f"column.{kpi}", kpi)
    return kpi if "{" in word else word


def sweep(
    scenario: Scenario,
    points: Points,
    *,
    duty: DutyInput = None,
    forecast: Forecast | None = None,
    replications: int = 30,
    seed: int = 1,
    engine: Engine = "auto",
    count: Sequence[float | str] | None = None,
    by: By = "queue",
    folder: str | Path = FOLDER,
    cluster: str | None = None,
    workers: int | None = None,
    progress: bool | None = None,
) -> Sweep:
    """Simulate many variants of a scenario on the same customers.

    Every finished point is written to a file of its own, at once and whole. When the sweep is
    stopped or killed, the same call carries on where it was and ends with the same numbers; a
    point is found again by scenario, seed, size and version of ccsim.

    Parameters
    ----------
    scenario
        What is changed.
    points
        A grid ``{"groups.bank.on_duty": range(80, 121, 5), "queues.calls.talk": ["3min",
        "4min"]}``, of which every combination is tried; or a list of names of the file's
        overrides (``"a+b"`` stacks two, ``"as is"`` is no change) and of changes.
    duty, forecast, replications, seed, engine, count, cluster, workers, progress
        As in `simulate`, for every point.
    by
        What KPIs are broken down by, as in `Results.kpis`.
    folder
        Where finished points are kept.

    Returns
    -------
    Sweep

    Raises
    ------
    OptionError, ScenarioError
        When a point is not valid: before anything is simulated.

    Examples
    --------
    >>> import ccsim
    >>> bank = ccsim.load("scenarios/finance.yaml")                          # doctest: +SKIP
    >>> tried = ccsim.sweep(bank, {"groups.bank.on_duty": range(80, 121, 5)})  # doctest: +SKIP
    >>> tried.frontier()                                                     # doctest: +SKIP
    """
    whole_number("replications", replications, 1)
    where = workers_of(workers, cluster)
    made = points_of(scenario, points)
    open_ = _prepared(scenario, made, duty, forecast, seed, engine, count)
    shown = frozenset().union(*(features(study.centre) for study, _ in open_))
    store = Store(Path(folder))
    keys = [key_of(study, rates, replications, by, shown) for study, rates in open_]
    found = [store.load(key) for key in keys]
    missing = [number for number, kpis in enumerate(found) if kpis is None]
    bar = sys.stderr.isatty() if progress is None else progress
    results = _simulated([open_[n] for n in missing], range(replications), where, len(made), bar)
    for number, one in zip(missing, results, strict=True):
        kpis = one.linear(by, shown=shown)
        store.save(keys[number], kpis)
        found[number] = kpis
    return Sweep(
        table_of(made), tuple(kpis for kpis in found if kpis is not None), by, replications
    )


def _prepared(
    scenario: Scenario,
    points: Sequence[Point],
    duty: DutyInput,
    forecast: Forecast | None,
    seed: int,
    engine: Engine,
    count: Sequence[float | str] | None,
) -> list[tuple[Study, Rates]]:
    """Settle what each point simulates; where demand is the same it is forecast once."""
    own = forecast
    made = []
    for point in points:
        known = own if _same_demand(scenario, point.scenario) else forecast
        study, rates = prepared(
            point.scenario, duty, forecast=known, seed=seed, engine=engine, count=count
        )
        if own is None and _same_demand(scenario, point.scenario):
            own = rates.forecast
        made.append((study, rates))
    return made


def _same_demand(a: Scenario, b: Scenario) -> bool:
    """Say whether two scenarios have the same forecast: demand, days, hours and queues."""
    return all(
        getattr(a, name) == getattr(b, name) for name in ("demand", "horizon", "hours", "timezone")
    ) and [(name, queue.hours) for name, queue in a.queues.items()] == [
        (name, queue.hours) for name, queue in b.queues.items()
    ]


def _simulated(
    open_: Sequence[tuple[Study, Rates]],
    numbers: range,
    workers: Workers,
    points: int,
    progress: bool,
) -> Iterator[Results]:
    """Simulate the points that are not on disk yet, one after the other."""
    from tqdm.auto import tqdm

    done = points - len(open_)
    with tqdm(total=points, initial=done, desc="points", unit="point", disable=not progress) as bar:
        tallies = run_studies(open_, numbers, workers)
        for (study, rates), own in zip(open_, tallies, strict=True):
            yield Results(study, rates, tuple(own))
            bar.update()
