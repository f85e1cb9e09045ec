"""The survey: who was asked, answers, and is satisfied, seen from legs and marks alone."""

from __future__ import annotations

from dataclasses import replace

import numba
import numpy as np
from numpy.typing import NDArray

from ccsim.simulation.centre import Centre
from ccsim.simulation.intents import RESPONDS, SAMPLED
from ccsim.simulation.marks import SATISFIED, mark, stream
from ccsim.simulation.records import CONTACT, HANDLED, IS_SATISFIED, Legs

MINUTE = 60_000_000.0


def surveyed(centre: Centre, legs: Legs, key: NDArray[np.uint64], seed: int, run: int) -> Legs:
    """Flag the satisfied among those who answer the survey.

    Satisfied is who has mark(satisfied) < satisfied − loss · minutes waited; every engine's
    legs pass through here.

    Parameters
    ----------
    key
        ndarray of uint64: keys of the contacts by number.
    """
    if centre.survey is None:
        return legs
    asked = SAMPLED | RESPONDS
    rows = np.flatnonzero(
        (legs.kind == CONTACT) & (legs.state == HANDLED) & (legs.intent & asked == asked)
    )
    uniforms = _uniforms(
        np.uint64(stream(seed, run)), key[legs.contact[rows]], legs.attempt[rows], legs.leg[rows]
    )
    minutes = (legs.answered[rows] - legs.entered[rows]) / MINUTE
    rules = centre.survey
    satisfied = uniforms < rules.satisfied - rules.loss_per_minute * minutes
    flags = legs.flags.copy()
    flags[rows[satisfied]] |= IS_SATISFIED
    return replace(legs, flags=flags)


@numba.njit(cache=True)
def _uniforms(
    luck: np.uint64,
    key: NDArray[np.uint64],
    attempt: NDArray[np.int16],
    leg: NDArray[np.int16],
) -> NDArray[np.float64]:
    uniforms = np.empty(len(key))
    for row in range(len(key)):
        uniforms[row] = mark(luck, key[row], attempt[row], leg[row], SATISFIED)
    return uniforms
