"""How the functions of the engine are compiled: once each, and as a part of one program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba import types

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function that only compiled code calls.

    Numba compiles a function anew for every literal number it is called with, makes it callable
    from Python, and keeps it in its cache. Here none of that is of use: numbers are taken as
    numbers, and only the whole program is called and kept (`engine._play`). That is a third of the
    time to compile.
    """
    made = numba.njit(
        no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy"
    )(function)  # fmt: skip
    template = made.get_call_template

    def plain(arguments: Any, named: Any) -> Any:
        return template([_plain(one) for one in arguments], named)

    made.get_call_template = plain
    return made  # type: ignore[no-any-return]


def _plain(one: Any) -> Any:
    one = types.unliteral(one)
    return types.int64 if isinstance(one, types.Boolean) else one
