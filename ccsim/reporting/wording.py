"""Numbers as people read them, and text as wide as a screen shows it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

import pandas as pd

Labels = Mapping[str, str]
ELLIPSIS = "…"


def count(value: float) -> str:
    """Write a whole number with thousands separators."""
    return f"{value:,.0f}"


def decimal(value: float) -> str:
    """Write a number with one decimal and thousands separators."""
    return f"{value:,.1f}"


def share(value: float) -> str:
    """Write a fraction as a percentage."""
    return f"{value:.1%}"


def seconds(value: float, labels: Labels) -> str:
    """Write seconds with their unit."""
    return labels["value.seconds"].format(value=f"{value:,.0f}")


def money(value: float, currency: str, labels: Labels, decimals: int = 0) -> str:
    """Write an amount with its currency, or that it is not known."""
    return known(
        value,
        lambda x: labels["value.money"].format(currency=currency, value=f"{x:,.{decimals}f}"),
        labels,
    )


def known(value: float, words: Callable[[float], str], labels: Labels) -> str:
    """Write a number, or that it is not known where it is NaN."""
    return labels["value.unknown"] if pd.isna(value) else words(value)


def width(text: str) -> int:
    """Columns a text takes on a screen: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def padded(text: str, columns: int) -> str:
    """Fill a text with blanks up to a number of screen columns."""
    return text + " " * max(columns - width(text), 0)


def clipped(text: str, columns: int) -> str:
    """Cut a text to a number of screen columns, with an ellipsis where something is missing."""
    if width(text) <= columns:
        return text
    kept = ""
    for sign in text:
        if width(kept + sign) > columns - 1:
            break
        kept += sign
    return kept.rstrip() + ELLIPSIS
