"""Talk times: how long, for whom, which distribution, and how many are no talks at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.demand.calibration.fitting import (
    Fit,
    bootstrap_p_value,
    can_be_fitted,
    empirical,
    fit,
    scaled,
)
from ccsim.demand.calibration.measured import ALL, by_queue, mean_interval, share_interval
from ccsim.distributions import Distribution

FloatArray = NDArray[np.float64]

# A family is good enough when no share of calls is off by more than this.
GOOD_DISTANCE = 0.05
# The bootstrap fits again a hundred times, and in large samples every p-value is nought.
MOST_FOR_BOOTSTRAP = 1000
# Cohen 1988: below one per cent of the variance a factor has no effect worth a distinction.
SMALL_EFFECT, LEVEL = 0.01, 0.01
FACTORS = ("queue", "hour", "weekday", "segment", "group", "agent")
FEWEST_OF_AGENT = 20


@dataclass(frozen=True, eq=False)
class Talk:
    """What a log says of talk times.

    Attributes
    ----------
    summary : pandas.DataFrame
        Index `queue` (or `all`); `handled`, `no_talk` (handled in 0 s), `n` (the others), `mean`,
        `sd`, `q25`, `median`, `q75`, `p90`, `p99` (s, of the n), `short_share` (of the n, under the
        threshold), `mu`, `sigma` (of log seconds of the others), `mean_handled` (s, no_talk
        included), `chosen` (family).
    fits : pandas.DataFrame
        Index (`queue`, `family`), of those at least the threshold, best AIC first: `aic`, `bic`,
        `log_likelihood`, `distance`, `rejects_from` (calls), `p_value` (bootstrap, best family of
        at most 1,000 calls; else NaN), `distribution`.
    by_hour : pandas.DataFrame
        Index (`queue`, `hour`): `n`, `mean`, `low`, `high`, `sd` (s; 95 %).
    effects : pandas.DataFrame
        Index `factor`: `levels`, `omega_squared` (share of the variance of log talk it explains,
        other queues' mix taken out), `p_value`, `spread` (its 90 % over its 10 % level), `matters`.
    chosen : dict of str to Distribution
        By queue, with the mean of all handled calls.
    chosen_of_all : Distribution
        The same of all queues together.
    """

    summary: pd.DataFrame
    fits: pd.DataFrame
    by_hour: pd.DataFrame
    effects: pd.DataFrame
    chosen: dict[str, Distribution]
    chosen_of_all: Distribution


def talk_times(frame: pd.DataFrame, short: float, seed: int) -> Talk:
    """Describe and fit the talk of handled contacts; `frame` from `measured`, `short` in s."""
    handled = frame[frame["talk"].notna()]
    summary, fits, chosen = {}, {}, {}
    for queue, own in by_queue(handled):
        talk = own["talk"].to_numpy()
        longer = talk[(talk >= short) & (talk > 0)]
        fitted = _fits(longer)
        distribution, family = _choice(talk, fitted)
        summary[queue] = _described(talk, short) | {"chosen": family}
        for place, one in enumerate(fitted):
            small = place == 0 and len(longer) <= MOST_FOR_BOOTSTRAP
            p_value = bootstrap_p_value(one, longer, seed=seed) if small else np.nan
            fits[queue, one.family] = fit_row(one) | {"p_value": p_value}
        chosen[queue] = distribution
    return Talk(
        pd.DataFrame.from_dict(summary, orient="index").rename_axis("queue"),
        fit_table(fits),
        _by_hour(handled),
        effects(handled),
        {queue: one for queue, one in chosen.items() if queue != ALL},
        chosen[ALL],
    )


def fit_row(one: Fit) -> dict[str, object]:
    """Columns of a table of fits."""
    return {
        "aic": one.aic,
        "bic": one.bic,
        "log_likelihood": one.log_likelihood,
        "distance": one.distance,
        "rejects_from": one.rejects_from,
        "distribution": one.distribution,
    }


def fit_table(rows: dict[tuple[str, str], dict[str, object]]) -> pd.DataFrame:
    """Make the table of fits, also where there are none."""
    index = pd.MultiIndex.from_tuples(list(rows), names=["queue", "family"]) if rows else None
    return pd.DataFrame(list(rows.values()), index=index)


def short_calls(frame: pd.DataFrame, short: float) -> pd.DataFrame:
    """Count calls shorter than `short` s by queue and by agent.

    They are agents hanging up, or lines that fail, not customers served.

    Returns
    -------
    pandas.DataFrame
        Index (`by`: queue or agent, `name`); `n` (talks above 0 s), `short`, `share`, `low`, `high`
        (95 %, Wilson), `stands_out`: even the low bound is twice the share of all.
    """
    talks = frame[frame["talk"] > 0]
    is_short = talks["talk"] < short
    rows = {("queue", queue): is_short[own.index] for queue, own in by_queue(talks)}
    if "agent" in talks:
        of_agent = is_short.groupby(talks["agent"])
        rows |= {("agent", str(agent)): own for agent, own in of_agent}
    usual = is_short.mean()
    table = {}
    for place, own in rows.items():
        share, low, high = share_interval(own.sum(), len(own))
        table[place] = {
            "n": len(own),
            "short": int(own.sum()),
            "share": share,
            "low": low,
            "high": high,
            "stands_out": bool(low > 2 * usual),
        }
    return pd.DataFrame.from_dict(table, orient="index").rename_axis(["by", "name"])


def effects(handled: pd.DataFrame) -> pd.DataFrame:
    """Say which factors make talks longer or shorter, by one-way analysis of variance.

    Of log talk, from which each queue's mean is taken but where the queue is the factor; effect
    size is omega squared (Hays 1963): the share of variance explained less what chance would.
    """
    from scipy.special import fdtrc

    talks = handled[handled["talk"] > 0]
    logs = np.log(talks["talk"])
    within = logs - logs.groupby(talks["queue"]).transform("mean")
    rows = {}
    for factor in (name for name in FACTORS if name in talks):
        known = talks[factor].notna()
        values, levels = (logs if factor == "queue" else within)[known], talks[factor][known]
        grouped = values.groupby(levels)
        count, mean = grouped.size(), grouped.mean()
        k, n = len(count), len(values)
        if k < 2 or n <= k:
            continue
        between = float((count * (mean - values.mean()) ** 2).sum())
        total = float(((values - values.mean()) ** 2).sum())
        noise = (total - between) / (n - k)
        omega = (between - (k - 1) * noise) / (total + noise)
        p_value = float(fdtrc(k - 1, n - k, between / (k - 1) / noise)) if noise > 0 else 0.0
        often = mean[count >= min(FEWEST_OF_AGENT, count.max())]
        rows[factor] = {
            "levels": k,
            "omega_squared": max(omega, 0.0),
            "p_value": p_value,
            "spread": float(np.exp(often.quantile(0.9) - often.quantile(0.1))),
            "matters": bool(p_value < LEVEL and omega >= SMALL_EFFECT),
        }
    columns = ["levels", "omega_squared", "p_value", "spread", "matters"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("factor")


def speeds(frame: pd.DataFrame, of: str) -> pd.DataFrame:
    """Tell the speed of each agent or group relative to the mean, drawn to it where calls are few.

    Empirical Bayes: each call's talk over the mean of its queue; the variance between agents by
    DerSimonian & Laird (1986), and each agent's mean drawn in by its share of noise.

    Parameters
    ----------
    frame
        From `measured`.
    of
        Column: ``"agent"`` or ``"group"``.

    Returns
    -------
    pandas.DataFrame
        Index `agent` or `group`: `calls`, `mean`, `low`, `high` (s, 95 %), `relative` (talk ÷ the
        queue's mean), `shrunk`, `speed` (1 ÷ shrunk: a scenario's `speed`). Empty without agents.
    """
    columns = ["calls", "mean", "low", "high", "relative", "shrunk", "speed"]
    talks = frame[frame["talk"] > 0]
    if of not in talks or talks[of].notna().sum() == 0:
        return pd.DataFrame(columns=columns, dtype=float).rename_axis(of)
    relative = talks["talk"] / talks.groupby("queue")["talk"].transform("mean")
    grouped = relative.groupby(talks[of])
    count, mean = grouped.size(), grouped.mean()
    noise = float(grouped.var(ddof=1).mul(count - 1).sum() / max((count - 1).sum(), 1))
    weight = count / noise
    centre = float((weight * mean).sum() / weight.sum())
    excess = float((weight * (mean - centre) ** 2).sum()) - (len(count) - 1)
    spare = float(weight.sum() - (weight**2).sum() / weight.sum())
    between = max(excess / spare, 0.0) if spare > 0 else 0.0
    shrunk = centre + (mean - centre) * between / (between + 1 / weight)
    seconds = talks["talk"].groupby(talks[of]).agg(lambda own: mean_interval(own.to_numpy()))
    rows = pd.DataFrame(seconds.tolist(), index=seconds.index, columns=["mean", "low", "high"])
    rows = rows.assign(calls=count, relative=mean, shrunk=shrunk, speed=1 / shrunk)
    return rows[columns].sort_values("calls", ascending=False)


def _fits(talk: FloatArray) -> tuple[Fit, ...]:
    return fit(talk) if can_be_fitted(talk) else ()


def _choice(talk: FloatArray, fitted: tuple[Fit, ...]) -> tuple[Distribution, str]:
    """Take the best family if it is good, else the sample; with the mean of all handled calls."""
    if fitted and fitted[0].distance <= GOOD_DISTANCE:
        return scaled(fitted[0].distribution, float(talk.mean())), fitted[0].family
    return empirical(talk), "empirical"


def _described(talk: FloatArray, short: float) -> dict[str, object]:
    spoken = talk[talk > 0]
    logs = np.log(spoken[spoken >= short])
    levels = (0.25, 0.5, 0.75, 0.9, 0.99)
    quantiles = np.quantile(spoken, levels) if len(spoken) else np.full(len(levels), np.nan)
    return {
        "handled": len(talk),
        "no_talk": int((talk == 0).sum()),
        "n": len(spoken),
        "mean": spoken.mean() if len(spoken) else np.nan,
        "sd": spoken.std(ddof=1) if len(spoken) > 1 else np.nan,
        **dict(zip(("q25", "median", "q75", "p90", "p99"), quantiles, strict=True)),
        "short_share": float((spoken < short).mean()) if len(spoken) else np.nan,
        "mu": logs.mean() if len(logs) else np.nan,
        "sigma": logs.std(ddof=0) if len(logs) else np.nan,
        "mean_handled": talk.mean(),
    }


def _by_hour(handled: pd.DataFrame) -> pd.DataFrame:
    rows = {}
    for queue, own in by_queue(handled[handled["talk"] > 0]):
        for hour, talks in own.groupby("hour")["talk"]:
            values = talks.to_numpy()
            mean, low, high = mean_interval(values)
            spread = values.std(ddof=1) if len(values) > 1 else np.nan
            rows[queue, int(str(hour))] = (len(values), mean, low, high, spread)
    columns = ["n", "mean", "low", "high", "sd"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table.set_axis(pd.MultiIndex.from_tuples(rows, names=["queue", "hour"]))
