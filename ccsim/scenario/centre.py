"""How the centre works: routing, back office, slots, knowledge, quality, outbound, elasticity."""

from __future__ import annotations

from typing import Literal

from ccsim.scenario.arrivals import Hours
from ccsim.scenario.kinds import (
    Amount,
    Clock,
    Count,
    Day,
    Duration,
    Factor,
    Name,
    PositiveCount,
    PositiveDuration,
    RandomDuration,
    Share,
    ShareBelowOne,
    Window,
)
from ccsim.scenario.people import When
from ccsim.scenario.setting import Section, setting


class Overflow(Section):
    """Groups that help out after a wait."""

    queue: Name = setting(description="Queue that overflows")
    after: Duration = setting(unit="s", description="Wait after which the group may help")
    to: Name = setting(description="Group that helps; it lists the queue among its skills")


class Reserve(Section):
    """Idle agents kept for some contacts."""

    group: Name = setting(description="Group that keeps agents back")
    idle: PositiveCount = setting(unit="agents", description="Idle agents kept back")
    segments: tuple[Name, ...] = setting(description="Segments they are kept for", min_length=1)


class Routing(Section):
    """Who serves whom."""

    agent: Literal[
        "fewest_skills_then_longest_idle",
        "longest_idle",
        "ranked",
        "lowest_occupancy",
        "personal_agent",
    ] = setting(
        "fewest_skills_then_longest_idle",
        description="How a contact picks among idle agents; ties go to the longest idle agent; "
        "a queue's personal_agent is asked first under every rule, and the rule personal_agent is "
        "otherwise fewest_skills_then_longest_idle",
    )
    contact: Literal["priority_then_longest_wait", "weighted_wait", "service_level_risk"] = setting(
        "priority_then_longest_wait",
        description="Which waiting contact is served first",
    )
    overflow: tuple[Overflow, ...] = setting((), description="Help after a wait")
    reserve: tuple[Reserve, ...] = setting((), description="Idle agents kept back")
    unified: Literal["unified", "siloed"] = setting(
        "unified",
        description="Whether a group serves all its channels from one queue or each apart",
    )


class BackOffice(Section):
    """A stage behind the contact centre that works on tickets."""

    servers: PositiveCount = setting(unit="people", description="Tickets worked on at once")
    work: RandomDuration = setting(unit="s", description="Time a ticket takes")
    delay: Duration = setting(0.0, unit="s", description="Time before a ticket arrives there")
    hours: Hours | None = setting(None, description="Working hours; the scenario's where not given")


class Release(Section):
    """Slots that become bookable at a time."""

    at: Clock = setting(description="Time of day of the release")
    slots: PositiveCount = setting(unit="slots", description="Slots released")
    weekdays: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = setting(
        (), description="Days of release; none named means every day"
    )


class Inventory(Section):
    """Bookable slots: appointments, trial lessons, interviews."""

    releases: tuple[Release, ...] = setting(description="When slots are released", min_length=1)
    keeps: Literal["day", "horizon"] = setting(
        "day", description="Unbooked slots lapse at midnight or stay"
    )


class Knowledge(Section):
    """The knowledge base agents answer from."""

    accuracy: Share = setting(unit="share", description="Share of answers that are right")
    changes: tuple[Day, ...] = setting((), description="Dates on which rules change")
    stale_accuracy: Share | None = setting(
        None, unit="share", description="Accuracy right after a change"
    )
    recovers_in: PositiveDuration | None = setting(
        None, unit="s", description="Time until accuracy is back"
    )
    wrong_talk: Factor = setting(
        1.0, unit="factor", description="Talk as a multiple where the answer is wrong"
    )


