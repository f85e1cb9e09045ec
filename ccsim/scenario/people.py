"""Who serves: groups and their skills, standby people, shift rules, support staff, sites."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from ccsim.scenario.arrivals import Hours
from ccsim.scenario.hiring import Hiring
from ccsim.scenario.kinds import (
    Amount,
    Clock,
    Count,
    Duration,
    Factor,
    Headcount,
    Name,
    PositiveCount,
    PositiveDuration,
    RandomDuration,
    Share,
    ShareBelowOne,
    Window,
    refuse,
)
from ccsim.scenario.labour_law import labour_law
from ccsim.scenario.setting import Section, setting

LAWS = ("CN",)


class Skill(Section):
    """How a group serves a queue."""

    rank: PositiveCount = setting(1, description="Preference; 1 is served first")
    speed: Factor = setting(1.0, unit="factor", description="Talk lasts talk ÷ speed")
    wrap_speed: Factor | None = setting(
        None, unit="factor", description="Wrap-up lasts wrap ÷ this; not affected where not given"
    )


def parse_skill(value: Any) -> Any:
    """Let a bare rank stand for a whole skill."""
    if isinstance(value, bool) or not isinstance(value, (int, dict, Skill)):
        raise refuse("a rank such as 1, or {rank: 1, speed: 1.1}", "not a skill")
    return {"rank": value} if isinstance(value, int) else value


RankOrSkill = Annotated[
    Skill,
    BeforeValidator(parse_skill, json_schema_input_type=Annotated[int, Field(ge=1)] | Skill),
]


class When(Section):
    """A condition on the centre; every figure given must hold."""

    contacts_waiting: Count | None = setting(None, unit="contacts", description="Contacts waiting")
    wait_over: Duration | None = setting(None, unit="s", description="Longest wait so far")
    occupancy: Share | None = setting(None, unit="share", description="Occupancy of those on duty")


class Standby(Section):
    """People who come in when something waits and leave when it clears."""

    people: PositiveCount = setting(unit="people", description="How many there are")
    when: When = setting(description="They are called when this holds")
    until: When = setting(description="They are let go when it has fallen to this")
    ready_in: Duration = setting(0.0, unit="s", description="Time from the call to being logged in")
    at_least: Duration = setting(0.0, unit="s", description="Shortest time on duty once called")
    pay: Amount = setting(0.0, unit="money per hour", description="Pay for standing by")


class Lateness(Section):
    """Coming late to a shift."""

    probability: Share = setting(unit="share", description="Probability of coming late")
    delay: RandomDuration = setting(unit="s", description="How late")


class Shrinkage(Section):
    """What no plan places, split up."""

    absence: ShareBelowOne = setting(0.0, unit="share", description="Shifts missed altogether")
    off_phone: ShareBelowOne = setting(
        0.0, unit="share", description="Unplanned time away from the phone"
    )
    lateness: Lateness | None = setting(None, description="Coming late")

    def share(self, shift: float) -> float:
        """Share of scheduled time lost, where shifts last so long, s."""
        late = 0.0
        if self.lateness is not None:
            late = min(self.lateness.probability * self.lateness.delay.mean / shift, 1.0)
        return 1 - (1 - self.absence) * (1 - self.off_phone) * (1 - late)


class Activity(Section):
    """A training or meeting to be placed."""

    name: str = setting(description="What it is")
    length: PositiveDuration = setting(unit="s", description="How long it takes")
    every: PositiveDuration = setting(
        604800.0, unit="s", description="How often each person attends"
    )
    people: PositiveCount | None = setting(None, description="How many at once; none: any number")


def parse_shrinkage(value: Any) -> Any:
    """Let a bare share stand for whole shifts missed."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"absence": value}
    if not isinstance(value, (dict, Shrinkage)):
        raise refuse("a share such as 0.08, or {absence, off_phone, lateness}", "not a shrinkage")
    return value


