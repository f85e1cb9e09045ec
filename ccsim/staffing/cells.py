"""Where headcount may change: the cells of a requirement, a group through a stretch of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.errors import ScenarioError
from ccsim.scenario import Scenario
from ccsim.scenario.opening import DAY
from ccsim.simulation.centre import SECOND, Centre

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
# Prices that differ by less, as a share, are one.
CENT = 0.01
Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True)
class Cells:
    """Stretches of intervals through which a group's headcount stays the same.

    Attributes
    ----------
    group
        ndarray of int64, shape (cells,): number of the group.
    first, last
        ndarrays of int64, shape (cells,): intervals from the first until before the last.
    price
        ndarray of float64, shape (cells,): what an agent through the cell costs: money where
        every group has a wage, hours otherwise.
    profile
        ndarray of int64, shape (groups, intervals): agents on top of a cell's own.
    """

    group: Ints
    first: Ints
    last: Ints
    price: Floats
    profile: Ints

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self.profile)

    @property
    def intervals(self) -> int:
        """How many intervals there are."""
        return self.profile.shape[1]

    def __len__(self) -> int:
        """How many cells there are."""
        return len(self.group)

    def net(self, agents: NDArray[Number]) -> NDArray[Number]:
        """Agents at work by group and interval, shape (groups, intervals), from those by cell."""
        net = np.zeros((self.groups, self.intervals), agents.dtype)
        for group, first, last, number in zip(
            self.group, self.first, self.last, agents, strict=True
        ):
            net[group, first:last] = number
        return net + self.profile.astype(agents.dtype)

    def of(self, net: NDArray[Number]) -> NDArray[Number]:
        """Agents by cell from those by group and interval: the most through each cell."""
        pieces = zip(self.group, self.first, self.last, strict=True)
        return np.array([net[group, first:last].max() for group, first, last in pieces], net.dtype)

    def shaped(self, net: Ints) -> Cells:
        """The same cells, through which headcount goes up and down as in `net`.

        A cell's own agents are those at the lowest point of it.
        """
        profile = np.zeros_like(self.profile)
        for group, first, last in zip(self.group, self.first, self.last, strict=True):
            own = net[group, first:last]
            profile[group, first:last] = own - own.min()
        return replace(self, profile=profile)

    @property
    def smallest_saving(self) -> float:
        """The least by which one staffing may be cheaper than another: an agent, or an exchange."""
        stretches: dict[tuple[int, int], list[float]] = {}
        for first, last, price in zip(self.first, self.last, self.price, strict=True):
            stretches.setdefault((first, last), [0.0]).append(price)
        gaps = np.concatenate([np.diff(np.sort(prices)) for prices in stretches.values()])
        return float(gaps[gaps > CENT * self.price.max()].min())

    def apart(self, reach: int) -> list[Ints]:
        """Sort cells into sets so far apart that what is done to one does not show at the next.

        Parameters
        ----------
        reach
            Intervals after the end of a cell in which it may still be felt.

        Returns
        -------
        list of ndarray of int64
            Each holds cells of one group, in order of time.
        """
        sets: list[list[int]] = []
        for group in range(self.groups):
            own: list[list[int]] = []
            for cell in np.flatnonzero(self.group == group):
                free = (s for s in own if self.first[cell] >= self.last[s[-1]] + reach + 1)
                found = next(free, None)
                if found is None:
                    own.append([int(cell)])
                else:
                    found.append(int(cell))
            sets += own
        return [np.array(one) for one in sets]

    def felt(self, chosen: Ints) -> Iterator[tuple[int, slice]]:
        """Give each of some cells that lie apart the intervals in which it is felt.

        From one before it, whose last contacts wait on into it, to where the next one is felt.
        """
        begins = np.maximum(self.first[chosen] - 1, 0)
        ends = np.append(begins[1:], self.intervals)
        for cell, begin, end in zip(chosen, begins, ends, strict=True):
            yield int(cell), slice(int(begin), int(end))


def cells_of(scenario: Scenario, centre: Centre, block: float | None) -> Cells:
    """Cut each group's hours into cells.

    Parameters
    ----------
    block
        Headcount changes at most so often, s, counted from midnight; every interval where None.

    Raises
    ------
    ScenarioError
        When the block is no multiple of the interval.
    """
    step = scenario.horizon.interval
    if block is not None and (block % step or DAY % block):
        where = scenario.origin.where(("staffing", "block"))
        raise ScenarioError(
            f"{where}: staffing.block: {block / 60:g} min; allowed: a multiple of the interval of "
            f"{step / 60:g} min that divides the day"
        )
    starts = centre.moments(centre.edges[:-1])
    number = _block_numbers(starts, block or step)
    price = _prices(scenario)
    rows = []
    for group, rules in enumerate(centre.groups):
        at_work = _open(rules.windows, centre.edges)
        cut = np.flatnonzero(np.diff(number, prepend=-1) | np.diff(at_work, prepend=False))
        for first, last in zip(cut, [*cut[1:], len(number)], strict=True):
            if at_work[first]:
                hours = (centre.edges[last] - centre.edges[first]) / (3600 * SECOND)
                rows.append((group, first, last, price[group] * hours))
    table = np.array(rows, dtype=float).reshape(-1, 4)
    whole = table[:, :3].astype(np.int64)
    none = np.zeros((len(centre.groups), len(centre.edges) - 1), np.int64)
    return Cells(whole[:, 0], whole[:, 1], whole[:, 2], table[:, 3], none)


def _block_numbers(starts: pd.DatetimeIndex, block: float) -> Ints:
    """Number the blocks of each day by the clock."""
    clock = (starts.hour * 3600 + starts.minute * 60 + starts.second).to_numpy()
    day = pd.factorize(starts.normalize())[0]
    number: Ints = (day * int(DAY / block + 1) + clock // int(block)).astype(np.int64)
    return number


def _open(windows: tuple[tuple[int, int], ...], edges: Ints) -> NDArray[np.bool_]:
    begin, end = edges[:-1], edges[1:]
    inside = [(begin < closes) & (end > opens) for opens, closes in windows]
    return np.any(inside, axis=0) if inside else np.zeros(len(begin), bool)


def _prices(scenario: Scenario) -> list[float]:
    """What an hour of an agent of each group costs; 1 for all where any has no wage."""
    wages = [group.cost_per_hour for group in scenario.groups.values()]
    if any(wage is None or wage <= 0 for wage in wages):
        return [1.0] * len(wages)
    return [float(wage) for wage in wages if wage is not None]
