"""A forecast in a few lines: what is expected, and on what footing."""

from __future__ import annotations

import pandas as pd

from ccsim.demand.arrays import Floats
from ccsim.demand.clock import in_minutes
from ccsim.demand.prediction import Forecast

SHOWN_IN_LEAGUE = 3


def summary(forecast: Forecast, day_sd: Floats) -> str:
    """Word a forecast; `day_sd` is how uncertain the first day's level of each queue is."""
    starts = pd.DatetimeIndex(forecast.mean.index)
    lines = [
        f"{forecast.model} from {forecast.source}: {len(starts):,} intervals of "
        f"{in_minutes(forecast.interval)}, {starts[0]:%Y-%m-%d} to {starts[-1]:%Y-%m-%d}"
    ]
    for place, queue in enumerate(forecast.queues):
        mean = forecast.mean[queue]
        lines.append(
            f"  {queue}: {mean.sum():,.0f} contacts, peak interval {mean.max():,.0f} "
            f"({mean.idxmax():%a %m-%d %H:%M}), a day's level uncertain by ±{day_sd[place]:.1%}"
        )
        lines += _why(forecast.league, queue)
    lines += [
        f"  adjusted by {made.by}: {made.queue} on {', '.join(map(str, made.dates))} "
        + (f"× {made.factor:g}" if made.factor is not None else f"to {made.value:,.0f} a day")
        + f" ({made.reason})"
        for made in forecast.adjustments
    ]
    return "\n".join([*lines, *(f"  note: {note}" for note in forecast.notes)])


def _why(league: pd.DataFrame | None, queue: str) -> list[str]:
    """Say which rules count for a queue, and what speaks for them."""
    table = None if league is None else league[league["queue"] == queue]
    if table is None or table.empty:
        return []
    first = table.head(SHOWN_IN_LEAGUE)
    if first["WAPE"].isna().all():
        return ["    no forecasts of the past to judge by: weights as believed beforehand"]
    named = ", ".join(
        f"{row.model} {row.weight:.0%} (WAPE {row.WAPE:.3f})"
        for row in first.itertuples(index=False)
    )
    naive = table[table["model"] == "last_week"]["WAPE"]
    beaten = f"; like weekday last week {naive.item():.3f}" if len(naive) else ""
    return [f"    combines by their forecasts of the past: {named}{beaten}"]
