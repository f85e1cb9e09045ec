"""Durations as a scenario writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from numbers import Real
from typing import Any

from ccsim.distributions.base import Distribution
from ccsim.distributions.gamma import Gamma
from ccsim.distributions.parametric import (
    Constant,
    Exponential,
    Hyperexponential,
    Lognormal,
    Weibull,
)
from ccsim.distributions.piecewise import Empirical, PiecewiseHazard
from ccsim.errors import OptionError

FAMILIES: dict[str, type[Distribution]] = {
    "constant": Constant,
    "exponential": Exponential,
    "lognormal": Lognormal,
    "gamma": Gamma,
    "weibull": Weibull,
    "hyperexponential": Hyperexponential,
    "empirical": Empirical,
    "piecewise_hazard": PiecewiseHazard,
}


def from_spec(spec: float | Mapping[str, Any] | Distribution) -> Distribution:
    """Make a duration from the mapping a scenario holds.

    Parameters
    ----------
    spec : mapping, number or Distribution
        `{name: {parameter: value}}` with all times in seconds; a bare number is a constant; a
        distribution is returned as it is.

    Returns
    -------
    Distribution

    Raises
    ------
    OptionError
        Unknown name, unknown or missing parameter, or a value out of range.

    Examples
    --------
    >>> from_spec({"lognormal": {"mean": 190, "cv": 0.9}})
    Lognormal(mean=190.0, cv=0.9)
    >>> from_spec(30)
    Constant(value=30.0)
    """
    if isinstance(spec, Distribution):
        return spec
    if isinstance(spec, Real) and not isinstance(spec, bool):
        return Constant(float(spec))
    if not isinstance(spec, Mapping) or len(spec) != 1:
        raise OptionError(f"duration is {spec!r}; allowed: seconds, or one of {_names()} with ...")
    ((name, parameters),) = spec.items()
    if name not in FAMILIES:
        near = get_close_matches(str(name), FAMILIES, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise OptionError(f"duration {name!r} is not known; allowed: {_names()}{hint}")
    kind = FAMILIES[name]
    wanted = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    if not isinstance(parameters, Mapping) or set(parameters) != set(wanted):
        raise OptionError(
            f"duration {name} has {parameters!r}; allowed: exactly {', '.join(wanted)}"
        )
    return kind(**parameters)


def _names() -> str:
    return ", ".join(FAMILIES)
