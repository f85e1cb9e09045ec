"""Marks: the generator is Philox, and a mark depends on nothing but its name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from ccsim.simulation.marks import TALK, WRAP, mark, name_key, philox, stream

ONES = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((0,) * 6, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ONES,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_the_generator_gives_the_known_answers_of_random123(
    words: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    # Known answers of Philox4x32-10 from the Random123 library (Salmon et al. 2011), kat_vectors.
    assert tuple(int(word) for word in philox(*map(np.uint64, words))) == expected


@given(
    seed=st.integers(0, 2**63 - 1),
    replication=st.integers(0, 10**6),
    key=st.integers(0, 2**64 - 1),
    attempt=st.integers(0, 2**16 - 1),
)
def test_a_mark_is_a_pure_function_strictly_between_nought_and_one(
    seed: int, replication: int, key: int, attempt: int
) -> None:
    luck = np.uint64(stream(seed, replication))
    value = mark(luck, np.uint64(key), attempt, 1, TALK)
    assert 0 < value < 1
    assert value == mark(luck, np.uint64(key), attempt, 1, TALK)
    assert value != mark(luck, np.uint64(key), attempt, 1, WRAP)


def test_marks_are_uniform_and_those_of_neighbours_are_independent() -> None:
    luck = np.uint64(stream(1, 0))
    values = np.array([mark(luck, np.uint64(key), 1, 1, TALK) for key in range(40_000)])
    assert kstest(values, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 3.5 / np.sqrt(len(values))


def test_the_key_of_a_name_is_the_same_on_every_machine() -> None:
    # printf 'contact\x1forders' | b2sum -l 64
    expected = int.from_bytes(bytes.fromhex("8d20a466d6457d6a"), "little")
    assert int(name_key("contact", "orders")) == expected
