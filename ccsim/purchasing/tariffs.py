"""Tariffs: what a vendor bills, as data in YAML files."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from ccsim.errors import ScenarioError, TariffError
from ccsim.scenario.kinds import Amount, Day, Duration
from ccsim.scenario.load import field_problems
from ccsim.scenario.origin import read
from ccsim.scenario.setting import Section, setting


class Tariff(Section):
    """A price list for agents' seats."""

    name: str = setting(description="Name shown in tables")
    unit: Literal["peak_concurrent", "named"] = setting(
        description="What is counted: most logged in at once, or people logged in at least once"
    )
    price: Amount = setting(unit="money", description="Price of a seat a month")
    currency: str = setting(description="ISO 4217 code", pattern="^[A-Z]{3}$")
    grace: Duration = setting(
        0.0, unit="s", description="Peaks shorter than this are not billed (peak_concurrent)"
    )
    source: str = setting(description="Where the price was seen, and when")
    seen: Day = setting(description="Date of the price")
    quality: Literal["A", "B", "C", "assumption"] = setting(description="Quality of the source")
    check_before_use: Literal[True] = setting(
        description="List prices change: every tariff file says so"
    )


def load_tariff(path: str | Path) -> Tariff:
    """Read a tariff file.

    Raises
    ------
    TariffError
        With a line for every problem: file, line, field, found, allowed.

    Examples
    --------
    >>> load_tariff("scenarios/tariffs/named.yaml").unit   # doctest: +SKIP
    'named'
    """
    try:
        origin = read(path)
    except ScenarioError as error:
        raise TariffError(str(error)) from error
    try:
        return Tariff.model_validate(origin.document)
    except ValidationError as error:
        problems = field_problems(origin, error, Tariff)
        raise TariffError("\n".join(map(str, problems))) from None
