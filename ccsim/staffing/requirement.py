"""The requirement: agents each interval and group needs, with every step beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from ccsim.errors import OptionError
from ccsim.staffing.proof import Proof
from ccsim.staffing.waterfall import waterfall_steps

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Picture = Literal["need", "waterfall", "proof", "events"]


@dataclass(frozen=True, eq=False)
class Requirement:
    """Agents needed by interval and group.

    Attributes
    ----------
    table
        A row per (start, group), sorted, with every step a planner reconciles with a spreadsheet:
        ``start`` (tz-aware), ``group`` (str), ``contacts`` (expected in the interval; by
        simulation those the group answers), ``aht`` (s), ``load`` (Erlangs, lag-corrected),
        ``erlang_c``, ``erlang_a`` (agents in closed form, without and with patience),
        ``occupancy_cap`` (agents for the cap on occupancy alone; NaN without one),
        ``closed_form`` (the requirement in closed form), ``simulated`` (found by simulation;
        NaN where none was needed), ``net`` (agents at work, unrounded), ``net_whole`` (int64),
        ``shrinkage`` (share), ``scheduled`` (float64: net_whole ÷ (1 − shrinkage)) and
        ``driver`` (str: the target that asks for most, e.g. ``service_level of calls``).
    method
        How it was found: ``"erlang"`` or ``"simulation"``.
    queues
        A row per (start, queue), each by itself: ``contacts``, ``aht``, ``offered`` (Erlangs:
        contacts × AHT ÷ interval), ``load`` (lag-corrected), ``erlang_c``, ``erlang_a``,
        ``occupancy_cap``. None where a requirement was given by hand.
    proof
        What days give that the search has not seen; None where it was not simulated.
    notes
        What a planner should know about it.
    interval
        Length of an interval, s; None: read off the table, whose starts must then be more than one.
    """

    table: pd.DataFrame
    method: str
    queues: pd.DataFrame | None = None
    proof: Proof | None = None
    notes: tuple[str, ...] = ()
    interval: float | None = None

    @property
    def interval_hours(self) -> float:
        """Length of an interval, h."""
        if self.interval is not None:
            return self.interval / 3600
        starts = pd.DatetimeIndex(self.table["start"].unique()).sort_values()
        if len(starts) < 2:
            raise OptionError(
                "Requirement: one start tells no length; allowed: interval= beside it"
            )
        return float(starts.to_series().diff().min() / pd.Timedelta(hours=1))

    @property
    def agent_hours(self) -> float:
        """Net agent-hours of the whole table."""
        return float(self.table["net_whole"].sum() * self.interval_hours)

    def steps(self, cover: pd.DataFrame | None = None, group: str | None = None) -> pd.DataFrame:
        """Say how many agent-hours each step from load to scheduled agents adds.

        Parameters
        ----------
        cover
            `Schedule.cover`, for a last step: what the shifts have more or less than was asked.
        group
            One group; all where None.

        Returns
        -------
        DataFrame
            ``step``, ``hours``: see `ccsim.staffing.waterfall.waterfall_steps`.

        Raises
        ------
        OptionError
            For a group it does not have, or a requirement given by hand, without steps.

        Examples
        --------
        >>> import ccsim
        >>> ccsim.require(ccsim.load("scenarios/finance.yaml")).steps()   # doctest: +SKIP
        """
        return waterfall_steps(self.table, self.interval_hours, cover, group)

    def waterfall(
        self,
        cover: pd.DataFrame | None = None,
        group: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> Figure:
        """Draw `steps`: bars that add up exactly, in agent-hours of the period."""
        from ccsim.figures import waterfall
        from ccsim.text import labels as catalogue

        return waterfall.waterfall(self.steps(cover, group), labels or catalogue("en"))

    def plot(self, labels: Mapping[str, str] | None = None, *, kind: Picture = "need") -> Figure:
        """Draw the requirement.

        Parameters
        ----------
        labels
            Words by key; English where None.
        kind
            ``"need"``: agents through the period, net and scheduled; ``"waterfall"``: how they
            grow from the load; ``"proof"``: what was promised, and what fresh days give;
            ``"events"``: service of each day, those of events marked.

        Raises
        ------
        OptionError
            For another kind, or a proof where nothing was simulated.
        """
        from ccsim.figures import proof, staffing
        from ccsim.text import labels as catalogue

        words = labels or catalogue("en")
        if kind == "need":
            return staffing.requirement(self.table, words)
        if kind == "waterfall":
            return self.waterfall(labels=words)
        if kind not in ("proof", "events"):
            raise OptionError(
                f"Requirement.plot: kind={kind!r}; allowed: 'need', 'waterfall', 'proof', 'events'"
            )
        if self.proof is None:
            raise OptionError(
                f"Requirement.plot: kind={kind!r}: nothing was simulated; allowed: a requirement "
                "with method='simulation'"
            )
        if kind == "proof":
            return proof.promises(self.proof.promises, words)
        return proof.event_days(self.proof.days, words)
