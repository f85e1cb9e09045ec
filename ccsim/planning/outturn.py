"""What happened, as it was counted: contacts, handle times and service levels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccsim.demand import History
from ccsim.errors import OptionError
from ccsim.scenario import Scenario
from ccsim.simulation.breakdown import ALL

NEEDED = ("start", "queue", "offered")
NUMBERS = ("offered", "within", "service_level", "handle_time")
ALLOWED = "start, queue, offered, within or service_level, and handle_time if it is known"


@dataclass(frozen=True, eq=False)
class Outturn:
    """What happened within a horizon.

    Attributes
    ----------
    offered
        Contacts: index ``start``, a column a queue.
    handle_time
        Queue → mean handle time, s; empty where it was not told.
    levels
        (queue or ``"all"``, day or ``"all"``) → contacts and service level, NaN without contacts.
    """

    offered: pd.DataFrame
    handle_time: dict[str, float]
    levels: dict[tuple[str, str], tuple[float, float]]


def outturn(scenario: Scenario, actuals: pd.DataFrame | History) -> Outturn:
    """Read what happened from a table, see `variance_report`.

    Raises
    ------
    OptionError
        When columns are missing, or values cannot be.
    """
    table = _checked(scenario, actuals.table if isinstance(actuals, History) else actuals)
    known = table[table["handle_time"].notna()] if "handle_time" in table else table[:0]
    weights = known["offered"].groupby(known["queue"]).sum()
    seconds = (known["offered"] * known.get("handle_time", 0.0)).groupby(known["queue"]).sum()
    return Outturn(
        offered=table.pivot(index="start", columns="queue", values="offered").sort_index(),
        handle_time={str(q): float(seconds[q] / n) for q, n in weights.items() if n > 0},
        levels=dict(_levels(table)),
    )


def _checked(scenario: Scenario, table: pd.DataFrame) -> pd.DataFrame:
    """Refuse what is no account of what happened; add ``within``, as counts, and ``day``."""
    missing = [name for name in NEEDED if name not in table]
    if missing or not {"within", "service_level"} & set(table.columns):
        lacking = ", ".join(missing) or "within or service_level"
        raise OptionError(f"actuals lack {lacking}; allowed: {ALLOWED}")
    if not isinstance(table["start"].dtype, pd.DatetimeTZDtype):
        raise OptionError("actuals: start is not a column of tz-aware times; allowed: such times")
    strange = sorted(set(table["queue"]) - set(scenario.queues))
    if strange:
        allowed = ", ".join(scenario.queues)
        raise OptionError(f"actuals have queue '{strange[0]}'; allowed: {allowed}")
    if table.duplicated(["start", "queue"]).any():
        row = table[table.duplicated(["start", "queue"])].iloc[0]
        raise OptionError(
            f"actuals count {row['start']} of queue '{row['queue']}' twice; allowed: once"
        )
    definition = scenario.service_level.definition
    if "within" in table and definition != "served_over_offered":
        raise OptionError(
            f"actuals: within ÷ offered is not the scenario's service level ({definition}); "
            "allowed: a column service_level, by that definition"
        )
    numbers = [name for name in NUMBERS if name in table]
    made = table.assign(
        day=table["start"].dt.tz_convert(scenario.timezone).dt.strftime("%Y-%m-%d"),
        **{name: pd.to_numeric(table[name], errors="coerce") for name in numbers},
    )
    _check(made, "offered", 0.0, np.inf)
    if "handle_time" in made:
        _check(made[made["handle_time"].notna()], "handle_time", 0.0, np.inf)
    busy = made["offered"] > 0
    if "within" in made:
        _check(made, "within", 0.0, made["offered"])
        return made
    _check(made[busy], "service_level", 0.0, 1.0)
    return made.assign(within=(made["offered"] * made["service_level"]).where(busy, 0.0))


def _check(table: pd.DataFrame, column: str, least: float, most: float | pd.Series) -> None:
    values = table[column]
    wrong = ~(values.ge(least) & values.le(most) & np.isfinite(values))
    if wrong.any():
        row = table[wrong].iloc[0]
        limit = "offered" if isinstance(most, pd.Series) else f"{most:g}"
        upper = "or more" if limit == "inf" else f"to {limit}"
        raise OptionError(
            f"actuals: {column} is {row[column]} at {row['start']} of queue '{row['queue']}'; "
            f"allowed: a number, {least:g} {upper}"
        )


def _levels(table: pd.DataFrame) -> Iterator[tuple[tuple[str, str], tuple[float, float]]]:
    for queue in [*dict.fromkeys(table["queue"]), ALL]:
        for day in [*dict.fromkeys(table["day"]), ALL]:
            own = table[table["queue"].isin([queue]) | (queue == ALL)]
            own = own[own["day"].isin([day]) | (day == ALL)]
            offered = float(own["offered"].sum())
            level = float(own["within"].sum()) / offered if offered > 0 else np.nan
            yield (str(queue), str(day)), (offered, level)
