"""Labour law as data: a file a country, each rule with its value and the article it stands in.

Public names: `Rule`, `labour_law`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class Rule:
    """One rule of a labour law.

    Attributes
    ----------
    value, unit
        How much, of what.
    article
        Where it is written.
    quality, source
        How sure it is, and where it was read.
    """

    value: float
    unit: str
    article: str
    quality: str
    source: str


@cache
def labour_law(country: str) -> dict[str, Rule]:
    """Read the rules of a country.

    Examples
    --------
    >>> labour_law("CN")["overtime_month_hours"].value
    36
    """
    text = files(__package__).joinpath(f"{country}.yaml").read_text("utf-8")
    return {name: Rule(**rule) for name, rule in yaml.safe_load(text).items()}
