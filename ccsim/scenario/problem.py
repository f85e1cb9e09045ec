"""What is wrong with a scenario, in one line each: where, field, found, allowed, nearest name."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ccsim.errors import NotYetSupported, ScenarioError


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and how to put it right."""

    where: str
    field: str
    what: str
    found: Any = None
    allowed: str = ""
    nearest: str | None = None
    line: int = 0

    def __str__(self) -> str:
        """Write the problem as one line."""
        parts = [
            f"{self.where}: {self.field}: {self.what}"
            if self.field
            else f"{self.where}: {self.what}"
        ]
        if self.found is not None:
            parts.append(f"found {shorten(self.found)}")
        if self.nearest is not None:
            parts.append(f"did you mean '{self.nearest}'?")
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        return "; ".join(parts)


def shorten(value: Any, most: int = 60) -> str:
    """Show a value without flooding the message."""
    text = str(value) if isinstance(value, dt.date) else repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def nearest(name: object, names: Iterable[object]) -> str | None:
    """Find the valid name closest to a wrong one."""
    close = difflib.get_close_matches(str(name), [str(item) for item in names], n=1, cutoff=0.5)
    return close[0] if close else None


def refusal(problems: Sequence[Problem]) -> ScenarioError:
    """Make one error of several problems."""
    return ScenarioError("\n".join(map(str, problems)), problems)


def not_yet(problems: Sequence[Problem]) -> NotYetSupported:
    """Make one error of the fields that this version does not act on yet."""
    return NotYetSupported("\n".join(map(str, problems)), problems)
