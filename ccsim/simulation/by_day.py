"""Service levels by queue and day, with how each replication pulls at them."""

from __future__ import annotations

import numpy as np

from ccsim.simulation.breakdown import ALL, Breakdown, Stacks
from ccsim.simulation.estimate import Linear
from ccsim.simulation.kpis import SERVICE_LEVELS
from ccsim.simulation.results import Results


def service_by_day(results: Results) -> dict[tuple[str, str], Linear]:
    """Estimate the service level of every queue on every day of the horizon.

    Returns
    -------
    dict
        By queue, or ``"all"``, and date such as ``"2026-11-11"``, or ``"all"``; by the scenario's
        definition, over contacts by when they came.
    """
    centre = results.study.centre
    whole = int(centre.edges[0]), centre.end
    sums = Breakdown(centre, Stacks(results.tallies), whole, centre.definition)
    days = centre.moments(centre.edges[:-1]).strftime("%Y-%m-%d").to_numpy()
    queues = sums.scopes("queue")
    kpi, found = SERVICE_LEVELS[centre.definition], {}
    for queue, classes in {**queues, ALL: np.concatenate(list(queues.values()))}.items():
        own = sums.contacts(classes)
        for day in [*dict.fromkeys(days), ALL]:
            inside = (days == day) | (day == ALL)
            found[queue, str(day)] = kpi.linear(
                {name: values[:, inside].sum(axis=1) for name, values in own.items()}
            )
    return found
