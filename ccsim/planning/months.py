"""Work needed month by month, in full-time people: from a table, or a horizon carried on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ccsim.errors import OptionError, ScenarioError
from ccsim.scenario import Scenario
from ccsim.staffing import Requirement

WEEK = 7


def monthly(
    scenario: Scenario,
    requirement: pd.DataFrame | Requirement,
    start: str | None,
    months: int | None,
) -> pd.DataFrame:
    """Work needed: index month (Period), a column a group, full-time people.

    Raises
    ------
    OptionError
        When the table is not as `hiring_plan` has it, or nothing says which months.
    """
    if isinstance(requirement, Requirement):
        return _carried_on(scenario, requirement, start, months)
    if start is not None or months is not None:
        raise OptionError(
            "hiring_plan: start and months go with a Requirement; a table says its months itself"
        )
    return _from_table(scenario, requirement)


def hours_of(scenario: Scenario, group: str, month: pd.Period) -> float:
    """Paid hours of a full-time person in a month."""
    return scenario.groups[group].contract_hours / 3600 * month.days_in_month / WEEK


def _from_table(scenario: Scenario, table: pd.DataFrame) -> pd.DataFrame:
    columns = set(table.columns)
    if not {"month", "group"} <= columns or not {"fte", "hours"} & columns:
        found = ", ".join(map(str, table.columns))
        raise OptionError(
            f"hiring_plan: the requirement has columns {found}; allowed: month, group, and fte or "
            "hours"
        )
    amount = "fte" if "fte" in columns else "hours"
    rows = table.assign(month=[_month(value) for value in table["month"]])
    unknown = sorted(set(rows["group"]) - set(scenario.groups))
    if unknown:
        allowed = ", ".join(scenario.groups)
        raise OptionError(f"hiring_plan: unknown group '{unknown[0]}'; allowed: {allowed}")
    values = pd.to_numeric(rows[amount], errors="coerce")
    wrong = ~(values.ge(0) & np.isfinite(values))
    if wrong.any():
        row = rows[wrong].iloc[0]
        raise OptionError(
            f"hiring_plan: {amount} is {row[amount]} in {row['month']} for '{row['group']}'; "
            "allowed: a number, 0 or more"
        )
    if rows.duplicated(["month", "group"]).any():
        row = rows[rows.duplicated(["month", "group"])].iloc[0]
        raise OptionError(f"hiring_plan: {row['month']} for '{row['group']}' twice; allowed: once")
    needed = rows.assign(**{amount: values}).pivot(index="month", columns="group", values=amount)
    every = pd.period_range(needed.index.min(), needed.index.max(), freq="M", name="month")
    gaps = needed.reindex(every).isna()
    if gaps.to_numpy().any():
        month, group = gaps.stack().loc[lambda flag: flag].index[0]
        raise OptionError(
            f"hiring_plan: no requirement for '{group}' in {month}; allowed: every month from "
            f"{every[0]} to {every[-1]} (0 is a requirement)"
        )
    if amount == "hours":
        for group in needed:
            needed[group] /= [hours_of(scenario, group, month) for month in needed.index]
    return needed


def _carried_on(
    scenario: Scenario, requirement: Requirement, start: str | None, months: int | None
) -> pd.DataFrame:
    """Repeat a horizon's hours with the contract's growth and yearly profile.

    A month needs (hours a day of the horizon) · days · (1 + growth)^(months since ÷ 12) · index of
    the month ÷ index of the horizon's month.
    """
    contract = scenario.contract
    begin = start or (None if contract is None else contract.start)
    term = months if months is not None else (None if contract is None else contract.months)
    if begin is None or not term:
        raise OptionError(
            "hiring_plan: nothing says which months; allowed: start= and months=, or "
            "contract.start and contract.months in the scenario"
        )
    every = pd.period_range(_month(begin), periods=term, freq="M", name="month")
    base = pd.Period(scenario.horizon.start, freq="M")
    since = np.array([(month - base).n for month in every])
    growth = 0.0 if contract is None else contract.growth
    index = _profile(scenario)
    factor = (1 + growth) ** (since / 12) * [index[m.month] / index[base.month] for m in every]
    table, step = requirement.table, scenario.horizon.interval / 3600
    daily = table.groupby("group")["scheduled"].sum() * step / scenario.horizon.days
    days = np.array([month.days_in_month for month in every])
    return pd.DataFrame(
        {
            group: hours * days * factor / [hours_of(scenario, group, month) for month in every]
            for group, hours in daily.items()
        },
        index=every,
    )


def _profile(scenario: Scenario) -> dict[int, float]:
    """Index of each month of the year; all alike where no profile is given."""
    file = None if scenario.contract is None else scenario.contract.yearly_profile
    if file is None:
        return dict.fromkeys(range(1, 13), 1.0)
    where = f"{scenario.origin.where(('contract', 'yearly_profile'))}: contract.yearly_profile"
    try:
        table = pd.read_csv(Path(scenario.origin.folder, file))
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{where}: {file} cannot be read ({error})") from None
    if {"month", "index"} <= set(table) and sorted(table["month"]) == list(range(1, 13)):
        index = pd.to_numeric(table["index"], errors="coerce")
        if (index > 0).all() and np.isfinite(index).all():
            return dict(zip(table["month"].astype(int), index.astype(float), strict=True))
    raise ScenarioError(
        f"{where}: {file} is no yearly profile; allowed: columns month (1 to 12, each once) and "
        "index (above 0)"
    )


def _month(value: object) -> pd.Period:
    try:
        month = pd.Period(value, freq="M")
    except (ValueError, TypeError):
        month = pd.NaT
    if month is pd.NaT:
        raise OptionError(f"hiring_plan: month {value!r}; allowed: a month such as '2026-11'")
    return month
