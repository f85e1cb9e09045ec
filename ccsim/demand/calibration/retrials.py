"""How many who were not served try again, and when: only from a log that knows its customers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ccsim.demand.calibration.measured import by_queue, share_interval

UNSERVED = ("abandoned", "blocked")


def retrials_of(frame: pd.DataFrame, window: float) -> pd.DataFrame:
    """Follow customers who were not served to their next contact.

    Who was handled may call again too; that share within the same window stands beside, as what
    would have come anyhow. A contact with less than the window left in the log is not counted: its
    retry may lie beyond the end.

    Parameters
    ----------
    frame
        From `measured`.
    window
        A next contact within so many seconds is a retry.

    Returns
    -------
    pandas.DataFrame
        Index `queue` (or `all`); `unserved` (with a known customer), `retries`, `share`, `low`,
        `high` (95 %, Wilson), `after_handled` (share of the handled that contact again), `excess`
        (share − after_handled), `mean_after`, `median_after` s. Empty without customers.
    """
    if "customer" not in frame or frame["customer"].notna().sum() == 0:
        return pd.DataFrame().rename_axis("queue")
    gaps = next_contact(frame)
    seen = gaps[gaps["arrived"] <= frame["arrived"].max() - pd.Timedelta(seconds=window)]
    rows = {}
    for queue, own in by_queue(seen):
        unserved = own["outcome"].isin(UNSERVED)
        again = own["after"] <= window
        share, low, high = share_interval((unserved & again).sum(), unserved.sum())
        handled = own["outcome"] == "handled"
        anyhow = float(again[handled].mean()) if handled.any() else np.nan
        after = own.loc[unserved & again, "after"]
        rows[queue] = {
            "unserved": int(unserved.sum()),
            "retries": int((unserved & again).sum()),
            "share": share,
            "low": low,
            "high": high,
            "after_handled": anyhow,
            "excess": share - anyhow,
            "mean_after": after.mean(),
            "median_after": after.median(),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("queue")


def next_contact(frame: pd.DataFrame) -> pd.DataFrame:
    """Add `after`: seconds from a contact's end to its customer's next; NaN where none came."""
    known = frame[frame["customer"].notna()].sort_values("arrived", kind="stable")
    following = known.groupby("customer")["arrived"].shift(-1)
    return known.assign(after=(following - known["ended"]) / pd.Timedelta(seconds=1))
