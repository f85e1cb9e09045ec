"""Arguments of public calls, read or refused with what is allowed."""

from __future__ import annotations

import math
from numbers import Integral, Real

import pandas as pd

from ccsim.errors import OptionError


def whole(name: str, value: object, *, least: int) -> int:
    """Read a whole number.

    Raises
    ------
    OptionError
        When it is none, or less than `least`.

    Examples
    --------
    >>> whole("days", 14, least=1)
    14
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise OptionError(
            f"{name}={value!r} is not allowed; allowed: a whole number, {least} or more"
        )
    return int(value)


def workers_of(workers: object) -> int | None:
    """Read a number of processes; None leaves it to us."""
    return None if workers is None else whole("workers", workers, least=1)


def share_inside(name: str, value: object) -> float:
    """Read a number between 0 and 1, neither of the two."""
    if isinstance(value, bool) or not isinstance(value, Real) or not 0.0 < float(value) < 1.0:
        raise OptionError(f"{name} {value!r} is not allowed; allowed: between 0 and 1")
    return float(value)


def day_of(name: str, value: object) -> pd.Timestamp:
    """Read a date, without time zone and time of day."""
    try:
        day = pd.Timestamp(value)
    except (ValueError, TypeError):
        day = pd.NaT
    if day is pd.NaT:
        raise OptionError(f"{name} '{value}' is not a date; allowed: such as 2026-11-09")
    return day.tz_localize(None).normalize()


def length_in_days(name: str, value: object) -> pd.Timedelta:
    """Read a length of whole days, such as `7D`."""
    try:
        length = pd.Timedelta(value)
    except (ValueError, TypeError):
        length = pd.NaT
    if length is pd.NaT or length < pd.Timedelta("1D") or length % pd.Timedelta("1D"):
        raise OptionError(f"{name}={value} is not allowed; allowed: whole days, such as 7D")
    return length


def is_number(value: object) -> bool:
    """Say whether a value is a finite real number."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    return math.isfinite(float(value))
