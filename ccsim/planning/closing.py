"""Closing the loop: the days of a log simulated from what was calibrated, against what happened.

Who came when and who was on duty when are the log's; how long they talked, how long they would have
waited and how long agents were not available after a call are drawn from the calibration. Nothing
is fitted to the waits themselves, unless a share off the phone is asked for (`fit_off_phone`),
which belongs on other days than those it is judged by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.demand import Calibration, CallLog
from ccsim.demand.calibration.measured import measured
from ccsim.demand.calibration.people import people_of
from ccsim.distributions.checks import real, whole
from ccsim.errors import OptionError
from ccsim.planning.closed_loop import ClosedLoop, compared, sums_of
from ccsim.scenario import Scenario
from ccsim.scenario.load import build
from ccsim.scenario.origin import Origin
from ccsim.simulation.centre import SECOND
from ccsim.simulation.prepare import prepared
from ccsim.simulation.records import CONTACT, HANDLED, NOT_OFFERED, among
from ccsim.simulation.replay import BLOCKED, LogContacts
from ccsim.simulation.study import Study

Arrivals = Literal["log", "poisson"]
FloatArray = NDArray[np.float64]

# Priority gained a minute, the most a scenario allows: a point of priority is six seconds.
GROWTH_PER_MINUTE = 10.0
POINT_S = 60.0 / GROWTH_PER_MINUTE
# Halving this often leaves less than a quarter of a per cent.
HALVINGS, MOST_OFF_PHONE = 8, 0.5


def close_loop(
    log: CallLog,
    calibration: Calibration,
    *,
    days: Iterable[object] | None = None,
    ahead: Mapping[str, float] | None = None,
    arrivals: Arrivals = "log",
    after_call: bool = True,
    off_phone: float = 0.0,
    answer_within: float = 20.0,
    longest_gap: float = 1800.0,
    replications: int = 20,
    seed: int = 1,
) -> ClosedLoop:
    """Simulate a log's own days from calibrated inputs and real staffing, and compare.

    Parameters
    ----------
    log
        The days, with agents: who answered shows who was on duty.
    calibration
        Talk, patience, time after calls and groups; of the same log, or better of other days.
    days
        Dates; where None every day of the log but the calibration's odd days.
    ahead
        Segment → seconds by which its customers go ahead in the queue, in steps of 6 s, such as
        ``{"high": 90}`` for the Technion's bank.
    arrivals
        ``"log"``: each contact as it came; ``"poisson"``: drawn anew in each run from the log's
        counts by half-hour and queue.
    after_call
        Whether agents are unavailable after a call as the calibration found (`wrap`).
    off_phone
        Share of the time on duty off the phone on top of that, a pause an hour.
    answer_within
        For the service level, s.
    longest_gap
        As in `calibrate`.
    replications, seed
        Of the simulation; at least two.

    Returns
    -------
    ClosedLoop

    Raises
    ------
    OptionError
        When the log names no agents or has none of the days, or an option is not allowed.

    Examples
    --------
    >>> import ccsim
    >>> found = ccsim.calibrate(log)                              # doctest: +SKIP
    >>> print(ccsim.close_loop(log, found, ahead={"high": 90}))   # doctest: +SKIP
    """
    off_phone = real("close_loop", "off_phone", off_phone, at_least=0, below=1)
    runs = int(whole("close_loop", "replications", replications, at_least=2, at_most=10_000))
    if arrivals not in ("log", "poisson"):
        raise OptionError(f"close_loop: arrivals={arrivals!r}; allowed: log, poisson")
    chosen = _days(log, calibration, days)
    frame = _known_groups(measured(log), calibration)
    frame = frame[frame["date"].isin(chosen)]
    people = people_of(frame, calibration.arrivals.interval, longest_gap, None)
    if people.stretches.empty:
        raise OptionError(
            f"close_loop: {log.source} names no agents on these days; allowed: a log with agents"
        )
    asked = frame[frame["asked"]]
    scenario = _scenario(calibration, asked, chosen, ahead or {}, after_call, off_phone)
    table = log.table.loc[asked.index].drop(columns=["ivr", "wrap"], errors="ignore")
    study, rates = prepared(
        scenario, _duty(people.stretches), seed=seed, log=CallLog(table, log.source, log.timezone)
    )
    nothing = rates.draw(seed, 0)
    simulated = [
        _sums_of_run(_study(study, arrivals, seed, run), run, nothing, answer_within)
        for run in range(runs)
    ]
    truth = sums_of(
        asked["queue"].to_numpy(),
        pd.DatetimeIndex(asked["arrived"]),
        asked["wait"].to_numpy(),
        (asked["outcome"] == "handled").to_numpy(),
        answer_within,
    )
    by_day = compared(truth, simulated, "date")
    hours = (people.stretches["end"] - people.stretches["start"]).dt.total_seconds() / 3600
    by_day["agent_hours"] = hours.groupby(people.stretches["start"].dt.normalize()).sum()
    handled = asked[asked["outcome"] == "handled"]
    return ClosedLoop(
        by_day.rename_axis("date"),
        compared(truth, simulated, "hour"),
        pd.concat(
            [
                compared(truth.assign(queue="all"), _all(simulated), "queue"),
                compared(truth, simulated, "queue"),
            ]
        ),
        unstaffed=float(handled["agent"].isna().mean()),
        off_phone=off_phone,
        replications=runs,
        answer_within=answer_within,
    )


def fit_off_phone(
    log: CallLog, calibration: Calibration, *, days: Iterable[object], **options: Any
) -> float:
    """Find the share off the phone with which simulated waits are as long as they were.

    By halving, on the days given. Judge it on others: on these the mean wait agrees by
    construction.

    Parameters
    ----------
    days
        To learn from.
    **options
        As in `close_loop`; three replications where not given.

    Returns
    -------
    float
        Between 0 and 0.5; 0 also where waits are too long without it.
    """
    options = {"replications": 3} | options
    learnt = tuple(days)
    low, high = 0.0, MOST_OFF_PHONE

    def short(share: float) -> bool:
        """Say whether simulated waits are still shorter than real ones."""
        tried = close_loop(log, calibration, days=learnt, off_phone=share, **options).overall
        return bool(tried["wait_simulated"] < tried["wait"])

    if not short(0.0):
        return 0.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if short(middle) else (low, middle)
    return (low + high) / 2


def days_of(log: CallLog, days: Iterable[object]) -> CallLog:
    """Keep some days of a log, so that half of it can be calibrated and half be judged."""
    wanted = _dates(log, days)
    rows = log.table["arrived"].dt.normalize().isin(wanted)
    if not rows.any():
        raise OptionError(f"days_of: {log.source} has no contact on these days")
    return CallLog(log.table[rows].reset_index(drop=True), log.source, log.timezone)


def _dates(log: CallLog, days: Iterable[object]) -> pd.DatetimeIndex:
    moments = pd.DatetimeIndex([pd.Timestamp(day) for day in days])
    if moments.tz is None:
        return moments.normalize().tz_localize(log.timezone)
    return moments.tz_convert(log.timezone).normalize()


def _days(
    log: CallLog, calibration: Calibration, days: Iterable[object] | None
) -> pd.DatetimeIndex:
    there = pd.DatetimeIndex(log.table["arrived"].dt.normalize().unique())
    if days is None:
        chosen = there.difference(pd.DatetimeIndex(calibration.arrivals.odd_days))
    else:
        chosen = there.intersection(_dates(log, days))
    if chosen.empty:
        raise OptionError(
            f"close_loop: {log.source} has no contact on these days; it goes from "
            f"{there.min():%Y-%m-%d} to {there.max():%Y-%m-%d}"
        )
    return chosen


def _known_groups(frame: pd.DataFrame, calibration: Calibration) -> pd.DataFrame:
    """Give agents their calibrated group; who came later joins the largest."""
    known = calibration.people.agents
    if "agent" not in frame or known.empty:
        return frame
    largest = calibration.people.summary.drop(index="all")["calls"].idxmax()
    named = frame["agent"].map(known)
    return frame.assign(group=named.where(named.notna() | frame["agent"].isna(), largest))


def _scenario(
    calibration: Calibration,
    asked: pd.DataFrame,
    days: pd.DatetimeIndex,
    ahead: Mapping[str, float],
    after_call: bool,
    off_phone: float,
) -> Scenario:
    document = calibration.document("The log’s own days")
    for name in asked["queue"].unique():
        if name not in document["queues"]:
            raise OptionError(
                f"close_loop: queue '{name}' was not calibrated; calibrated: "
                f"{', '.join(document['queues'])}"
            )
    # Contacts are counted where they asked for a person, redials among them.
    dropped = {"retry"} if after_call else {"retry", "wrap"}
    growth = {"priority_growth": GROWTH_PER_MINUTE} if ahead else {}
    queues = {
        name: {key: value for key, value in queue.items() if key not in dropped} | growth
        for name, queue in document["queues"].items()
    }
    groups = {
        name: {"skills": group["skills"], "shrinkage": {"off_phone": off_phone}}
        for name, group in document["groups"].items()
    }
    span = (days.max().date() - days.min().date()).days + 1
    changed = {
        "horizon": document["horizon"] | {"start": days.min().date(), "days": span},
        "demand": {"rates": dict.fromkeys(queues, 0)},
        "queues": queues,
        "groups": groups,
        "segments": _segments(asked, ahead),
        "sources": {},
    }
    document.pop("ivr", None)
    return build(Origin(document | changed))


def _segments(asked: pd.DataFrame, ahead: Mapping[str, float]) -> dict[str, Any]:
    known = set(asked["segment"].dropna()) if "segment" in asked else set()
    made = {}
    for name, seconds in ahead.items():
        if name not in known:
            raise OptionError(
                f"close_loop: ahead names segment '{name}'; the log has "
                f"{', '.join(sorted(known)) or 'none'}"
            )
        if seconds < 0 or seconds % POINT_S:
            raise OptionError(
                f"close_loop: '{name}' is {seconds:g} s ahead; allowed: multiples of {POINT_S:g} s"
            )
        made[name] = {"share": 0.0, "priority": int(seconds // POINT_S)}
    return made


def _duty(stretches: pd.DataFrame) -> pd.DataFrame:
    lasting = stretches[stretches["end"] > stretches["start"]]
    return lasting[["agent", "group", "start", "end"]].assign(activity="work")


def _study(study: Study, arrivals: Arrivals, seed: int, run: int) -> Study:
    """Forget what the log says of talk and patience, so that both are drawn."""
    log = study.log
    assert log is not None  # it was given to `prepared`
    unknown = np.full(len(log.key), -1, np.int64)
    # As if each had been blocked: of those a log knows no more than when they came.
    blocked = np.full(len(log.key), BLOCKED, np.int8)
    bare = replace(log, talk=unknown, wrap=unknown, wait=unknown, outcome=blocked)
    if arrivals == "poisson":
        bare = _drawn_anew(bare, study, np.random.default_rng([seed, run]))
    return replace(study, log=bare)


def _drawn_anew(log: LogContacts, study: Study, generator: np.random.Generator) -> LogContacts:
    """Draw Poisson arrivals whose expected counts by interval and queue are the log's.

    Each contact has a Poisson number of copies of mean 1: the sum over an interval's n contacts is
    Poisson with mean n. Copies come at any time of the interval.
    """
    edges = study.centre.edges
    copies = np.repeat(np.arange(len(log.key)), generator.poisson(1.0, len(log.key)))
    place = np.clip(
        np.searchsorted(edges, log.arrived[copies], side="right") - 1, 0, len(edges) - 2
    )
    start, length = edges[place], np.diff(edges)[place]
    arrived = start + (generator.random(len(copies)) * length).astype(np.int64)
    order = np.argsort(arrived, kind="stable")
    rows = copies[order]
    chosen: dict[str, Any] = {
        name: getattr(log, name)[rows]
        for name in ("queue", "outcome", "segment", "menu", "talk", "wrap", "wait")
    }
    key = generator.integers(0, 2**64, len(rows), dtype=np.uint64)
    return replace(log, key=key, arrived=arrived[order], **chosen)


def _sums_of_run(study: Study, run: int, nothing: FloatArray, answer_within: float) -> pd.DataFrame:
    contacts, legs, _ = study.replicate(run, nothing)
    offered = (legs.kind == CONTACT) & ~among(legs.state, NOT_OFFERED)
    asked = legs.where(offered)
    until = np.where(asked.answered >= 0, asked.answered, asked.ended)
    # Whoever is still waiting when the horizon ends has waited until then.
    until = np.where(until >= 0, until, study.centre.end)
    names = np.array([queue.name for queue in study.centre.queues], dtype=object)
    return sums_of(
        names[asked.queue],
        study.centre.moments(contacts.arrived[asked.contact]),
        (until - asked.entered) / SECOND,
        asked.state == HANDLED,
        answer_within,
    )


def _all(runs: Sequence[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    return (run.assign(queue="all") for run in runs)
