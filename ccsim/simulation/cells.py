"""Cells: stretches of time in which a queue has one rate, cut where something changes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.scenario import Scenario
from ccsim.scenario.opening import horizon_start
from ccsim.simulation.centre import unix_us
from ccsim.simulation.marks import mix, name_key


@dataclass(frozen=True)
class Cells:
    """Stretches of time in which a queue has one rate.

    Attributes
    ----------
    queue
        ndarray of int16, shape (cells,): queue number.
    start, length
        ndarrays of int64, shape (cells,): the cell in engine time, µs.
    key
        ndarray of uint64, shape (cells,): names queue and moment; a contact's key grows from it.
    """

    queue: NDArray[np.int16]
    start: NDArray[np.int64]
    length: NDArray[np.int64]
    key: NDArray[np.uint64]


@dataclass(frozen=True)
class Piece:
    """A cell in the making.

    Attributes
    ----------
    queue
        Queue number.
    start, end
        From when to when.
    expected
        Expected contacts, or the share of a forecast's interval that falls into the piece.
    place
        Row and column of the interval in the forecast's table; -1 where there is none.
    """

    queue: int
    start: pd.Timestamp
    end: pd.Timestamp
    expected: float
    place: tuple[int, int] = (-1, -1)


def cut(pieces: Iterable[Piece], edges: Mapping[int, Iterable[pd.Timestamp]]) -> Iterator[Piece]:
    """Cut the pieces of each queue at moments of its own, contacts spread evenly.

    The first part of a piece keeps its start, and so its key; pieces of other queues stay whole.

    Parameters
    ----------
    edges
        Queue number to the moments at which its rate changes.
    """
    ordered = {queue: sorted(set(moments)) for queue, moments in edges.items()}
    for piece in pieces:
        inside = [t for t in ordered.get(piece.queue, ()) if piece.start < t < piece.end]
        for start, end in pairwise([piece.start, *inside, piece.end]):
            share = (end - start) / (piece.end - piece.start)
            yield replace(piece, start=start, end=end, expected=piece.expected * share)


def cells_of(scenario: Scenario, pieces: list[Piece]) -> Cells:
    """Turn pieces into cells in engine time, each with its lasting key."""
    begin = horizon_start(scenario)
    keys = [np.uint64(name_key("contact", name)) for name in scenario.queues]
    micro = pd.Timedelta(microseconds=1)
    return Cells(
        queue=np.array([piece.queue for piece in pieces], dtype=np.int16),
        start=np.array([(piece.start - begin) // micro for piece in pieces], dtype=np.int64),
        length=np.array([(p.end - p.start) // micro for p in pieces], dtype=np.int64),
        # The moment itself, not its place in the horizon: starting a day earlier or adding
        # a queue gives nobody another key.
        key=np.array(
            [mix(keys[p.queue], np.uint64(unix_us(p.start))) for p in pieces], dtype=np.uint64
        ),
    )
