"""Integer arithmetic of the contract, exact beyond 64 bits where that can happen."""

from __future__ import annotations

import numpy as np

from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.layout import NEVER, UNIT

# Below this twice a duration times a million fits 64 bits.
_SHORT = 4 * 10**12
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)


@compiled
def at_speed(duration: int, speed: int) -> int:
    """A duration at a speed in millionths, rounded: (2·d·10⁶ + s) div (2·s)."""
    if speed == UNIT:
        return duration
    if duration <= _SHORT:
        return (2 * duration * UNIT + speed) // (2 * speed)
    whole = duration // speed
    rest = duration - whole * speed
    return whole * UNIT + (2 * rest * UNIT + speed) // (2 * speed)


@compiled
def times(duration: int, factor: int) -> int:
    """A duration times a factor in millionths, rounded: (2·d·f + 10⁶) div (2·10⁶)."""
    if factor == UNIT:
        return duration
    whole = duration // UNIT
    if factor > 0 and whole > NEVER // factor:
        return NEVER
    rest = duration - whole * UNIT
    return whole * factor + (2 * rest * factor + UNIT) // (2 * UNIT)


@compiled
def product(a: int, b: int) -> tuple[np.uint64, np.uint64]:
    """High and low 64 bits of the product of two numbers from nought on."""
    a_low, a_high = np.uint64(a) & _LOW, np.uint64(a) >> _32
    b_low, b_high = np.uint64(b) & _LOW, np.uint64(b) >> _32
    low = a_low * b_low
    middle = a_high * b_low + (low >> _32)
    carried = a_low * b_high + (middle & _LOW)
    high = a_high * b_high + (middle >> _32) + (carried >> _32)
    return high, (carried << _32) | (low & _LOW)


@compiled
def less(a: int, b: int, c: int, d: int) -> bool:
    """Whether a · b < c · d."""
    one, other = product(a, b), product(c, d)
    return bool(one[0] < other[0] or (one[0] == other[0] and one[1] < other[1]))


@compiled
def summed(
    one: tuple[np.uint64, np.uint64], other: tuple[np.uint64, np.uint64]
) -> tuple[np.uint64, np.uint64]:
    """Sum of two such products."""
    low = one[1] + other[1]
    carry = np.uint64(1) if low < one[1] else np.uint64(0)
    return one[0] + other[0] + carry, low
