"""What was calibrated, as a scenario that `ccsim.load` takes, each value with its source."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from ccsim.demand.calibration.fitting import empirical
from ccsim.demand.calibration.measured import ALL
from ccsim.distributions import Constant, Distribution
from ccsim.distributions.spec import FAMILIES
from ccsim.errors import OptionError

if TYPE_CHECKING:
    from ccsim.demand.calibration.calibration import Calibration

# Fewer than this are the clock's whole seconds rather than customers who hang up at once.
LEAST_BALKING = 0.001
NAMES = {kind: name for name, kind in FAMILIES.items()}
# A day with fewer contacts than this share of the median is not a working day.
WORKING_DAY = 0.5
DIGITS = 6
# As `ccsim.scenario.kinds.parse_name` has it.
NAME = re.compile(r"\w[\w-]*")
TOTAL = "all"
HOUR_S = 3600.0


class _Dumper(yaml.SafeDumper):
    """YAML with lists in brackets, and no references between equal ones."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    list, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, True)
)


def yaml_of(document: dict[str, Any], source: str) -> str:
    """Write a document as a scenario file."""
    text = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100,
        default_flow_style=None,
    )  # fmt: skip
    return f"# Calibrated by ccsim from {source}.\n{text}"


def document_of(calibration: Calibration, name: str) -> dict[str, Any]:
    """Make a whole scenario of a typical week: demand, queues and people as the log had them.

    Raises
    ------
    OptionError
        When a queue or group has a name that a scenario does not allow.
    """
    _check_names(calibration)
    told: dict[str, dict[str, Any]] = {}
    document = {
        "name": name,
        "timezone": calibration.timezone,
        "horizon": _horizon(calibration),
        "demand": _demand(calibration, told),
        "ivr": _menu(calibration, told),
        "queues": {queue: _queue(calibration, queue, told) for queue in calibration.queues},
        "groups": _groups(calibration, told),
        "sources": told,
    }
    return {key: value for key, value in document.items() if value is not None}


def _check_names(calibration: Calibration) -> None:
    for kind, names in (("queue", calibration.queues), ("group", calibration.people.skills)):
        for name in names:
            if name == TOTAL:
                raise OptionError(
                    f"to_yaml: {kind} '{name}' of {calibration.source} has the name of the total: "
                    "rename it in the log"
                )
            if not NAME.fullmatch(name):
                raise OptionError(
                    f"to_yaml: {kind} '{name}' of {calibration.source}; a scenario's names are of "
                    "letters, digits, _ and -: rename it in the log"
                )


def spec_of(distribution: Distribution) -> Any:
    """Write a distribution as a scenario has it, to six digits.

    Examples
    --------
    >>> from ccsim.distributions import Lognormal
    >>> spec_of(Lognormal(189.7123456, 1.2))
    {'lognormal': {'mean': 189.712, 'cv': 1.2}}
    """
    if isinstance(distribution, Constant):
        return _digits(distribution.value)
    parameters = {
        field.name: getattr(distribution, field.name)
        for field in fields(distribution)  # type: ignore[arg-type]
    }
    written: dict[str, Any] = {
        key: [_digits(one) for one in value] if isinstance(value, tuple) else _digits(value)
        for key, value in parameters.items()
    }
    if "weights" in written:
        # Rounded shares still have to sum to 1.
        written["weights"][-1] = 1 - sum(written["weights"][:-1])
    return {NAMES[type(distribution)]: written}


