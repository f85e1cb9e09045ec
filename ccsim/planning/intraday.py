"""`intraday`: with the morning counted, what the rest of the day will be and what can be done."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ccsim.demand import Forecast, History
from ccsim.planning.actions import Action, Course
from ccsim.planning.choosing import choose, options
from ccsim.planning.effects import Effect, Outcome, effect, outcome, targets_of
from ccsim.planning.shifts_today import checked
from ccsim.planning.today import today
from ccsim.scenario import Scenario, require_support
from ccsim.simulation import Results, State
from ccsim.simulation.workers import whole_number


@dataclass(frozen=True, eq=False)
class Intraday:
    """What the rest of a day will be, and what can be done about it.

    Attributes
    ----------
    at
        The moment it is seen from.
    expected
        Index queue: ``so_far`` (contacts counted today), ``planned_so_far`` (expected of the same
        intervals), ``planned_rest``, ``rest`` (expected of the rest, before and now).
    baseline
        The rest of the day as it is planned, simulated with the reforecast.
    actions
        A row an action by itself: ``action``, ``where`` (group, queue or site), ``people``
        (int64), ``who``, ``start``, ``end``; ``service_before``, ``service_after``,
        ``service_change`` with ``service_low`` and ``service_high`` (service level of all queues
        in the rest of the day, paired 95 % interval); ``lost_before``, ``lost_after``,
        ``lost_change``, ``lost_low``, ``lost_high`` (contacts lost, likewise); ``cost`` (money,
        negative where it saves); ``reason`` (why it cannot be done; then figures are NaN).
    chosen
        The actions to take together, in order, with the same columns: each beside all before it.
    results
        The rest of the day with the chosen actions.
    duty
        Who is on duty with them, as `Schedule.duty`: passes into `simulate`.
    scenario
        The centre with them.
    missing
        Contacts that would have to be served in time besides, for every target; nought where all
        are reached.
    notes
        What a planner should know.
    """

    at: pd.Timestamp
    expected: pd.DataFrame
    baseline: Results
    actions: pd.DataFrame
    chosen: pd.DataFrame
    results: Results
    duty: pd.DataFrame
    scenario: Scenario
    missing: float
    notes: tuple[str, ...] = ()

    @property
    def cost(self) -> float:
        """Cost of the chosen actions, money."""
        return float(self.chosen["cost"].sum())

    def summary(self) -> str:
        """The rest of the day and what to do, on one screen."""
        rest = self.expected["rest"].sum(), self.expected["planned_rest"].sum()
        lines = [
            f"{self.at:%a %Y-%m-%d %H:%M}: {rest[0]:,.0f} contacts to come, {rest[1]:,.0f} planned",
            f"  service level {_level(self.baseline)} as it is, {_level(self.results)} with:",
        ]
        for row in self.chosen.itertuples():
            lines.append(
                f"  {row.action}, {row.where}: {row.people} people, {row.start:%H:%M} to "
                f"{row.end:%H:%M}, {row.service_change:+.1%} "
                f"[{row.service_low:+.1%}, {row.service_high:+.1%}], cost {row.cost:,.0f}"
            )
        currency = self.scenario.currency
        lines.append(f"  cost {self.cost:,.0f} {currency}, still missing {self.missing:,.0f}")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def __repr__(self) -> str:
        """Show the summary."""
        return self.summary()


def intraday(
    scenario: Scenario,
    duty: pd.DataFrame,
    actuals: pd.DataFrame | History,
    at: pd.Timestamp | str,
    *,
    forecast: Forecast | None = None,
    replications: int = 20,
    seed: int = 1,
    state: State | None = None,
    workers: int | None = None,
    progress: bool | None = None,
) -> Intraday:
    """Reforecast the rest of a day and propose what to do, each action with effect and cost.

    Parameters
    ----------
    scenario
        The centre; ``intraday`` in it says how far days may be changed.
    duty
        Who is on duty, person by person: `Schedule.duty`, `Roster.duty` or a roster read by
        `read_duty`.
    actuals
        What was counted, a `History` or ``start`` (tz-aware), ``queue``, ``offered``; intervals
        of the forecast (or of the given counts, or planning intervals) that are over at `at`.
    at
        The moment; without a time zone, on the scenario's clock.
    forecast
        What was expected; made from the scenario's history where it has one. Given rates and
        counts are scaled by how the day has gone, queue by queue, and a note says so.
    replications, seed, workers, progress
        As in `simulate`; at least two replications.
    state
        Who waits and who talks at that moment; where None, the morning is simulated too, with
        its counts as expected contacts.

    Returns
    -------
    Intraday

    Raises
    ------
    OptionError
        When duty, actuals or `at` are not as above, or no queue has a target.

    Notes
    -----
    What changes the centre (callbacks, seats, stand-by people) changes the simulated morning
    before `at` too, unless a `state` is given. Contacts are counted from `at` on in any case.

    Examples
    --------
    >>> import ccsim
    >>> now = ccsim.intraday(bank, schedule.duty, counts, "2026-11-11 11:00")  # doctest: +SKIP
    >>> now.chosen, now.duty                                                   # doctest: +SKIP
    """
    require_support(scenario)
    whole_number("replications", replications, 2)
    targets_of(scenario)
    original = checked(duty)
    asked = {
        "replications": replications,
        "seed": seed,
        "state": state,
        "workers": workers,
        "progress": progress,
    }
    now = today(scenario, actuals, at, forecast, asked)
    first = outcome(now, Course(scenario, original))
    possible = options(now, original, first)
    alone = [effect(now, action, first) for action in possible if action.change]
    chosen = choose(now, original, alone, first)
    last = chosen[-1].after if chosen else first
    effects = {id(one.action): one for one in alone}
    return Intraday(
        at=now.at,
        expected=now.expected,
        baseline=first.results,
        actions=_table([(action, effects.get(id(action))) for action in possible]),
        chosen=_table([(one.action, one) for one in chosen]),
        results=last.results,
        duty=last.course.duty,
        scenario=last.course.scenario,
        missing=last.shortfall,
        notes=(*now.notes, *_remains(last)),
    )


def _remains(last: Outcome) -> list[str]:
    kpis = last.results.kpis()
    return [
        f"{queue}: {kpis.loc[(queue, 'service_level'), 'mean']:.1%} with all that helps beyond "
        f"chance; its target is {target:.0%}"
        for queue, target in last.targets.items()
        if kpis.loc[(queue, "service_level"), "mean"] < target
    ]


def _table(rows: list[tuple[Action, Effect | None]]) -> pd.DataFrame:
    columns = ["before", "after", "change", "low", "high"]
    names = [f"{what}_{name}" for what in ("service", "lost") for name in columns]
    unknown = (float("nan"),) * len(names)
    made = [
        {
            "action": action.kind,
            "where": action.where,
            "people": len(action.who),
            "who": ", ".join(action.who),
            "start": action.start,
            "end": action.end,
            **dict(zip(names, unknown if one is None else (*one.gain, *one.lost), strict=True)),
            "cost": action.cost,
            "reason": action.reason,
        }
        for action, one in rows
    ]
    order = ["action", "where", "people", "who", "start", "end", *names, "cost", "reason"]
    return pd.DataFrame(made, columns=order).astype({"people": "int64"})


def _level(results: Results) -> str:
    mean, low, high = results.kpis().loc[("all", "service_level")]
    return f"{mean:.1%} [{low:.1%}, {high:.1%}]"