class Group(Section):
    """People who do the same work under the same terms."""

    skills: dict[Name, RankOrSkill] = setting(
        description="Queues they serve, with rank and speed", min_length=1
    )
    site: Name = setting("main", description="Where they sit")
    employed: Count | None = setting(
        None, unit="people", description="People one can roster; none: as many as it takes"
    )
    on_duty: Headcount | None = setting(
        None,
        unit="agents",
        description="Agents scheduled through the group's hours, or by time of day; none: planned",
    )
    hours: Hours | None = setting(
        None, description="When they work; the scenario's where not given"
    )
    shrinkage: Annotated[
        Shrinkage,
        BeforeValidator(parse_shrinkage, json_schema_input_type=ShareBelowOne | Shrinkage),
    ] = setting(
        Shrinkage,
        unit="share",
        description="What no plan places: sickness, lateness, unplanned off-phone; "
        "a bare share means shifts missed altogether",
    )
    cost_per_hour: Amount | None = setting(
        None, unit="money", description="A paid hour with employer charges"
    )
    contract_hours: PositiveDuration = setting(
        144000.0, unit="s", description="Paid working time of a full-time contract a week"
    )
    concurrency: dict[Name, PositiveCount] | None = setting(
        None,
        unit="contacts",
        description="Contacts at once by channel, for this group",
    )
    switching_cost: Duration = setting(0.0, unit="s", description="Time lost on changing channel")
    standby: Standby | None = setting(None, description="People who come in when something waits")
    learning: Amount = setting(0.0, description="Speed gained per doubling of contacts handled")
    trainings: tuple[Activity, ...] = setting((), description="Trainings and meetings to be placed")
    overtime_price: Factor = setting(
        1.5, unit="factor", description="Price of an overtime hour as a multiple of cost_per_hour"
    )
    licence: str | None = setting(
        None, planned=True, description="Licence level of the tariff that the group needs"
    )
    attrition: Share = setting(0.0, unit="share a year", description="Share that leaves in a year")
    hiring: Hiring = setting(Hiring, description="How people are hired, months ahead")


class Site(Section):
    """A place, its seats and its own limits."""

    seats: Count | None = setting(None, unit="seats", description="Seats; none: as many as needed")
    lines: PositiveCount | None = setting(None, unit="lines", description="Lines into the site")


class Meal(Section):
    """The meal of a shift."""

    length: PositiveDuration = setting(3600.0, unit="s", description="How long it lasts")
    between: tuple[Duration, Duration] = setting(
        (10800.0, 18000.0),
        unit="s",
        description="Earliest and latest start, counted from the start of the shift",
    )
    paid: StrictBool = setting(False, description="Whether it is paid")
    shifts_over: Duration = setting(
        21600.0, unit="s", description="Only shifts longer than this have a meal"
    )


class Break(Section):
    """A short break of a shift."""

    length: PositiveDuration = setting(unit="s", description="How long it lasts")
    paid: StrictBool = setting(True, description="Whether it is paid")
    between: tuple[Duration, Duration] | None = setting(
        None,
        unit="s",
        description="Earliest and latest start, counted from the start of the shift; none: spread "
        "over the shift",
    )
    shifts_over: Duration = setting(
        0.0, unit="s", description="Only shifts longer than this have the break"
    )


class Week(Section):
    """What a person may work in seven days, counted from the first of the horizon."""

    max_hours: Factor = setting(40.0, unit="h", description="Paid hours at most", le=168)
    days_off: Count = setting(2, unit="days", description="Days off at least", le=6)
    rest: Duration = setting(39600.0, unit="s", description="Rest between two shifts")


class Headcounts(Section):
    """Limits on how many start together."""

    minimum: Count = setting(0, unit="agents", description="At least, where anybody starts")
    maximum: PositiveCount | None = setting(None, unit="agents", description="At most")


class Kind(Section):
    """A kind of shift, such as early, late or night."""

    start: tuple[Clock, Clock] = setting(
        unit="time of day", description="Earliest and latest start, times of day"
    )
    lengths: tuple[PositiveDuration, ...] = setting(
        unit="s", description="Lengths from start to end, meal included", min_length=1
    )


class Split(Section):
    """Shifts in two parts, with free time between."""

    gap: tuple[PositiveDuration, PositiveDuration] = setting(
        (7200.0, 14400.0), unit="s", description="Shortest and longest time between the parts"
    )
    part: PositiveDuration = setting(7200.0, unit="s", description="Shortest part")
    grid: PositiveDuration = setting(
        3600.0, unit="s", description="Parts and gap are whole numbers of this"
    )


def parse_split(value: Any) -> Any:
    """Let true stand for split shifts as usual, and false for none."""
    if value is False:
        return None
    if value is True:
        return {}
    if value is not None and not isinstance(value, (dict, Split)):
        raise refuse("true, false, or {gap: [2h, 4h], part: 2h, grid: 1h}", "not a split")
    return value


