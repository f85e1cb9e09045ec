"""A calibration in plain words: what was found, what it means, what the log does not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ccsim.demand.calibration.measured import ALL

if TYPE_CHECKING:
    from ccsim.demand.calibration.calibration import Calibration

LONGEST_LIST = 6


def summary_of(found: Calibration) -> str:
    """Write the summary: a paragraph a subject, one line a finding."""
    sections = (
        _contacts(found),
        _talk(found),
        _short(found),
        _patience(found),
        _menu(found),
        _retrials(found),
        _arrivals(found),
        _people(found),
    )
    return "\n".join(line for section in sections for line in section)


def _contacts(found: Calibration) -> list[str]:
    row = found.patience.summary.loc[ALL]
    return [
        f"Calibration from {found.source}",
        f"  {row['contacts']:,.0f} contacts, {row['asked']:,.0f} asked for a person; "
        f"{row['waited_of_contacts']:.0%} of all waited "
        f"({row['waited_of_asked']:.0%} of who asked)",
    ]


def _talk(found: Calibration) -> list[str]:
    lines = ["Talk"]
    for queue, row in found.talk.summary.iterrows():
        fit = f"{row['chosen']}"
        if (queue, row["chosen"]) in found.talk.fits.index:
            distance = found.talk.fits.loc[(queue, row["chosen"]), "distance"]
            fit += f" (of those of at least {found.short:g} s; off by at most {distance:.1%})"
        lines.append(
            f"  {queue}: mean {row['mean']:.1f} s, sd {row['sd']:.1f}, "
            f"quartiles {row['q25']:.0f} / {row['median']:.0f} / {row['q75']:.0f}; {fit}"
        )
    for factor, row in found.talk.effects.iterrows():
        verdict = "matters" if row["matters"] else "does not matter"
        lines.append(
            f"  by {factor}: {verdict}: {row['omega_squared']:.1%} of the variance of log talk, "
            f"{row['spread']:.2f}-fold from its 10 % to its 90 % level"
        )
    return lines


def _short(found: Calibration) -> list[str]:
    shares = found.short_calls
    overall = shares.loc[("queue", ALL)]
    lines = [f"Short calls: {overall['share']:.1%} under {found.short:g} s"]
    if "agent" in shares.index.get_level_values("by"):
        agents = shares.loc["agent"]
        out = agents[agents["stands_out"]]
        lines.append(
            f"  {len(out)} of {len(agents)} agents stand out with {out['short'].sum():,} of "
            f"{agents['short'].sum():,} (each at least twice the share of all)"
        )
    return lines


def _patience(found: Calibration) -> list[str]:
    lines = ["Patience of those who waited (answered: censored)"]
    for queue, row in found.patience.summary.iterrows():
        median = "not reached" if np.isnan(row["median"]) else f"{row['median']:.0f} s"
        lines.append(
            f"  {queue}: {row['abandoned']:,.0f} of {row['waited']:,.0f} abandoned; "
            f"median {median}, still there after 1 min {row['s60']:.1%}, "
            f"after 5 min {row['s300']:.1%}"
        )
    peaks = found.patience.peaks
    for _, peak in peaks[peaks["queue"] != ALL].iterrows():
        lines.append(
            f"  {peak['queue']}: peak at {peak['start']:.0f}–{peak['end']:.0f} s "
            f"({peak['kind']}?), hazard {peak['ratio']:.1f} times the usual, "
            f"{peak['excess']:.0f} more than without"
        )
    return lines


def _menu(found: Calibration) -> list[str]:
    if found.menu.empty:
        return ["Menu: times and containment are not in this log"]
    row = found.menu.loc[ALL]
    contained = (
        f"{row['containment']:.1%} contained"
        if row["contained"]
        else "none is logged as contained: containment is not in this log"
    )
    return [
        f"Menu: mean {row['mean']:.1f} s (median {row['median']:.0f}), "
        f"{row['lost_share']:.1%} hang up in it; {contained}"
    ]


def _retrials(found: Calibration) -> list[str]:
    if found.retrials.empty:
        return ["Retrials: not in this log (no column customer)"]
    row = found.retrials.loc[ALL]
    return [
        f"Retrials: {row['share']:.1%} ({row['low']:.1%}–{row['high']:.1%}) of who was not served "
        f"tries again within {found.retry_within / 60:g} min; of the handled "
        f"{row['after_handled']:.1%} contact again anyhow"
    ]


def _arrivals(found: Calibration) -> list[str]:
    row = found.arrivals.variation.loc[ALL]
    if not row["days"]:
        return ["Arrivals: too few weeks to tell how much they vary"]
    odd = found.arrivals.odd_days
    days = ", ".join(f"{day:%Y-%m-%d}" for day in odd[:LONGEST_LIST])
    more = f" and {len(odd) - LONGEST_LIST} more" if len(odd) > LONGEST_LIST else ""
    left_out = f"; left out: {days}{more}" if odd else ""
    return [
        f"Arrivals: variance {row['dispersion']:.1f} times Poisson over {row['days']:.0f} days; "
        f"the rate varies by {row['cv']:.0%}, a whole day by {row['day_cv']:.0%}{left_out}"
    ]


def _people(found: Calibration) -> list[str]:
    people = found.people
    if people.stretches.empty:
        return ["People: not in this log (no column agent)"]
    row = people.summary.loc[ALL]
    lines = [
        f"People: {row['agents']:.0f} agents, {row['hours']:,.0f} h on duty, talking "
        f"{row['occupancy']:.0%} of it",
    ]
    if row["turnarounds"]:
        lines.append(
            f"  after a call, with somebody waiting: the next after "
            f"{row['turnaround_median']:.0f} s (median), {row['turnaround_mean']:.0f} s (mean); "
            f"pauses over 2 min take {row['off_phone']:.1%} of the time on duty (inferred)"
        )
    hurry = people.by_waiting
    if len(hurry) > 1:
        lines.append(
            f"  with {hurry.index[0]} waiting the next call comes after "
            f"{hurry['mean'].iloc[0]:.0f} s (mean), with {hurry.index[-1]} after "
            f"{hurry['mean'].iloc[-1]:.0f} s"
        )
    if 1 in people.free.index:
        lines.append(
            f"  with nobody waiting and one agent seemingly free, "
            f"{people.free.loc[1, 'answered_at_once']:.0%} of customers were answered at once"
        )
    if people.shrinkage.empty:
        return [*lines, "  shrinkage: not in this log (no roster given: planned=)"]
    shrinkage = people.shrinkage.xs(ALL, level="hour")["shrinkage"]
    return [*lines, *(f"  shrinkage of {group}: {share:.1%}" for group, share in shrinkage.items())]
