"""The tests' own solutions agree with independent values."""

from __future__ import annotations

import pytest

from tests.truth.exact import constant_patience, retrials, shared_attention, two_phases, two_skills

# Independent 40-digit values of the project's reference unless another source is named.


def test_constant_patience() -> None:
    found = constant_patience(48, 1, 50, 2)
    assert found["p_wait"] == pytest.approx(0.690678604476)
    assert found["abandonment"] == pytest.approx(0.000515065194)
    assert found["asa"] * 60 == pytest.approx(19.2215184)


def test_retrials() -> None:
    found = retrials(4, 1, 5, 0.5)
    assert found["p_all_busy"] == pytest.approx(0.439481666556)
    assert found["mean_orbit"] == pytest.approx(8.131977866598)


def test_two_agents_with_one_chat_each_are_erlang_a() -> None:
    from ccsim.queueing import erlang

    found, known = shared_attention(2, 1, 1, 0.5, 0.5), erlang(2 * 3600, 1, 2, patience=2)
    assert found["asa"] == pytest.approx(known.asa)
    assert found["occupancy"] == pytest.approx(known.occupancy)


def test_skills_that_all_have_are_one_queue() -> None:
    from ccsim.queueing import erlang

    # Specialists who can do next to nothing: the generalists serve everybody.
    found = two_skills((1e-9, 3), (1, 1), (1, 0.5), 1, 3)
    known = erlang(3 * 3600, 1, 3, patience=2)
    assert found["two", "abandonment"] == pytest.approx(known.abandonment, rel=1e-6)
    assert found["generalists", "occupancy"] == pytest.approx(known.occupancy, rel=1e-6)


def test_phases_that_are_alike_change_nothing() -> None:
    assert two_phases((4, 4), 3) == pytest.approx((4, 4))