class Quality(Section):
    """Monitoring and reviewing of contacts."""

    monitored: Share = setting(0.0, unit="share", description="Share listened to while it happens")
    reviewed: Share = setting(0.0, unit="share", description="Share reviewed from the recording")
    review_time: Factor = setting(
        1.2, unit="factor", description="Supervisor time per contact time"
    )
    talk_factor: Factor = setting(
        1.0, unit="factor", description="Talk of a monitored contact as a multiple"
    )
    breach: Share = setting(
        0.0, unit="share", description="Share of contacts with a breach of rules"
    )
    caught: Share = setting(
        1.0, unit="share", description="Share of breaches noticed when looked at"
    )


class Survey(Section):
    """Asking customers afterwards."""

    sampled: Share = setting(unit="share", description="Share of handled contacts asked")
    responds: Share = setting(unit="share", description="Share of those asked that answers")
    satisfied: Share = setting(0.8, unit="share", description="Share satisfied without a wait")
    satisfied_loss_per_minute: Amount = setting(
        0.0, unit="share per min", description="Share lost per minute waited"
    )


class Campaign(Section):
    """A list of customers to be called."""

    records: PositiveCount = setting(unit="records", description="Customers on the list")
    window: Window = setting(description="When dialling is allowed")
    queue: Name = setting(description="Queue whose agents and talk times serve it")
    pacing: Literal["preview", "progressive", "predictive"] = setting(
        "progressive", description="One dial per free agent, or ahead of agents getting free"
    )
    ring: RandomDuration = setting(
        20.0, unit="s", description="Ringing time", validate_default=True
    )
    pick_up: Share = setting(unit="share", description="Probability that somebody picks up")
    right_party: Share = setting(
        1.0, unit="share", description="Share of those who are the right person"
    )
    wrong_party_talk: Duration = setting(
        20.0,
        unit="s",
        description="Time an agent loses with somebody who is not the right person",
    )
    attempts: PositiveCount = setting(3, description="Dials per record at most")
    retry_after: PositiveDuration = setting(14400.0, unit="s", description="Time between dials")
    nuisance_cap: ShareBelowOne = setting(
        0.03, unit="share", description="Connected calls without an agent at most"
    )


class Notice(Section):
    """Automated messages that need no agent and prevent, or cause, contacts."""

    at: Clock = setting(description="Time of day they are sent")
    messages: PositiveCount = setting(unit="messages", description="Messages a day")
    queue: Name = setting(description="Queue whose demand they change")
    prevents: Amount = setting(0.0, unit="contacts", description="Contacts prevented per message")
    causes: Amount = setting(0.0, unit="contacts", description="Contacts caused per message")
    within: PositiveDuration = setting(
        86400.0, unit="s", description="Time over which the effect is spread"
    )
    price: Amount = setting(0.0, unit="money", description="Price of a message")


class Elastic(Section):
    """A rule that raises seats or lines when something waits."""

    what: Literal["seats", "lines"] = setting(description="What is raised")
    by: PositiveCount = setting(description="By how many")
    when: When = setting(description="Raised when this holds")
    until: When = setting(description="Let go when it has fallen to this")
    ready_in: Duration = setting(0.0, unit="s", description="Time until they are there")
    site: Name | None = setting(None, description="Site concerned; none: the voice channel")


class Contract(Section):
    """The purchase a scenario is sized for."""

    tariff: str | tuple[str, ...] = setting(
        (), description="Tariff file, or several to compare; paths relative to the scenario"
    )
    start: Day | None = setting(None, description="First day of the contract")
    months: Count | None = setting(None, unit="months", description="Term")
    growth: Amount = setting(0.0, unit="share a year", description="Yearly growth of demand")
    yearly_profile: str | None = setting(
        None,
        description="CSV file of monthly indices: month (1 to 12), index; relative to the scenario",
    )
    certainty: ShareBelowOne = setting(
        0.9, unit="share", planned=True, description="Certainty with which targets are to hold"
    )
    ownership: str | None = setting(
        None, planned=True, description="File with the inputs of cost_of_ownership"
    )
    fit: str | None = setting(
        None, planned=True, description="File with weights and anchors of cloud_fit"
    )
