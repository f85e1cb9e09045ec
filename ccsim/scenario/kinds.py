"""The kinds of value a scenario file may hold: durations, shares, clock times, distributions.

Each kind is a plain Python value after loading (seconds, floats, distributions), with one
parser that words its own refusal, and one JSON Schema for editors.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from itertools import pairwise
from numbers import Integral, Real
from typing import Annotated, Any, TypeAlias
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from ccsim.distributions import Distribution, from_spec
from ccsim.distributions.spec import FAMILIES
from ccsim.errors import OptionError

# About thirty years in seconds, and far more people or contacts than anybody has: what is
# beyond is a slip of the pen, and would overflow the engines' whole numbers.
LONGEST = 1e9
MOST = 10**9
YEARS = range(1900, 2200)

UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)")
DURATION_ALLOWED = "seconds, or a number with ms, s, min, h or d, such as 90s, 3min, 1h30min"


def refuse(allowed: str, reason: str = "value not allowed", **context: Any) -> PydanticCustomError:
    """Make the refusal of a value; the loader adds file, line, field and what was found."""
    return PydanticCustomError(
        "not_allowed", "{reason}", {"reason": reason, "allowed": allowed, **context}
    )


def parse_duration(value: Any) -> float:
    """Turn ``90``, ``"90s"`` or ``"1h30min"`` into seconds."""
    if isinstance(value, str):
        text = value.strip()
        parts = DURATION.findall(text)
        if not parts or DURATION.sub("", text).strip():
            raise refuse(DURATION_ALLOWED, "not a duration")
        value = math.fsum(float(number) * UNITS[unit] for number, unit in parts)
    elif not _is_number(value):
        raise refuse(DURATION_ALLOWED, "not a duration")
    if not 0 <= value <= LONGEST:
        raise refuse(DURATION_ALLOWED, "negative, or longer than thirty years")
    return float(value)


def parse_positive_duration(value: Any) -> float:
    """Turn a duration into seconds and refuse nought."""
    seconds = parse_duration(value)
    if seconds == 0:
        raise refuse("a duration longer than nought", "nought is not allowed here")
    return seconds


def _is_number(value: Any) -> bool:
    try:
        return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False  # a whole number beyond every float


def _number(value: Any, is_allowed: Callable[[float], bool], allowed: str) -> float:
    if not _is_number(value):
        raise refuse(allowed, "not a number")
    if not is_allowed(value):
        raise refuse(allowed, "out of range")
    return float(value)


def parse_share(value: Any) -> float:
    """Check a fraction from 0 to 1."""
    return _number(value, lambda share: 0 <= share <= 1, "a fraction from 0 to 1")


def parse_share_below_one(value: Any) -> float:
    """Check a fraction from 0 to less than 1."""
    return _number(value, lambda share: 0 <= share < 1, "a fraction from 0 to less than 1")


def parse_share_inside(value: Any) -> float:
    """Check a fraction above 0 and below 1: what a number of agents can both miss and meet."""
    return _number(value, lambda share: 0 < share < 1, "a fraction above 0 and below 1")


def parse_amount(value: Any) -> float:
    """Check a number of nought or more."""
    return _number(value, lambda amount: amount >= 0, "a number, nought or more")


def parse_factor(value: Any) -> float:
    """Check a number above nought."""
    return _number(value, lambda factor: factor > 0, "a number above nought")


def parse_count(value: Any) -> int:
    """Check a whole number of nought or more."""
    allowed = "a whole number, nought or more"
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise refuse(allowed, "not a whole number")
    count = int(value)
    if not 0 <= count <= MOST:
        raise refuse(allowed, "out of range")
    return count


def parse_positive_count(value: Any) -> int:
    """Check a whole number of one or more."""
    count = parse_count(value)
    if count == 0:
        raise refuse("a whole number, one or more", "nought is not allowed here")
    return count


def parse_clock(value: Any) -> float:
    """Turn ``"08:30"`` into seconds after local midnight (``"24:00"`` is the end of the day)."""
    allowed = "a time of day such as 08:30, up to 24:00"
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", value.strip()) if isinstance(value, str) else None
    if match is None:
        raise refuse(allowed, "not a time of day")
    seconds = int(match[1]) * 3600 + int(match[2]) * 60
    if int(match[2]) > 59 or seconds > 86400:
        raise refuse(allowed, "not a time of day")
    return float(seconds)


def parse_window(value: Any) -> tuple[float, float]:
    """Turn ``"08:00-24:00"`` into seconds after midnight; an end before the start is next day."""
    allowed = 'from and to in one string, such as "08:00-22:00" (past midnight: "22:00-06:00")'
    parts = value.split("-") if isinstance(value, str) else []
    if len(parts) != 2:
        raise refuse(allowed, "not opening hours")
    start, end = parse_clock(parts[0]), parse_clock(parts[1])
    if start == 86400.0:
        raise refuse(allowed, "24:00 is the end of a day; the next one starts at 00:00")
    if start == end:
        raise refuse(allowed, "opening hours without length")
    return (start, end) if end > start else (start, end + 86400.0)


def parse_windows(value: Any) -> tuple[tuple[float, float], ...]:
    """Turn one window or a list of windows into a sorted tuple that does not overlap."""
    if value == "closed":
        return ()
    windows = sorted(parse_window(item) for item in (value if isinstance(value, list) else [value]))
    for (_, end), (start, _) in pairwise(windows):
        if start < end:
            raise refuse("windows that do not overlap", "opening hours overlap")
    return tuple(windows)


DISTRIBUTION_ALLOWED = (
    "constant {value}, exponential {mean}, lognormal or gamma {mean, cv}, weibull {shape, scale}, "
    "hyperexponential {means, weights}, empirical {quantiles}, piecewise_hazard {edges, rates}, "
    "or a duration"
)
DURATION_PARAMETERS = {"value", "mean", "scale", "means", "quantiles", "edges"}


def _parameter(name: str, value: Any) -> Any:
    if name not in DURATION_PARAMETERS:
        return value
    return (
        [parse_duration(item) for item in value]
        if isinstance(value, list)
        else parse_duration(value)
    )


def parse_distribution(value: Any) -> Distribution:
    """Turn ``{lognormal: {mean: 190s, cv: 0.9}}`` or a duration into a distribution in seconds."""
    if isinstance(value, Distribution):
        return value
    if isinstance(value, (Real, str)):
        return from_spec(parse_duration(value))
    if not isinstance(value, Mapping) or len(value) != 1:
        raise refuse(DISTRIBUTION_ALLOWED, "not a distribution")
    (family, parameters), *_ = value.items()
    if not isinstance(parameters, Mapping):
        raise refuse(DISTRIBUTION_ALLOWED, f"{family} needs its parameters by name")
    seconds = {name: _parameter(name, item) for name, item in parameters.items()}
    try:
        return from_spec({family: seconds})
    except OptionError as error:
        raise refuse("", str(error)) from error  # says itself what is allowed


ByPeriod: TypeAlias = tuple[tuple[float, Distribution], ...]


def parse_distribution_by_period(value: Any) -> Distribution | ByPeriod:
    """Read a distribution, or ``[[0h, d1], [12h, d2]]``: one for each period of arrival."""
    if not isinstance(value, (list, tuple)):
        return parse_distribution(value)
    return parse_steps(
        value, parse_distribution, "a distribution or a list of [time, distribution]"
    )


def parse_steps(value: Any, parse: Any, allowed: str) -> tuple[tuple[float, Any], ...]:
    """Read ``[[0h, x], [12h, y]]``: what holds from each offset on, first offset nought."""
    steps = []
    for item in value:
        if not isinstance(item, (list, tuple)) or len(item) != 2:
            raise refuse(allowed, "each step is a pair [from, value]")
        steps.append((parse_duration(item[0]), parse(item[1])))
    if not steps or steps[0][0] != 0:
        raise refuse(allowed, "the first step starts at nought")
    if any(later[0] <= earlier[0] for earlier, later in pairwise(steps)):
        raise refuse(allowed, "steps start later and later")
    return tuple(steps)


def parse_rate(value: Any) -> float | tuple[tuple[float, float], ...]:
    """Read contacts per hour: a number, or steps ``[[0h, 600], [12h, 300]]``."""
    if isinstance(value, (list, tuple)):
        return parse_steps(value, parse_amount, "a number, or a list of [time, number]")
    return parse_amount(value)


def parse_headcount(value: Any) -> int | tuple[tuple[float, int], ...]:
    """Read a number of people, or steps by time of day ``[["00:00", 5], ["08:00", 40]]``."""
    if not isinstance(value, (list, tuple)):
        return parse_count(value)
    allowed = 'a whole number, or a list of ["HH:MM", number] that starts at "00:00"'
    clock = [
        [parse_clock(item[0]), item[1]]
        if isinstance(item, (list, tuple)) and len(item) == 2
        else item
        for item in value
    ]
    return parse_steps(clock, parse_count, allowed)


def parse_timezone(value: Any) -> str:
    """Check an IANA time zone name."""
    if not isinstance(value, str) or value not in available_timezones():
        raise refuse(
            "an IANA time zone, such as Asia/Shanghai", "unknown time zone", names="timezone"
        )
    ZoneInfo(value)
    return value


def parse_date(value: Any) -> dt.date:
    """Read a date; YAML gives one already, a string ``2026-11-09`` is read."""
    allowed = "a date such as 2026-11-09"
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        date = value
    else:
        try:
            date = dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            raise refuse(allowed, "not a date") from None
    if date.year not in YEARS:
        raise refuse(allowed, f"not between {YEARS[0]} and {YEARS[-1]}")
    return date


def parse_name(value: Any) -> str:
    """Check the name of a queue, group, segment or node: letters, digits, _ and -, no dots."""
    if not isinstance(value, str) or not re.fullmatch(r"\w[\w-]*", value):
        raise refuse("letters, digits, _ and -, without blanks or dots", "not a name")
    return value


def _fields(kind: type[Any]) -> tuple[Field[Any], ...]:
    return fields(kind)


DURATION_SCHEMA = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}]}
DISTRIBUTION_SCHEMA = {
    "anyOf": [
        *DURATION_SCHEMA["anyOf"],
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {
                family: {
                    "type": "object",
                    "required": [field.name for field in _fields(kind)],
                    "properties": {field.name: {} for field in _fields(kind)},
                    "additionalProperties": False,
                }
                for family, kind in FAMILIES.items()
            },
            "additionalProperties": False,
        },
    ]
}
_SHARE_SCHEMA = {"type": "number", "minimum": 0, "maximum": 1}
_AMOUNT_SCHEMA = {"type": "number", "minimum": 0}
_WINDOW_SCHEMA = {"type": "string", "pattern": r"^\s*\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}\s*$"}
_STEPS_SCHEMA = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "array", "minItems": 2, "maxItems": 2},
}
BY_PERIOD_SCHEMA = {"anyOf": [*DISTRIBUTION_SCHEMA["anyOf"], _STEPS_SCHEMA]}


Duration = Annotated[float, BeforeValidator(parse_duration), WithJsonSchema(DURATION_SCHEMA)]
PositiveDuration = Annotated[
    float, BeforeValidator(parse_positive_duration), WithJsonSchema(DURATION_SCHEMA)
]
Share = Annotated[float, BeforeValidator(parse_share), WithJsonSchema(_SHARE_SCHEMA)]
ShareBelowOne = Annotated[
    float,
    BeforeValidator(parse_share_below_one),
    WithJsonSchema({"type": "number", "minimum": 0, "exclusiveMaximum": 1}),
]
ShareInside = Annotated[
    float,
    BeforeValidator(parse_share_inside),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
]
Amount = Annotated[float, BeforeValidator(parse_amount), WithJsonSchema(_AMOUNT_SCHEMA)]
Factor = Annotated[
    float, BeforeValidator(parse_factor), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})
]
Count = Annotated[
    int, BeforeValidator(parse_count), WithJsonSchema({"type": "integer", "minimum": 0})
]
PositiveCount = Annotated[
    int, BeforeValidator(parse_positive_count), WithJsonSchema({"type": "integer", "minimum": 1})
]
Clock = Annotated[float, BeforeValidator(parse_clock), WithJsonSchema({"type": "string"})]
Window = Annotated[
    tuple[float, float], BeforeValidator(parse_window), WithJsonSchema(_WINDOW_SCHEMA)
]
Windows = Annotated[
    tuple[tuple[float, float], ...],
    BeforeValidator(parse_windows),
    WithJsonSchema(
        {"anyOf": [_WINDOW_SCHEMA, {"const": "closed"}, {"type": "array", "items": _WINDOW_SCHEMA}]}
    ),
]
Day = Annotated[
    dt.date, BeforeValidator(parse_date), WithJsonSchema({"type": "string", "format": "date"})
]
Name = Annotated[
    str, BeforeValidator(parse_name), WithJsonSchema({"type": "string", "pattern": r"^[^\s.]+$"})
]
TimeZone = Annotated[str, BeforeValidator(parse_timezone), WithJsonSchema({"type": "string"})]
Headcount = Annotated[
    int | tuple[tuple[float, int], ...],
    BeforeValidator(parse_headcount),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, _STEPS_SCHEMA]}),
]
Rate = Annotated[
    float | tuple[tuple[float, float], ...],
    BeforeValidator(parse_rate),
    WithJsonSchema({"anyOf": [_AMOUNT_SCHEMA, _STEPS_SCHEMA]}),
]
RandomDuration = Annotated[
    Distribution, BeforeValidator(parse_distribution), WithJsonSchema(DISTRIBUTION_SCHEMA)
]
RandomDurationByPeriod = Annotated[
    Any,
    BeforeValidator(parse_distribution_by_period),
    WithJsonSchema(BY_PERIOD_SCHEMA),
]