class Shifts(Section):
    """Which shifts may be planned, and what covering badly costs."""

    lengths: tuple[PositiveDuration, ...] = setting(
        (28800.0,), unit="s", description="Lengths from start to end, meal included", min_length=1
    )
    starts: PositiveDuration | None = setting(
        None,
        unit="s",
        description="Shifts start on this grid, counted from midnight; none: every half hour, or "
        "every interval where that is longer",
    )
    window: Window | None = setting(
        None, description="Shifts lie within these hours; none: the group's hours"
    )
    meal: Meal | None = setting(None, description="The meal")
    breaks: tuple[Break, ...] = setting((), description="Short breaks, in order")
    pause_distance: Duration = setting(
        1800.0,
        unit="s",
        description="Work between two pauses, and before the first and after the last, at least",
    )
    kinds: dict[Name, Kind] = setting(
        dict, description="Kinds of shift with their own starts and lengths, in place of lengths"
    )
    weekly: Week = setting(Week, description="What a person may work in seven days")
    under_cover: Amount = setting(
        5.0,
        unit="hourly cost",
        description="Price of an agent-hour missing, as a multiple of the wage",
    )
    over_cover: Amount = setting(
        0.1, unit="hourly cost", description="Price of an agent-hour too many, on top of the wage"
    )
    headcounts: Headcounts | None = setting(None, description="Limits on how many start together")
    max_starts_per_day: PositiveCount | None = setting(
        None, description="Distinct start times a day at most, by group"
    )
    minimum_staff: dict[Name, Count] | None = setting(
        None, unit="agents", description="Agents at least through the hours, by group"
    )
    distinct_price: Amount = setting(
        0.0,
        unit="hourly cost",
        description="Price of each distinct shift (start, length) used, in hours of the wage",
    )
    cyclic: StrictBool = setting(
        False,
        description="The horizon repeats, such as a typical week: shifts past its end are at work "
        "at its beginning",
    )
    split: Annotated[
        Split | None, BeforeValidator(parse_split, json_schema_input_type=bool | Split | None)
    ] = setting(None, description="Shifts in two parts; none: not allowed")
    overtime: Duration = setting(
        0.0,
        unit="s",
        description="Overtime a person may work in a month beyond weekly.max_hours, where employed "
        "says how many there are",
    )
    labour_law: Literal["none", "CN"] = setting(
        "none",
        description="Labour law whose defaults apply, and which is not to be broken; CN: the "
        "People's Republic of China, standard working hours",
    )

    @model_validator(mode="before")
    @classmethod
    def _with_the_law(cls, value: Any) -> Any:
        """Take from the labour law what the scenario does not say of the week."""
        law = value.get("labour_law") if isinstance(value, dict) else None
        if law not in LAWS or not isinstance(value.get("weekly", {}), dict):
            return value
        rules = labour_law(law)
        usual = {"max_hours": rules["week_hours"].value, "days_off": rules["days_off"].value}
        return value | {"weekly": usual | value.get("weekly", {})}

    def every_length(self) -> list[tuple[tuple[str | int, ...], float]]:
        """Lengths of shifts, s, each with its path below `shifts`."""
        if not self.kinds:
            return [(("lengths", n), length) for n, length in enumerate(self.lengths)]
        return [
            (("kinds", name, "lengths", n), length)
            for name, kind in self.kinds.items()
            for n, length in enumerate(kind.lengths)
        ]

    def has_meal(self, length: float) -> bool:
        """Say whether a shift of this length, s, has a meal."""
        return self.meal is not None and length > self.meal.shifts_over

    def paid(self, length: float, *, split: bool = False) -> float:
        """Paid time of a shift of this length, s: without the pauses that are not paid."""
        unpaid = sum(b.length for b in self.breaks if not b.paid and length > b.shifts_over)
        meal = self.meal if self.has_meal(length) and not split else None
        if meal is not None and not meal.paid:
            unpaid += meal.length
        return length - unpaid


class Supervisor(Section):
    """Supervisors by span."""

    span: PositiveCount = setting(15, unit="agents", description="Agents a supervisor looks after")


class Support(Section):
    """People who are needed but take no contacts."""

    supervisor: Supervisor | None = setting(None, description="Supervisors")
    quality: Count = setting(0, unit="people", description="Quality staff")
    planner: Count = setting(0, unit="people", description="Planners")
    trainer: Count = setting(0, unit="people", description="Trainers")
    trainee: Count = setting(0, unit="people", description="Trainees who need a seat")
