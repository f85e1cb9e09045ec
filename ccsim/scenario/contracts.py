"""What people have agreed to work: contract types, and the prices a roster weighs them by."""

from __future__ import annotations

from pydantic import StrictBool

from ccsim.scenario.kinds import (
    Amount,
    Count,
    Duration,
    Factor,
    PositiveCount,
    PositiveDuration,
    Window,
)
from ccsim.scenario.setting import Section, setting


class ContractType(Section):
    """Terms that people of one kind share; `shifts.weekly` holds for everybody besides."""

    hours: PositiveDuration = setting(144000.0, unit="s", description="Paid working time a week")
    least_hours: Duration = setting(
        0.0,
        unit="s",
        description="Paid working time a week at least; less in proportion where on leave",
    )
    overtime: Duration = setting(0.0, unit="s", description="Overtime a week at most")
    overtime_price: Factor = setting(
        1.5, unit="hourly cost", description="Price of an overtime hour, as a multiple of the wage"
    )
    days: PositiveCount | None = setting(
        None, unit="days", description="Days worked a week at most; none: as shifts.weekly says"
    )
    days_in_row: PositiveCount = setting(6, unit="days", description="Days worked in a row at most")
    least_days_in_row: PositiveCount = setting(
        1, unit="days", description="Days worked in a row at least"
    )
    days_off_in_row: PositiveCount = setting(
        1, unit="days", description="Days off in a row at least"
    )
    weekends: Count | None = setting(
        None,
        unit="weekends",
        description="Weekends with work within the horizon at most; none: any",
    )
    nights: StrictBool = setting(True, description="Whether night shifts may be given")
    most_nights: Count | None = setting(
        None, unit="nights", description="Night shifts within the horizon at most; none: any"
    )


class RosterRules(Section):
    """How shifts are given to named people."""

    night: Window = setting(
        (82800.0, 108000.0), description="Night time: 23:00 to 06:00 where not given"
    )
    night_hours: PositiveDuration = setting(
        10800.0,
        unit="s",
        description="A shift with this much night time is a night shift (2003/88/EC, Article 2)",
    )
    request: Amount = setting(
        1.0,
        unit="hourly cost",
        description="Price of a request of weight one that is not granted, in wages of an hour",
    )
    fairness: Amount = setting(
        0.25,
        unit="hourly cost",
        description="Price of nights, and of weekends, beyond an even share, times its square",
    )
    uneven_hours: Amount = setting(
        0.02,
        unit="hourly cost",
        description="Price of hours a week away from an even share of the work, a paid hour",
    )
    change: Amount = setting(
        4.0,
        unit="hourly cost",
        description="Price of a person's day that differs from the roster kept",
    )
