"""What a log says of the menu: how long it takes, who needs nobody afterwards, who hangs up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ccsim.demand.calibration.measured import by_queue, share_interval

ENDS = ("contained", "ivr_lost")


def menu_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Describe the menu by queue; empty where the log has neither times nor ends in the menu.

    Returns
    -------
    pandas.DataFrame
        Index `queue` (or `all`); `entered` (with a time in the menu, or an end in it), `contained`,
        `ivr_lost` (numbers), `containment`, `containment_low`, `containment_high`, `lost_share`
        (of the entered; 95 %, Wilson), and of the time in the menu `mean`, `median`, `p90` s of
        those who went on to a person, `mean_contained`, `mean_lost` s. What the log does not say
        is NaN.
    """
    ended_there = frame["outcome"].isin(ENDS)
    timed = frame["ivr"].notna() if "ivr" in frame else pd.Series(False, frame.index)
    in_menu = frame[timed | ended_there]
    if in_menu.empty:
        return pd.DataFrame().rename_axis("queue")
    times = in_menu["ivr"] if "ivr" in in_menu else pd.Series(np.nan, in_menu.index)
    rows = {}
    for queue, own in by_queue(in_menu):
        outcome, seconds = own["outcome"], times[own.index]
        contained, lost = (outcome == "contained").sum(), (outcome == "ivr_lost").sum()
        share, low, high = share_interval(contained, len(own))
        onwards = seconds[~outcome.isin(ENDS)]
        rows[queue] = {
            "entered": len(own),
            "contained": int(contained),
            "ivr_lost": int(lost),
            "containment": share,
            "containment_low": low,
            "containment_high": high,
            "lost_share": lost / len(own),
            "mean": onwards.mean(),
            "median": onwards.median(),
            "p90": onwards.quantile(0.9),
            "mean_contained": seconds[outcome == "contained"].mean(),
            "mean_lost": seconds[outcome == "ivr_lost"].mean(),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("queue")