def _digits(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _horizon(calibration: Calibration) -> dict[str, Any]:
    """Give the first whole week of the log, from a Monday."""
    first = calibration.arrivals.counts.index[0]
    monday = first + pd.DateOffset(days=(7 - first.day_of_week) % 7)
    seconds = calibration.arrivals.interval.total_seconds()
    return {"start": monday.date(), "days": 7, "interval": seconds}


def _demand(calibration: Calibration, told: dict[str, dict[str, Any]]) -> dict[str, Any]:
    arrivals = calibration.arrivals
    # An interval divides the hour.
    per_hour = int(HOUR_S // arrivals.interval.total_seconds())
    weekday = arrivals.profile.index.get_level_values("weekday")
    hour = arrivals.profile.index.get_level_values("slot") // per_hour
    hourly = arrivals.profile.groupby([weekday, hour]).sum()
    every = pd.MultiIndex.from_product([range(7), range(24)])
    week = hourly.reindex(every, fill_value=0.0)
    rates = {queue: _steps(week[queue].to_numpy()) for queue in calibration.queues}
    counts = arrivals.counts.index.normalize()
    days = counts.nunique() - len(arrivals.odd_days)
    told["demand.rates"] = _source(
        calibration, f"mean of each weekday and hour over {days} usual days", "A"
    )
    demand: dict[str, Any] = {"rates": rates}
    if len(calibration.retrials):
        demand["includes_repeats"] = True
    day_cv = float(arrivals.variation.loc[ALL, "day_cv"])
    if day_cv > 0:
        demand["uncertainty"] = {"day_factor": {"gamma": {"mean": 1, "cv": _digits(day_cv)}}}
        told["demand.uncertainty"] = _source(
            calibration, "variance of whole days beyond Poisson, growth in the log included", "A"
        )
    return demand


def _steps(rates: NDArray[np.float64]) -> list[list[Any]]:
    """Steps of a rate over the week; hours alike are one step."""
    rounded = np.round(rates, 2)
    change = np.append(True, rounded[1:] != rounded[:-1])
    return [[f"{hour}h", float(rounded[hour])] for hour in np.flatnonzero(change)]


def _menu(calibration: Calibration, told: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    menu = calibration.menu
    if menu.empty or not np.isfinite(menu.loc[ALL, "mean"]):
        return None
    entered = menu.loc[ALL, "entered"]
    lost, contained = menu.loc[ALL, "ivr_lost"], menu.loc[ALL, "contained"]
    asked = calibration.patience.summary.loc[list(calibration.queues), "asked"]
    shares = (asked / asked.sum()).round(DIGITS)
    shares.iloc[-1] = 1 - shares.iloc[:-1].sum()
    node: dict[str, Any] = {"hang_up": _digits(lost / entered)}
    if contained:
        # The dialogue stands for the whole time in the menu, of those it does not help too.
        seconds = menu.loc[ALL, ["mean_contained", "mean"]].dropna().iloc[0]
        share = contained / (entered - lost)
        node["self_service"] = {"duration": _digits(seconds), "contains": _digits(share)}
    else:
        node["prompt"] = _digits(menu.loc[ALL, "mean"])
    node["choose"] = {queue: float(share) for queue, share in shares.items()}
    told["ivr"] = _source(
        calibration, f"{entered:,.0f} calls in the menu; one node stands for all of it", "A"
    )
    return {"start": "menu", "nodes": {"menu": node}}


def _queue(calibration: Calibration, queue: str, told: dict[str, dict[str, Any]]) -> dict[str, Any]:
    path = f"queues.{queue}"
    written: dict[str, Any] = {"channel": "voice"}
    written["talk"] = spec_of(_talk(calibration, queue, told))
    after = calibration.wrap.get(queue)
    if after is not None:
        written["wrap"] = spec_of(after)
        told[f"{path}.wrap"] = _source(calibration, *_of_wrap(calibration))
    patience = calibration.patience.chosen.get(queue)
    row = calibration.patience.summary.loc[queue]
    if patience is not None:
        written["patience"] = spec_of(patience)
        told[f"{path}.patience"] = _source(
            calibration,
            f"{row['abandoned']:,.0f} of {row['waited']:,.0f} who waited abandoned; hazard in "
            f"{row['pieces']:.0f} steps, within {row['distance']:.3f} of Kaplan-Meier as long as "
            "50 are at risk; beyond, the last rate is extrapolated",
            "A",
        )
    if row["left_at_once"] >= LEAST_BALKING:
        written["balk"] = _digits(row["left_at_once"])
    return written | _retry(calibration, queue, told)


def _talk(calibration: Calibration, queue: str, told: dict[str, dict[str, Any]]) -> Distribution:
    talk, path = calibration.talk, f"queues.{queue}.talk"
    if queue not in talk.chosen:
        told[path] = _source(
            calibration, "no call of this queue was handled: as in all queues", "assumption"
        )
        return talk.chosen_of_all
    row = talk.summary.loc[queue]
    what = f"{row['handled']:,.0f} handled calls, mean {row['mean_handled']:.1f} s"
    if row["chosen"] == "empirical":
        what += "; their own quantiles, as no family fits"
    else:
        distance = talk.fits.loc[(queue, row["chosen"]), "distance"]
        what += (
            f"; {row['chosen']} of those of at least {calibration.short:g} s (distance "
            f"{distance:.3f}), stretched to the mean of all; {row['short_share']:.1%} are shorter"
        )
    told[path] = _source(calibration, what, "A")
    return talk.chosen[queue]


def _of_wrap(calibration: Calibration) -> tuple[str, str]:
    if calibration.wrap_logged:
        return "after-contact work as logged", "A"
    row = calibration.people.summary.loc[ALL]
    return (
        f"inferred: from the end of a call to the agent’s next while somebody waited throughout "
        f"({row['turnarounds']:,.0f} calls, Kaplan-Meier, median {row['turnaround_median']:.0f} "
        "s); pauses within a stretch on duty are part of it",
        "assumption",
    )


def _retry(calibration: Calibration, queue: str, told: dict[str, dict[str, Any]]) -> dict[str, Any]:
    retrials = calibration.retrials
    if queue not in retrials.index or not retrials.loc[queue, "retries"]:
        return {}
    row = retrials.loc[queue]
    told[f"queues.{queue}.retry"] = _source(
        calibration,
        f"{row['retries']:,.0f} of {row['unserved']:,.0f} not served contacted again within "
        f"{calibration.retry_within / 60:g} min; of the handled {row['after_handled']:.1%} did",
        "A",
    )
    mean = _digits(max(row["mean_after"], 1.0))
    return {
        "retry": {"probability": _digits(row["share"]), "after": {"exponential": {"mean": mean}}}
    }


def _groups(calibration: Calibration, told: dict[str, dict[str, Any]]) -> dict[str, Any]:
    people = calibration.people
    if people.stretches.empty:
        told["groups.agents"] = _source(
            calibration, "the log names no agents: one group for all, nobody on duty yet",
            "assumption",
        )  # fmt: skip
        return {"agents": {"skills": dict.fromkeys(calibration.queues, 1)}}
    written = {}
    unserved = set(calibration.queues) - set().union(*people.skills.values())
    for place, (group, skills) in enumerate(people.skills.items()):
        # A queue so small that nobody is seen to serve it on purpose goes to the first group.
        own = sorted(skills | (unserved if place == 0 else set()))
        written[group] = {
            "skills": dict.fromkeys(own, 1),
            "on_duty": on_duty_by_hour(calibration, group),
        }
        told[f"groups.{group}.on_duty"] = _source(
            calibration,
            "mean by hour of working days, from first to last call of each stretch; net, breaks "
            "within a stretch included",
            "A",
        )
    return written


def on_duty_by_hour(calibration: Calibration, group: str) -> list[list[Any]]:
    """Mean agents of a group on duty by hour, over days with at least half the usual contacts."""
    agents = calibration.people.on_duty["agents"].xs(group, level="group")
    contacts = calibration.arrivals.counts.sum(axis=1)
    daily = contacts.groupby(contacts.index.normalize()).sum()
    working = daily.index[daily >= WORKING_DAY * daily[daily > 0].median()]
    own = agents[agents.index.normalize().isin(working)]
    hourly = own.groupby(own.index.hour).mean().reindex(range(24), fill_value=0.0)
    whole = np.floor(hourly.to_numpy() + 0.5).astype(int)
    change = np.append(True, whole[1:] != whole[:-1])
    return [[f"{hour:02d}:00", int(whole[hour])] for hour in np.flatnonzero(change)]


def logged_wrap(frame: pd.DataFrame) -> dict[str, Distribution]:
    """After-contact work by queue, as the log has it; none where it has no column `wrap`."""
    if "wrap" not in frame:
        return {}
    known = frame[frame["wrap"].notna() & (frame["outcome"] == "handled")]
    return {str(queue): empirical(own["wrap"].to_numpy()) for queue, own in known.groupby("queue")}


def _source(calibration: Calibration, what: str, quality: str) -> dict[str, Any]:
    return {"source": f"{calibration.source}: {what}", "quality": quality}
