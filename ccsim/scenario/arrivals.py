"""When a scenario takes place and who turns up: horizon, opening hours, demand, events."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import StrictBool

from ccsim.scenario.kinds import (
    Amount,
    Count,
    Day,
    Duration,
    Factor,
    Name,
    PositiveCount,
    PositiveDuration,
    RandomDuration,
    Rate,
    Share,
    ShareInside,
    Windows,
)
from ccsim.scenario.setting import Section, setting

Column = Literal[
    "start",
    "queue",
    "offered",
    "handle_time",
    "contact",
    "arrived",
    "answered",
    "ended",
    "outcome",
    "agent",
    "wrap",
    "ivr",
    "segment",
    "channel",
    "customer",
]


ForecastModel = Literal[
    "auto",
    "multiplicative",
    "glm",
    "low_rank",
    "ets",
    "arima",
    "mstl",
    "unobserved_components",
    "boosting",
    "last_week",
    "mean_of_4",
    "mean_of_8",
    "median_of_6",
    "prophet",
    "lightgbm",
    "theta",
]


class Horizon(Section):
    """The days a plan or a simulation is about."""

    start: Day = setting(description="First day")
    days: PositiveCount = setting(7, unit="days", description="Number of calendar days", le=3660)
    interval: PositiveDuration = setting(
        1800.0, unit="s", description="Length of a planning interval; divides a day"
    )


class Hours(Section):
    """When contacts are taken; a day's own entry goes before `weekdays`, that before `daily`."""

    always: StrictBool = setting(False, description="Open round the clock")
    daily: Windows | None = setting(
        None, description='Opening hours of every day, e.g. "08:00-24:00"'
    )
    weekdays: Windows | None = setting(None, description="Opening hours Monday to Friday")
    weekends: Windows | None = setting(None, description="Opening hours Saturday and Sunday")
    mon: Windows | None = setting(None, description="Opening hours on Mondays")
    tue: Windows | None = setting(None, description="Opening hours on Tuesdays")
    wed: Windows | None = setting(None, description="Opening hours on Wednesdays")
    thu: Windows | None = setting(None, description="Opening hours on Thursdays")
    fri: Windows | None = setting(None, description="Opening hours on Fridays")
    sat: Windows | None = setting(None, description="Opening hours on Saturdays")
    sun: Windows | None = setting(None, description="Opening hours on Sundays")
    closed: tuple[Day, ...] = setting((), description="Dates on which nothing is open")


class Event(Section):
    """A named event that changes demand."""

    name: str = setting(description="Name shown on figures and reports")
    dates: tuple[Day, ...] = setting(description="The days of the event", min_length=1)
    uplift: Factor | dict[Name, Factor] | None = setting(
        None,
        unit="factor",
        description="Demand on these days as a multiple, for all queues or by queue; not given, it "
        "is learned from those of the dates that lie in the history",
    )
    kind: str | None = setting(
        None, description="Events of one kind lean on each other when learned, e.g. sale"
    )
    before: Count = setting(
        0, unit="days", description="Days before it whose effect is learned too"
    )
    after: Count = setting(0, unit="days", description="Days after it that are learned too")
    sizes: tuple[Factor, ...] = setting(
        (), description="How large a campaign was on each of its dates, e.g. letters sent"
    )
    fades: Factor | None = setting(
        None, unit="days", description="Days after which half of a campaign's effect is left"
    )
    uplift_range: tuple[Factor, Factor] | None = setting(
        None, unit="factor", description="Range of the uplift, drawn per replication"
    )
    ramp: tuple[Factor, ...] = setting(
        (), unit="factor", description="Multiples on the days before the event"
    )
    echo: tuple[Factor, ...] = setting(
        (), unit="factor", description="Multiples on the days after the event"
    )


class Surge(Section):
    """A sudden rise within a day, e.g. after an outage or a storm warning."""

    name: str = setting(description="Name shown on figures and reports")
    start: Duration = setting(unit="s", description="Start, counted from the start of the horizon")
    duration: PositiveDuration = setting(unit="s", description="How long it lasts")
    uplift: Factor = setting(unit="factor", description="Demand meanwhile as a multiple")
    queues: tuple[Name, ...] = setting((), description="Queues concerned; none named means all")
    probability: Share = setting(1.0, unit="share", description="Probability that it happens")


class Uncertainty(Section):
    """How uncertain given rates are; a forecast carries its own uncertainty."""

    day_factor: RandomDuration | None = setting(
        None, description="Distribution with mean 1 that multiplies a whole day's rates"
    )
    queue_correlation: Share = setting(
        1.0, unit="share", description="Correlation of the day factor between queues"
    )


class ColdStart(Section):
    """Demand of a new product without history."""

    customers: Amount = setting(unit="customers", description="Customers served")
    contact_rate: Amount = setting(unit="per month", description="Contacts a customer a month")
    profile: str = setting(
        description="How a week is spread: a CSV file (weekday, start, share), finance, or "
        "queue:NAME to borrow from another queue"
    )
    range: tuple[Factor, Factor] = setting(
        (0.5, 2.0), unit="factor", description="Range the volume may lie in"
    )


