"""What the schedule costs in labour."""

from __future__ import annotations

import pandas as pd

from ccsim.scenario import Scenario
from ccsim.scheduling import Schedule
from ccsim.scheduling.optimise import hourly_cost


def labour_cost(scenario: Scenario, schedule: Schedule) -> pd.DataFrame:
    """Cost a schedule.

    Returns
    -------
    DataFrame
        Index ``group`` and ``"all"``; columns ``shifts`` (int64), ``paid_hours``, ``at_work_hours``
        (float64, meals and breaks taken off), ``fte`` (paid hours ÷ contract hours of the same
        time), ``people`` (int64, to employ) and ``cost`` (money of the horizon).
    """
    shifts = schedule.shifts
    agents = shifts["agents"]
    rows = pd.DataFrame(
        {
            "group": shifts["group"],
            "shifts": agents,
            "paid_hours": shifts["paid_hours"] * agents,
            "at_work_hours": shifts["work_hours"] * agents,
        }
    )
    table = rows.groupby("group", sort=False).sum()
    weeks = scenario.horizon.days / 7
    contract = [scenario.groups[name].contract_hours / 3600 * weeks for name in table.index]
    table["fte"] = table["paid_hours"] / contract
    table["people"] = schedule.people.reindex(table.index)
    premium = [scenario.groups[name].overtime_price - 1 for name in table.index]
    priced = table["paid_hours"] + schedule.overtime.reindex(table.index) * premium
    table["cost"] = [hourly_cost(scenario, name) * hours for name, hours in priced.items()]
    table.loc["all"] = table.sum()
    return table.astype({"shifts": "int64", "people": "int64"})
