"""How ccsim's functions are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba import types

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function, once, and keep it beside its module.

    Numba compiles a function that others call anew for every literal number they call it with:
    `mark` once for each purpose. Here numbers are taken as numbers.
    """
    return once(numba.njit(cache=True)(function))


def once(dispatcher: Any) -> Any:
    """Let a compiled function be compiled for types only, not for each literal of a type."""
    template = dispatcher.get_call_template

    def of_types(arguments: Any, named: Any) -> Any:
        plain = [_plain(one) for one in arguments]
        return template(plain, {name: _plain(one) for name, one in named.items()})

    dispatcher.get_call_template = of_types
    return dispatcher


def _plain(one: Any) -> Any:
    """Type of an argument whatever its value; a truth is a number."""
    one = types.unliteral(one)  # type: ignore[no-untyped-call]
    return types.int64 if isinstance(one, types.Boolean) else one
