"""Tables of 64-bit words in plain memory: what the compiled engine keeps its state in.

Passing arrays between compiled functions costs about 10 ns for each array and call (counting who
refers to it); an address costs nothing. So the whole state hangs on one address, the *world*: a
block of registers (`ccsim.simulation.compiled_engine.layout`) that hold numbers and the addresses
of tables. Tables that grow are moved by the C library's `realloc`, which changes one register.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, types  # type: ignore[attr-defined]
from numba.extending import intrinsic
from numpy.typing import NDArray

from ccsim.simulation.compiled_engine.compiled import compiled

_WORD = ir.IntType(64)
_REAL = ir.DoubleType()


def _inline(code: Callable[..., Any]) -> Any:
    """`intrinsic`, typed by what it becomes: a function of compiled code."""
    return intrinsic(code)


def _place(builder: Any, base: Any, index: Any, of: Any) -> Any:
    return builder.gep(builder.inttoptr(base, of.as_pointer()), [index])


@_inline
def get(_typing: Any, base: Any, index: Any) -> Any:
    """Word of a table at an address."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.load(_place(builder, arguments[0], arguments[1], _WORD))

    return types.int64(types.int64, types.int64), code


@_inline
def real(_typing: Any, base: Any, index: Any) -> Any:
    """Word of a table read as a double."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.load(_place(builder, arguments[0], arguments[1], _REAL))

    return types.float64(types.int64, types.int64), code


@_inline
def put(_typing: Any, base: Any, index: Any, value: Any) -> Any:
    """Write a word of a table."""

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        base, index, value = arguments
        builder.store(value, _place(builder, base, index, _WORD))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), code


@_inline
def add(_typing: Any, base: Any, index: Any, value: Any) -> Any:
    """Add to a word of a table and return the sum."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        base, index, value = arguments
        place = _place(builder, base, index, _WORD)
        total = builder.add(builder.load(place), value)
        builder.store(total, place)
        return total

    return types.int64(types.int64, types.int64, types.int64), code


@_inline
def moved(_typing: Any, base: Any, size: Any) -> Any:
    """Give a table another size in bytes (from address 0: make one); returns its new address."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        pointer = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(pointer, [pointer, _WORD])
        realloc = builder.module.globals.get("realloc") or ir.Function(
            builder.module, kind, name="realloc"
        )
        base, size = arguments
        return builder.ptrtoint(
            builder.call(realloc, [builder.inttoptr(base, pointer), size]), _WORD
        )

    return types.int64(types.int64, types.int64), code


@_inline
def freed(_typing: Any, base: Any) -> Any:
    """Give a table's memory back."""

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        pointer = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [pointer])
        free = builder.module.globals.get("free") or ir.Function(builder.module, kind, name="free")
        builder.call(free, [builder.inttoptr(arguments[0], pointer)])
        return context.get_dummy_value()

    return types.void(types.int64), code


@compiled
def grown(world: int, table: int, room: int, row: int) -> None:
    """Double the room of a table; `table` and `room` are registers, `row` is bytes a row."""
    rows = 2 * get(world, room)
    put(world, table, moved(get(world, table), rows * row))
    put(world, room, rows)


@_inline
def _pointer(_typing: Any, base: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

    return types.voidptr(types.int64), code


@compiled
def words(base: int, number: int) -> NDArray[np.int64]:
    """A table as an array of whole numbers, for code that takes arrays."""
    return carray(_pointer(base), (number,), np.int64)


@compiled
def reals(base: int, number: int) -> NDArray[np.float64]:
    """A table as an array of doubles, for code that takes arrays."""
    return carray(_pointer(base), (number,), np.float64)


def _narrow(bits: int) -> Any:
    @_inline
    def read(_typing: Any, base: Any, index: Any) -> Any:
        def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            place = _place(builder, arguments[0], arguments[1], ir.IntType(bits))
            return builder.sext(builder.load(place), _WORD)

        return types.int64(types.int64, types.int64), code

    return read


def _narrow_put(bits: int) -> Any:
    @_inline
    def write(_typing: Any, base: Any, index: Any, value: Any) -> Any:
        def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            base, index, value = arguments
            of = ir.IntType(bits)
            builder.store(builder.trunc(value, of), _place(builder, base, index, of))
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, types.int64), code

    return write


# Numbers of 16 and 32 bits, and of 8, from columns that are not words.
small, half, byte = _narrow(16), _narrow(32), _narrow(8)
put_half, put_byte = _narrow_put(32), _narrow_put(8)


@_inline
def put_real(_typing: Any, base: Any, index: Any, value: Any) -> Any:
    """Write a double into a word of a table."""

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        base, index, value = arguments
        builder.store(value, _place(builder, base, index, _REAL))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.float64), code
