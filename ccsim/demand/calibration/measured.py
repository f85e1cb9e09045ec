"""What a log says in seconds: each contact's wait and talk, and the hour it came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.demand.calls import CallLog, hashed
from ccsim.errors import OptionError

FloatArray = NDArray[np.float64]
ALL = "all"
UNKNOWN_GROUP = "unknown"


def measured(log: CallLog, groups: Mapping[str, str] | None = None, salt: str = "") -> pd.DataFrame:
    """Add seconds and calendar to a log's contacts.

    Parameters
    ----------
    groups
        Agent (as the source names them, or the log's hash) → group; None: none is named.
    salt
        That of `read_calls`, where `groups` names agents as the source does.

    Returns
    -------
    pandas.DataFrame
        The rows of `log.table` with `date` (local midnight), `hour`, `weekday` (Monday 0),
        `asked` bool (for a person), `wait` s (NaT: never asked), `talk` s (handled only), and
        `group` where agents are given one.

    Raises
    ------
    OptionError
        When no contact asked for a person, or `groups` names an agent whom the log does not know.
    """
    table = log.table
    asked = table["outcome"].isin(["handled", "abandoned"])
    if not asked.any():
        raise OptionError(
            f"calibrate: {log.source} has no contact that was handled or abandoned; allowed: a log "
            "with waits and talks"
        )
    handled = table["outcome"] == "handled"
    until = table["answered"].where(handled, table["ended"])
    frame = table.assign(
        date=table["arrived"].dt.normalize(),
        hour=table["arrived"].dt.hour,
        weekday=table["arrived"].dt.day_of_week,
        asked=asked,
        wait=_seconds(until - table["arrived"]).where(asked),
        talk=_seconds(table["ended"] - table["answered"]).where(handled),
    )
    if groups is not None:
        frame["group"] = _grouped(table, groups, salt, log.source)
    return frame


def by_queue(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Go through all contacts together, then queue by queue, the busiest first."""
    yield ALL, frame
    for queue in frame["queue"].value_counts().index:
        yield str(queue), frame[frame["queue"] == queue]


def mean_interval(values: FloatArray) -> tuple[float, float, float]:
    """Mean with its 95 % interval (normal), NaN bounds for a single value."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return mean, np.nan, np.nan
    half = 1.96 * float(np.std(values, ddof=1)) / len(values) ** 0.5
    return mean, mean - half, mean + half


def share_interval(events: float, number: float) -> tuple[float, float, float]:
    """Share with its 95 % interval (Wilson 1927)."""
    if number == 0:
        return np.nan, np.nan, np.nan
    z2, share = 1.96**2, events / number
    middle = (share + z2 / (2 * number)) / (1 + z2 / number)
    half = (z2 * (share * (1 - share) / number + z2 / (4 * number**2))) ** 0.5 / (1 + z2 / number)
    return share, max(middle - half, 0.0), min(middle + half, 1.0)


def _seconds(span: pd.Series) -> pd.Series:
    return span / pd.Timedelta(seconds=1)


def _grouped(table: pd.DataFrame, groups: Mapping[str, str], salt: str, source: str) -> pd.Series:
    if "agent" not in table:
        raise OptionError(
            f"calibrate: groups= was given, but {source} has no column 'agent'; allowed: a log "
            "with agents, or no groups"
        )
    known = set(table["agent"].dropna())
    named = {}
    for agent, group in groups.items():
        key = agent if agent in known else hashed(agent, salt)
        if key not in known:
            raise OptionError(
                f"calibrate: groups names agent '{agent}', who is not in {source}; allowed: agents "
                "as the source names them (with the salt of read_calls), or their hashes"
            )
        named[key] = group
    return (
        table["agent"]
        .map(named)
        .where(table["agent"].isna(), table["agent"].map(named).fillna(UNKNOWN_GROUP))
    )
