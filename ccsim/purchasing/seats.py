"""The seats a schedule uses, counted as tariffs count them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ccsim.errors import TariffError
from ccsim.purchasing.tariffs import Tariff, load_tariff
from ccsim.scenario import Scenario


def logins(duty: pd.DataFrame) -> pd.DataFrame:
    """When each person is logged in: a shift from its start to its end, meals included.

    Parameters
    ----------
    duty
        As `Schedule.duty`.

    Returns
    -------
    DataFrame
        Columns ``agent``, ``start``, ``end``; rows of a person that touch are one.
    """
    rows = duty.sort_values(["agent", "start"])
    begins = (rows["agent"] != rows["agent"].shift()) | (rows["start"] > rows["end"].shift())
    grouped = rows.groupby(begins.cumsum(), sort=False)
    return grouped.agg(agent=("agent", "first"), start=("start", "first"), end=("end", "last"))


def peak_concurrent(duty: pd.DataFrame, grace: float = 0.0) -> int:
    """Most people logged in at once, leaving out peaks shorter than a grace time.

    Parameters
    ----------
    grace
        Seconds. The result is the largest number that is reached or exceeded for at least
        this long without interruption.
    """
    if duty.empty:
        return 0
    present = logins(duty)
    changes = (
        pd.concat([pd.Series(1, index=present["start"]), pd.Series(-1, index=present["end"])])
        .groupby(level=0)
        .sum()
    )
    moments = changes.sort_index().index
    numbers = changes.sort_index().cumsum().to_numpy()
    lengths = np.diff(moments.as_unit("us").asi8) / 1e6
    for number in np.unique(numbers)[::-1]:
        if _longest_run(numbers[:-1] >= number, lengths) >= grace:
            return int(number)
    return 0


def _longest_run(reached: np.ndarray, lengths: np.ndarray) -> float:
    longest = run = 0.0
    for is_reached, length in zip(reached, lengths, strict=True):
        run = run + length if is_reached else 0.0
        longest = max(longest, run)
    return longest


def named(duty: pd.DataFrame) -> int:
    """Count the people logged in at least once."""
    return int(duty["agent"].nunique())


def seats_billed(scenario: Scenario, duty: pd.DataFrame) -> pd.DataFrame:
    """Count and price the seats of a schedule under each of the scenario's tariffs.

    Parameters
    ----------
    duty
        As `Schedule.duty`; the horizon stands for a billing month.

    Returns
    -------
    DataFrame
        Index ``tariff``; columns ``unit``, ``seats`` (int64), ``price`` (money a seat and
        month), ``cost_per_month``, ``currency``, ``source``, ``quality``. Empty where the scenario
        names no tariff.

    Raises
    ------
    TariffError
        When a tariff file is not valid, or bills in another currency than the scenario's.
    """
    rows = []
    for tariff in scenario_tariffs(scenario):
        seats = named(duty) if tariff.unit == "named" else peak_concurrent(duty, tariff.grace)
        rows.append(
            {
                "tariff": tariff.name,
                "unit": tariff.unit,
                "seats": seats,
                "price": tariff.price,
                "cost_per_month": seats * tariff.price,
                "currency": tariff.currency,
                "source": tariff.source,
                "quality": tariff.quality,
            }
        )
    columns = [
        "tariff",
        "unit",
        "seats",
        "price",
        "cost_per_month",
        "currency",
        "source",
        "quality",
    ]
    return pd.DataFrame(rows, columns=columns).set_index("tariff")


def scenario_tariffs(scenario: Scenario) -> list[Tariff]:
    """Read the tariffs a scenario names, relative to its file."""
    named_files = scenario.contract.tariff if scenario.contract is not None else ()
    files = (named_files,) if isinstance(named_files, str) else named_files
    tariffs = [load_tariff(Path(scenario.origin.folder, file)) for file in files]
    for file, tariff in zip(files, tariffs, strict=True):
        if tariff.currency != scenario.currency:
            raise TariffError(
                f"{scenario.origin.where(('contract', 'tariff'))}: contract.tariff: {file} bills "
                f"in {tariff.currency}; allowed: {scenario.currency}, the scenario's currency"
            )
    return tariffs
