"""`calibrate`: from a call log to everything a scenario asks for, with how well it fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ccsim.demand.calibration.arrivals import Arrivals, arrivals_of
from ccsim.demand.calibration.fragment import document_of, logged_wrap, yaml_of
from ccsim.demand.calibration.measured import ALL, measured
from ccsim.demand.calibration.menu import ENDS, menu_of
from ccsim.demand.calibration.patience import Patience, patience_of
from ccsim.demand.calibration.people import People, people_of
from ccsim.demand.calibration.retrials import retrials_of
from ccsim.demand.calibration.talk import Talk, short_calls, speeds, talk_times
from ccsim.demand.calibration.told import summary_of
from ccsim.demand.calls import CallLog, read_calls
from ccsim.demand.clock import checked_interval
from ccsim.distributions import Distribution
from ccsim.distributions.checks import real
from ccsim.errors import OptionError
from ccsim.files import replacing
from ccsim.scenario import Scenario

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True, eq=False)
class Calibration:
    """What a call log says of its centre.

    Tables are described where they are made.

    Attributes
    ----------
    source, timezone : str
        The log.
    contacts : pandas.DataFrame
        Its rows with seconds, see `measured`.
    queues : tuple of str
        Queues in which anybody asked for a person, the busiest first.
    talk : Talk
        Talk times: `.summary`, `.fits`, `.by_hour`, `.effects`, `.chosen`.
    short_calls : pandas.DataFrame
        Calls under `short` seconds by queue and agent, see `talk.short_calls`.
    agents, groups : pandas.DataFrame
        Handle time and speed of each agent and group, see `talk.speeds`.
    patience : Patience
        `.summary`, `.survival`, `.hazard`, `.peaks`, `.fits`, `.chosen`.
    menu, retrials : pandas.DataFrame
        See `menu_of`, `retrials_of`; empty where the log does not tell.
    arrivals : Arrivals
        `.counts`, `.profile`, `.variation`, `.odd_days`.
    people : People
        `.summary`, `.stretches`, `.on_duty`, `.turnaround`, `.shrinkage`.
    wrap : dict of str to Distribution
        By queue: as logged, or else the turnaround, which is inferred.
    wrap_logged : bool
        Which of the two.
    short, retry_within : float
        Seconds, as asked for.

    Examples
    --------
    >>> import ccsim
    >>> calls = ccsim.read_calls("log.csv", timezone="Asia/Jerusalem")   # doctest: +SKIP
    >>> found = ccsim.calibrate(calls)                                    # doctest: +SKIP
    >>> found.to_yaml("calibrated.yaml")                                  # doctest: +SKIP
    """

    source: str
    timezone: str
    contacts: pd.DataFrame
    queues: tuple[str, ...]
    talk: Talk
    short_calls: pd.DataFrame
    agents: pd.DataFrame
    groups: pd.DataFrame
    patience: Patience
    menu: pd.DataFrame
    retrials: pd.DataFrame
    arrivals: Arrivals
    people: People
    wrap: dict[str, Distribution]
    wrap_logged: bool
    short: float
    retry_within: float

    def summary(self) -> str:
        """Tell what was found in plain words, and what is not in this log."""
        return summary_of(self)

    def document(self, name: str | None = None) -> dict[str, Any]:
        """Give the scenario as a plain document, to change before it is built or written."""
        return document_of(self, name or f"Calibrated from {self.source}")

    def scenario(self, name: str | None = None) -> Scenario:
        """Build the scenario of a typical week."""
        from ccsim.scenario.load import build
        from ccsim.scenario.origin import Origin

        return build(Origin(self.document(name)))

    def to_yaml(self, path: str | Path | None = None, name: str | None = None) -> str:
        """Write what was found as a scenario file that `ccsim.load` takes as it is.

        Every section can be copied into another scenario: `queues` (talk, wrap, patience, balking,
        retrials), `groups` with `on_duty` by hour, `demand` (rates of a typical week, day factor),
        `ivr`, and `sources`, which says of each value where it comes from.

        Parameters
        ----------
        path
            File to write; only returned where None.
        name
            Title of the scenario.

        Returns
        -------
        str
            The file's text.
        """
        text = yaml_of(self.document(name), self.source)
        if path is not None:
            with replacing(path) as unfinished:
                unfinished.write_text(text, encoding="utf-8")
        return text

    def plot(
        self,
        what: str = "talk",
        queue: str = ALL,
        labels: Mapping[str, str] | None = None,
    ) -> Figure:
        """Draw one picture.

        Parameters
        ----------
        what
            ``"talk"``, ``"talk_quantiles"``, ``"patience"``, ``"hazard"``, ``"hours"`` or
            ``"on_duty"``.
        queue
            Of which queue; ``"all"`` of all. On duty is of all.
        labels
            Words by key; English where None.
        """
        # Plotly takes longer to import than everything else here.
        from ccsim.demand.calibration.pictures import picture
        from ccsim.text import labels as catalogue

        return picture(self, what, queue, labels or catalogue("en"))

    def __repr__(self) -> str:
        """Show the summary."""
        return self.summary()


def calibrate(
    log: CallLog | pd.DataFrame,
    *,
    groups: Mapping[str, str] | None = None,
    planned: pd.DataFrame | None = None,
    interval: str | pd.Timedelta = "30min",
    short: float = 10.0,
    within: float = 0.01,
    longest_gap: float = 1800.0,
    retry_within: float = 3600.0,
    seed: int = 1,
    salt: str = "",
) -> Calibration:
    """Find a centre's talk times, patience, menu, retrials, arrivals and staffing in its call log.

    Parameters
    ----------
    log
        From `read_calls`, or a table that it takes.
    groups
        Agent (as the source names them, or the log's hash) → group. Without it agents are grouped
        by the queues they are seen to serve.
    planned
        Roster as counts: index interval starts with a time zone, a column of planned agents for
        each group. Without it shrinkage is not known.
    interval
        For arrivals and agents on duty; divides a day.
    short
        Calls shorter than so many seconds are counted apart; families are fitted to the others.
    within
        How close the hazard in steps keeps to Kaplan-Meier, in probability.
    longest_gap
        Seconds between two calls after which an agent is taken to have been off duty.
    retry_within
        Seconds within which a customer who was not served and contacts again is a retry.
    seed
        Of the bootstrap behind p-values.
    salt
        That of `read_calls`, where `groups` names agents as the source does.

    Returns
    -------
    Calibration

    Raises
    ------
    OptionError
        When nobody in the log was handled, or an option has a value that is not allowed.

    Examples
    --------
    >>> import ccsim
    >>> found = ccsim.calibrate(ccsim.read_calls("log.csv"))   # doctest: +SKIP
    >>> found.talk.summary.loc["all", ["mean", "short_share"]]   # doctest: +SKIP
    """
    calls = log if isinstance(log, CallLog) else read_calls(log)
    short = real("calibrate", "short", short, at_least=0)
    within = real("calibrate", "within", within, above=0, below=0.5)
    longest_gap = real("calibrate", "longest_gap", longest_gap, above=0)
    retry_within = real("calibrate", "retry_within", retry_within, above=0)
    length = checked_interval(interval)
    frame = measured(calls, groups, salt)
    asked = frame[frame["asked"]]
    if not (asked["outcome"] == "handled").any():
        raise OptionError(
            f"calibrate: nobody in {calls.source} was handled; allowed: a log with talks"
        )
    people = people_of(frame, length, longest_gap, planned)
    if len(people.agents):
        frame = frame.assign(group=frame["agent"].map(people.agents))
    queues = tuple(map(str, asked["queue"].value_counts().index))
    logged = logged_wrap(frame)
    inferred = people.after_call.get(ALL)
    return Calibration(
        source=calls.source,
        timezone=calls.timezone,
        contacts=frame,
        queues=queues,
        talk=talk_times(frame, short, seed),
        short_calls=short_calls(frame, short),
        agents=speeds(frame, "agent"),
        groups=speeds(frame, "group"),
        patience=patience_of(frame, within),
        menu=menu_of(frame),
        retrials=retrials_of(frame, retry_within),
        # Who ended in the menu asked for nobody; whoever was blocked would have.
        arrivals=arrivals_of(frame[~frame["outcome"].isin(ENDS)], length),
        people=people,
        wrap=logged or ({} if inferred is None else dict.fromkeys(queues, inferred)),
        wrap_logged=bool(logged),
        short=short,
        retry_within=retry_within,
    )
