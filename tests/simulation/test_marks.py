"""Marks: the generator is SplitMix64, and a mark depends on nothing but its name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import chisquare, kstest

from ccsim.simulation.marks import TALK, WRAP, mark, mix, name_key, stream


def test_the_generator_gives_the_known_answers_of_splitmix64() -> None:
    # The first five numbers after seed 1234567, as its published implementations print them.
    known = (
        6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431,
        16408922859458223821,
    )  # fmt: skip
    assert tuple(int(mix(np.uint64(1234567), np.uint64(n))) for n in range(5)) == known


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


def marks(**varied: Any) -> NDArray[np.float64]:
    """Marks along one of the names of a mark, the others as they are for a first leg's talk."""
    plain = {"seed": 1, "replication": 0, "key": 5, "attempt": 1, "leg": 1, "purpose": TALK}
    ((name, values),) = varied.items()
    made = []
    for value in values:
        of = plain | {name: value}
        luck = np.uint64(stream(of["seed"], of["replication"]))
        made.append(mark(luck, np.uint64(of["key"]), of["attempt"], of["leg"], of["purpose"]))
    return np.array(made)


@pytest.mark.parametrize("name", ["seed", "replication", "key", "attempt", "leg", "purpose"])
def test_marks_are_uniform_and_those_of_neighbours_are_independent(name: str) -> None:
    values = marks(**{name: range(40_000)})
    assert kstest(values, "uniform").pvalue > 1e-4
    for lag in (1, 2, 7):
        together = np.corrcoef(values[:-lag], values[lag:])[0, 1]
        assert abs(together) < 4 / np.sqrt(len(values))
    # Pairs of neighbours fill the square evenly.
    square, _, _ = np.histogram2d(values[:-1:2], values[1::2], bins=20, range=[[0, 1], [0, 1]])
    assert chisquare(square.ravel()).pvalue > 1e-4


@pytest.mark.parametrize(
    ("name", "bits"), [("key", 64), ("attempt", 16), ("leg", 16), ("purpose", 13)]
)
def test_any_bit_of_a_name_changes_half_the_bits_of_its_mark(name: str, bits: int) -> None:
    random = np.random.default_rng(1)
    changed = []
    for value in random.integers(0, 2**bits, 40, dtype=np.uint64).tolist():
        others = [value ^ (1 << bit) for bit in range(bits)]
        whole = (marks(**{name: [value, *others]}) * 2**52).astype(np.uint64)
        changed += [int(one ^ whole[0]).bit_count() for one in whole[1:]]
    assert np.mean(changed) == pytest.approx(26, abs=4 * np.sqrt(13 / len(changed)))
    assert min(changed) > 4


def test_the_key_of_a_name_is_the_same_on_every_machine() -> None:
    # printf 'contact\x1forders' | b2sum -l 64
    expected = int.from_bytes(bytes.fromhex("8d20a466d6457d6a"), "little")
    assert int(name_key("contact", "orders")) == expected
