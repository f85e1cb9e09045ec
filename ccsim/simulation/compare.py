"""`compare`: two centres on the same customers, and what differs beyond chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ccsim.demand import Forecast
from ccsim.errors import OptionError
from ccsim.scenario import Scenario
from ccsim.scenario.problem import nearest
from ccsim.simulation.breakdown import By
from ccsim.simulation.duty import DutyInput
from ccsim.simulation.engines import Engine
from ccsim.simulation.estimate import Linear, half_width
from ccsim.simulation.kpis import features
from ccsim.simulation.results import Results
from ccsim.simulation.simulate import simulate

COLUMNS = ("a", "b", "difference", "low", "high", "correlation")


def compare(
    scenario_a: Scenario,
    scenario_b: Scenario,
    *,
    duty_a: DutyInput = None,
    duty_b: DutyInput = None,
    forecast: Forecast | None = None,
    replications: int = 30,
    seed: int = 1,
    by: By = "queue",
    kpis: Sequence[str] | None = None,
    engine: Engine = "auto",
    count: Sequence[float | str] | None = None,
    cluster: str | None = None,
    workers: int | None = None,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Compare two scenarios, or two ways to staff one, on the same customers.

    Parameters
    ----------
    scenario_a, scenario_b
        Before and after; they must have the same horizon and interval.
    duty_a, duty_b
        Who is on duty in each, as in `simulate`.
    forecast, replications, seed, engine, count, cluster, workers, progress
        As in `simulate`, for both.
    by
        As in `Results.kpis`.
    kpis
        Which KPIs; all where None.

    Returns
    -------
    DataFrame
        As `difference_of`.

    Examples
    --------
    >>> import ccsim
    >>> bank = ccsim.load("scenarios/finance.yaml")                            # doctest: +SKIP
    >>> ccsim.compare(bank, bank, duty_a={"bank": 90}, duty_b={"bank": 95})    # doctest: +SKIP
    """
    _same_horizon(scenario_a, scenario_b)
    a, b = (
        simulate(
            scenario,
            duty,
            forecast=forecast,
            replications=replications,
            seed=seed,
            engine=engine,
            count=count,
            cluster=cluster,
            workers=workers,
            progress=progress,
        )
        for scenario, duty in ((scenario_a, duty_a), (scenario_b, duty_b))
    )
    return difference_of(a, b, by, kpis)


def difference_of(
    a: Results, b: Results, by: By = "queue", kpis: Sequence[str] | None = None
) -> pd.DataFrame:
    """Set two results of the same customers side by side.

    Parameters
    ----------
    a, b
        Results with the same seed and number of replications.

    Returns
    -------
    DataFrame
        Index (queue … | ``"all"``, kpi); ``a``, ``b``, ``difference`` (b − a) with its 95 %
        interval ``low``, ``high``, paired replication by replication, and ``correlation``, which
        the common customers achieved. Where nought lies between low and high, the sign is not
        decided. NaN where one of them has no such figure.
    """
    if (a.replications, a.study.seed) != (b.replications, b.study.seed):
        raise OptionError("compare: allowed: results with the same seed and replications")
    shown = features(a.study.centre) | features(b.study.centre)
    left, right = (one.linear(by, shown=shown) for one in (a, b))
    _known(kpis, {name for _, name in (*left, *right)})
    keys = [key for key in dict.fromkeys((*left, *right)) if kpis is None or key[1] in kpis]
    missing = Linear(np.array(np.nan), np.full(a.replications, np.nan))
    rows = [(*key, *paired(left.get(key, missing), right.get(key, missing))) for key in keys]
    table = pd.DataFrame(rows, columns=[by, "kpi", *COLUMNS]).set_index([by, "kpi"])
    table.attrs = {"replications": a.replications} | ({"note": a.note} if a.note else {})
    return table


def paired(a: Linear, b: Linear) -> tuple[float, ...]:
    """Both figures, b − a with its paired 95 % interval, and their correlation."""
    difference = float(b.mean - a.mean)
    if len(a.influence) < 2:
        return float(a.mean), float(b.mean), difference, np.nan, np.nan, np.nan
    half = float(half_width(b.influence - a.influence))
    # Two shares differ by one at most; what has no bounds on both sides is not cut.
    most = min(np.subtract(*a.bounds[::-1]), np.subtract(*b.bounds[::-1]))
    low, high = np.clip((difference - half, difference + half), -most, most)
    spread = float(np.sqrt((a.influence**2).sum() * (b.influence**2).sum()))
    together = float((a.influence * b.influence).sum())
    return (
        float(a.mean),
        float(b.mean),
        difference,
        float(low),
        float(high),
        # Where one of them never varies there is nothing to go together.
        together / spread if spread > 0 else np.nan,
    )


def _known(kpis: Sequence[str] | None, names: set[str]) -> None:
    for name in kpis or ():
        if name not in names:
            near = nearest(name, sorted(names))
            raise OptionError(
                f"compare: unknown KPI '{name}'"
                + (f"; did you mean '{near}'?" if near else "")
                + f"; allowed: {', '.join(sorted(names))}"
            )


def _same_horizon(a: Scenario, b: Scenario) -> None:
    for name in ("start", "days", "interval"):
        one, other = getattr(a.horizon, name), getattr(b.horizon, name)
        if one != other:
            raise OptionError(
                f"compare: horizon.{name} is {one} in the first scenario and {other} in the "
                "second; allowed: the same, or their customers would not be"
            )
    if a.timezone != b.timezone:
        raise OptionError(
            f"compare: timezone is {a.timezone} in the first scenario and {b.timezone} in the "
            "second; allowed: the same"
        )
