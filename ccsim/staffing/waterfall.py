"""The waterfall of a requirement: from its load to scheduled agents, in agent-hours that add up."""

from __future__ import annotations

import pandas as pd

from ccsim.errors import OptionError


def waterfall_steps(
    table: pd.DataFrame,
    hours: float,
    cover: pd.DataFrame | None = None,
    group: str | None = None,
) -> pd.DataFrame:
    """Say how many agent-hours each step of a requirement adds.

    Parameters
    ----------
    table
        As `Requirement.table` has it.
    hours
        Length of an interval, h.
    cover
        `Schedule.cover`, for a last step: what shifts have more, or less, than was asked.
    group
        One group; all where None.

    Returns
    -------
    DataFrame
        ``step`` (str), ``hours`` (agent-hours added, float64), in this order: ``load`` (the work
        itself), ``occupancy_cap`` (what the cap alone asks beyond), ``erlang_c`` (safety for the
        other targets without patience), ``patience`` (what callers who give up save: Erlang A
        less Erlang C), ``blocks`` (headcount held for several intervals, in closed form) or
        ``simulation`` (what days simulated ask beyond Erlang A: shared skills, uncertain days,
        pooled targets), ``rounding``, ``shrinkage`` and, with `cover`, ``shifts``. Each is the
        difference of two columns of the table, so that their sum is exactly the last one. The
        cap stands before Erlang C because both Erlang columns keep it already.

    Raises
    ------
    OptionError
        For a group the requirement does not have, a requirement in which nobody is needed, or one
        given by hand, without steps.
    """
    if table.empty:
        raise OptionError("waterfall: nobody is needed; allowed: demand above nought")
    if group is not None and not (table["group"] == group).any():
        raise OptionError(
            f"waterfall: group={group!r}; allowed: {', '.join(sorted(set(table['group'])))}"
        )
    needed = ("load", "occupancy_cap", "erlang_c", "erlang_a", "net", "net_whole", "scheduled")
    lacking = [name for name in needed if name not in table]
    if lacking:
        raise OptionError(
            f"waterfall: the requirement has no column '{lacking[0]}'; allowed: one that `require` "
            "made, with all its steps"
        )
    own = table if group is None else table[table["group"] == group]
    levels = {
        "load": own["load"],
        "occupancy_cap": own[["load", "occupancy_cap"]].max(axis=1),
        "erlang_c": own["erlang_c"],
        "patience": own["erlang_a"],
        "simulation" if _simulated(own) else "blocks": own["net"],
        "rounding": own["net_whole"],
        "shrinkage": own["scheduled"],
    }
    totals = pd.Series({name: float(level.sum()) * hours for name, level in levels.items()})
    if cover is not None:
        planned = cover if group is None else cover[cover["group"] == group]
        totals["shifts"] = float(planned["agents"].sum()) * hours
    added = totals.diff()
    added.iloc[0] = totals.iloc[0]
    return added.rename_axis("step").rename("hours").reset_index()


def _simulated(table: pd.DataFrame) -> bool:
    return "simulated" in table and bool(table["simulated"].notna().any())
