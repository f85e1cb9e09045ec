"""What the centre starts itself: campaigns that can be dialled, notices that change something."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ccsim.scenario.centre import Campaign, Notice
from ccsim.scenario.model import Scenario
from ccsim.scenario.names import known
from ccsim.scenario.opening import Span, at_clock, dates, joined, opening
from ccsim.scenario.origin import Key
from ccsim.scenario.problem import Problem


def outbound_problems(scenario: Scenario) -> Iterator[Problem]:
    """Check campaigns and notices."""
    for name, campaign in scenario.campaigns.items():
        here: Key = ("campaigns", name)
        yield from known(scenario, (*here, "queue"), campaign.queue, scenario.queues, "queue")
        if campaign.queue in scenario.queues:
            yield from _campaign(scenario, here, campaign)
    for name, notice in scenario.notices.items():
        here = ("notices", name)
        yield from known(scenario, (*here, "queue"), notice.queue, scenario.queues, "queue")
        if notice.queue in scenario.queues:
            yield from _notice(scenario, here, notice)


def meeting(one: list[Span], other: list[Span]) -> list[Span]:
    """Stretches of time that lie in both."""
    both = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return [(start, end) for start, end in both if start < end]


def _campaign(scenario: Scenario, here: Key, campaign: Campaign) -> Iterator[Problem]:
    queue = scenario.queues[campaign.queue]
    if queue.channel != "voice":
        voice = [name for name, other in scenario.queues.items() if other.channel == "voice"]
        yield scenario.origin.problem(
            (*here, "queue"),
            f"is on channel {queue.channel}, which is not dialled",
            found=campaign.queue,
            allowed=", ".join(voice) or "a queue on voice",
        )
    windows = joined(scenario, [(date, campaign.window) for date in dates(scenario)])
    dialled = meeting(windows, opening(scenario, queue.hours))
    serving = [g for g in scenario.groups.values() if campaign.queue in g.skills]
    if not dialled:
        reason = f"lies outside the hours of queue '{campaign.queue}' on every day"
    elif serving and not any(meeting(dialled, opening(scenario, g.hours)) for g in serving):
        reason = "lies outside the hours of every group that serves it, on every day"
    else:
        return
    yield scenario.origin.problem(
        (*here, "window"),
        reason,
        found="-".join(_clock(time) for time in campaign.window),
        allowed="a window in which queue and a group that serves it are open",
    )


def _clock(seconds: float) -> str:
    minutes = int(seconds // 60) % 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _notice(scenario: Scenario, here: Key, notice: Notice) -> Iterator[Problem]:
    within = pd.Timedelta(seconds=notice.within)
    sent = [at_clock(date, notice.at, scenario.timezone) for date in dates(scenario)]
    queue, demand = scenario.queues[notice.queue], scenario.demand
    if not meeting([(at, at + within) for at in sent], opening(scenario, queue.hours)):
        reason, allowed = "is never open in the time over which the effect is spread", "a later at"
    elif demand.log is not None:
        reason, allowed = "takes its contacts from a log, as they came", "history, rates or counts"
    elif demand.rates is not None and not notice.causes and not _has_rate(demand.rates, notice):
        reason, allowed = "has no contacts to prevent", "a queue with a rate, or causes"
    else:
        return
    yield scenario.origin.problem(
        (*here, "queue"),
        f"cannot be changed: it {reason}",
        found=notice.queue,
        allowed=allowed,
    )


def _has_rate(rates: dict[str, float | tuple[tuple[float, float], ...]], notice: Notice) -> bool:
    rate = rates.get(notice.queue, 0.0)
    return any(value > 0 for _, value in rate) if isinstance(rate, tuple) else rate > 0
