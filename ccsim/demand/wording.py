"""How the demand room words its refusals: found, allowed, and the nearest valid name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Say which allowed name was probably meant, or nothing when none is near.

    Examples
    --------
    >>> nearest("Amercia/New_York", ["America/New_York", "UTC"])
    "; did you mean 'America/New_York'?"
    """
    by_lower_case = {candidate.lower(): candidate for candidate in allowed}
    close = get_close_matches(name.lower(), by_lower_case, n=1)
    return f"; did you mean '{by_lower_case[close[0]]}'?" if close else ""


def listed(items: Iterable[object], at_most: int = 10) -> str:
    """Join items with commas; when there are more than `at_most`, say how many more.

    Examples
    --------
    >>> listed([1, 2, 3], at_most=2)
    '1, 2 and 1 more'
    """
    every = [str(item) for item in items]
    shown = ", ".join(every[:at_most])
    return shown if len(every) <= at_most else f"{shown} and {len(every) - at_most} more"