class Adjustment(Section):
    """A planner's change to the forecast, with its reason."""

    dates: tuple[Day, ...] = setting(description="The days changed", min_length=1)
    queue: Name = setting(description="The queue changed")
    factor: Amount | None = setting(
        None, unit="factor", description="What its contacts are multiplied by"
    )
    value: Amount | None = setting(
        None, unit="contacts", description="Contacts of each of the days instead"
    )
    reason: str = setting(description="Why, in a few words", min_length=1)
    by: str = setting("planner", description="Who says so")


class Demand(Section):
    """Where contacts come from: one of history, rates, counts, log; cold_start alone or beside."""

    history: str | None = setting(
        None,
        description="Past counts: a CSV, Parquet or Excel file, an SQLAlchemy URL, or dataset:NAME",
    )
    columns: dict[Column, str] | None = setting(
        None,
        description="Column of the file for each of start, queue, offered, handle_time, channel; "
        "of a log for each of contact, queue, arrived, answered, ended, outcome, agent, wrap, ivr, "
        "segment, customer",
    )
    columns_preset: str | None = setting(
        None,
        description="System whose export history or counts is: genesys_cloud, amazon_connect, "
        "avaya_cms or zh_cloud; columns goes before it",
    )
    query: str | None = setting(None, description="SQL query, where history is an SQLAlchemy URL")
    sheet: str | None = setting(None, description="Sheet, where history is an Excel file")
    separator: str = setting(",", description="Between the columns, where history is a text file")
    time_format: str | None = setting(
        None, description='How times are written, in strptime codes, e.g. "%d/%m/%Y %H:%M"'
    )
    missing: Literal["error", "zero", "drop", "keep"] = setting(
        "error", description="What to do with intervals missing inside a day's usual hours"
    )
    repair: str | dict[str, str] = setting(
        "refuse",
        description="What to do about what cannot be right in a history: refuse, proposed (the "
        "repairs `ccsim history` proposes), or an action by kind of finding",
    )
    profile: str | None = setting(
        None, description="Where history counts whole days: CSV file of shares by clock time"
    )
    rates: dict[Name, Rate] | None = setting(
        None, unit="per hour", description="Contacts an hour by queue, constant or in steps"
    )
    counts: str | None = setting(
        None,
        description="CSV or Excel file of expected contacts per interval (start, queue, offered)",
    )
    log: str | None = setting(None, description="Call log whose contacts are replayed one by one")
    cold_start: dict[Name, ColdStart] | None = setting(
        None, description="Demand of queues without history, alone or beside history"
    )
    model: ForecastModel | tuple[ForecastModel, ...] = setting(
        "auto",
        description="Forecast model, or several to combine; auto combines all by how well they "
        "would have forecast the last months (prophet, lightgbm and theta need the extra heavy)",
    )
    adjustments: tuple[Adjustment, ...] = setting(
        (), description="What a planner changes of the forecast, in order"
    )
    quantile: ShareInside | None = setting(
        None, unit="share", description="Plan for this quantile of demand instead of its mean"
    )
    measured_at: Literal["door", "queue"] = setting(
        "queue",
        description="Where counts were taken: at the door (the menu decides the queue) or in the "
        "queue",
    )
    includes_repeats: StrictBool | None = setting(
        None,
        description="Counts already hold redials and repeats (default for history)",
    )
    calendar: str | None = setting(
        None,
        description="Country, or country-subdivision, whose public holidays apply, e.g. CN, US-NY",
    )
    open_on: tuple[Day | str, ...] = setting(
        (), description="Public holidays (names or dates) on which the centre is open all the same"
    )
    closed_on: tuple[Day | str, ...] = setting(
        (),
        description="Holidays (names or dates) on which it is closed, whatever the history says",
    )
    calendar_file: str | None = setting(
        None,
        description="CSV file (date, name, kind: holiday, workday or ordinary) that goes before "
        "the country's holidays and make-up workdays",
    )
    events: tuple[Event, ...] = setting((), description="Named events that change demand")
    surges: tuple[Surge, ...] = setting((), description="Rises within a day")
    uncertainty: Uncertainty | None = setting(
        None, description="Uncertainty of given rates or counts"
    )
    arrivals: Literal["poisson", "fixed"] = setting(
        "poisson",
        description="Poisson given the day's rates, or evenly spaced",
    )

    @property
    def is_forecast(self) -> bool:
        """Whether contacts come from a forecast, of a history or of a cold start."""
        return self.history is not None or self.cold_start is not None


class Source(Section):
    """Where an input comes from and how far it may be off."""

    source: str = setting(description="Publication, log or person the value comes from")
    quality: Literal["A", "B", "C", "assumption"] = setting(
        description="A measured or official, B trade press, C vendor marketing, or an assumption"
    )
    range: tuple[Any, Any] | None = setting(
        None, description="Lowest and highest value still plausible, as the field would take it"
    )
