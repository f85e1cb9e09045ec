"""Arguments checked on the way in: what is wrong, what was found, what is allowed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Real

from ccsim.errors import OptionError


def refuse(where: str, name: str, value: object, allowed: str) -> OptionError:
    """Word the refusal of an argument.

    Parameters
    ----------
    where : str
        The function or distribution that was called.
    name : str
        The argument.
    value : object
        What was found.
    allowed : str
        What would have been accepted.

    Returns
    -------
    OptionError
        To be raised by the caller.

    Examples
    --------
    >>> str(refuse("erlang", "aht", -3, "a number above 0"))
    'erlang: aht is -3; allowed: a number above 0'
    """
    return OptionError(f"{where}: {name} is {value!r}; allowed: {allowed}")


def real(
    where: str,
    name: str,
    value: object,
    *,
    above: float | None = None,
    at_least: float | None = None,
    below: float | None = None,
    infinite: bool = False,
) -> float:
    """Return `value` as a float within the bounds.

    Parameters
    ----------
    where, name : str
        Named in the error.
    value : object
        What the caller gave; numpy scalars are numbers, booleans and text are not.
    above, at_least, below : float, optional
        Strict lower, inclusive lower and strict upper bound.
    infinite : bool, default False
        Whether `inf` is allowed.

    Raises
    ------
    OptionError
        Not a number, not finite or out of bounds.

    Examples
    --------
    >>> real("erlang", "aht", 180, above=0)
    180.0
    """
    bounds = {"above": above, "at least": at_least, "below": below}
    said = " and ".join(f"{word} {bound:g}" for word, bound in bounds.items() if bound is not None)
    allowed = f"a number {said}".rstrip() + (", or inf" if infinite else "")
    if isinstance(value, bool) or not isinstance(value, Real):
        raise refuse(where, name, value, allowed)
    number = float(value)
    inside = (
        (above is None or number > above)
        and (at_least is None or number >= at_least)
        and (below is None or number < below)
        and (math.isfinite(number) or (infinite and number == math.inf))
    )
    if not inside:
        raise refuse(where, name, value, allowed)
    return number


def whole(
    where: str,
    name: str,
    value: object,
    *,
    at_least: int,
    at_most: int,
    infinite: bool = False,
) -> float:
    """Return `value` as a whole number (as float, because `inf` may be allowed).

    Parameters
    ----------
    where, name : str
        Named in the error.
    value : object
        What the caller gave; 14 and 14.0 are whole, 14.5 is not.
    at_least, at_most : int
        Inclusive bounds.
    infinite : bool, default False
        Whether `inf` is allowed.

    Raises
    ------
    OptionError
        Not a whole number or out of bounds.

    Examples
    --------
    >>> whole("erlang", "agents", 14, at_least=0, at_most=1000)
    14.0
    """
    allowed = f"a whole number from {at_least:,} to {at_most:,}" + (", or inf" if infinite else "")
    if isinstance(value, bool) or not isinstance(value, Real):
        raise refuse(where, name, value, allowed)
    number = float(value)
    if infinite and number == math.inf:
        return number
    if not (at_least <= number <= at_most and number.is_integer()):
        raise refuse(where, name, value, allowed)
    return number


def reals(
    where: str,
    name: str,
    values: object,
    *,
    above: float | None = None,
    at_least: float | None = None,
    length: int = 1,
) -> tuple[float, ...]:
    """Return `values` as a tuple of finite floats within the bounds.

    Parameters
    ----------
    where, name : str
        Named in the error.
    values : object
        A list, tuple or array of numbers.
    above, at_least : float, optional
        Strict and inclusive lower bound of every number.
    length : int, default 1
        The fewest numbers allowed.

    Raises
    ------
    OptionError
        Not a list of numbers, too short, or a number out of bounds.

    Examples
    --------
    >>> reals("Hyperexponential", "means", [60, 300], above=0)
    (60.0, 300.0)
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise refuse(where, name, values, f"a list of at least {length} numbers")
    numbers = tuple(
        real(where, f"{name}[{i}]", value, above=above, at_least=at_least)
        for i, value in enumerate(values)
    )
    if len(numbers) < length:
        raise refuse(where, name, values, f"a list of at least {length} numbers")
    return numbers
