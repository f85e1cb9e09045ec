"""The table of a requirement: every step from contacts to scheduled agents, side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.scenario import Scenario
from ccsim.simulation.centre import SECOND, Centre
from ccsim.staffing.cells import Cells
from ccsim.staffing.closed_form import CLOSED_FORM_TARGETS, agents_needed, pooled
from ccsim.staffing.goals import Goal
from ccsim.staffing.loads import Loads
from ccsim.staffing.promises import Margins
from ccsim.staffing.simulated import Found

Floats = NDArray[np.float64]
# Rounding up must not follow the last digit of a fraction.
ROUNDING = 1e-9
QUEUE_STEPS = (
    "contacts",
    "aht",
    "offered",
    "load",
    "erlang_c",
    "erlang_a",
    "occupancy_cap",
)
STEPS = (
    "contacts",
    "aht",
    "load",
    "erlang_c",
    "erlang_a",
    "occupancy_cap",
    "closed_form",
    "simulated",
    "net",
)
# What drives the requirement where no target does: work without a target, or what came before.
LOAD, NOBODY = "load", "carried over"


def queue_table(scenario: Scenario, centre: Centre, loads: Loads) -> pd.DataFrame:
    """Give what every queue would need if its team served nothing else.

    Returns
    -------
    DataFrame
        A row per (start, queue) with contacts; columns as in `Requirement.queues`.
    """
    starts, hours = centre.moments(centre.edges[:-1]), np.diff(centre.edges) / (3600 * SECOND)
    rows = []
    for number, queue in enumerate(scenario.queues):
        for interval in np.flatnonzero(loads.contacts[number] > 0):
            contacts, aht = loads.contacts[number, interval], loads.aht[number, interval]
            load = loads.erlangs[number, interval]
            rows.append(
                {
                    "start": starts[interval],
                    "queue": queue,
                    "contacts": contacts,
                    "aht": aht,
                    "offered": contacts * aht / (3600 * hours[interval]),
                    "load": load,
                    **_closed(scenario, [number], np.array([load]), np.array([aht])),
                }
            )
    table = pd.DataFrame(rows, columns=["start", "queue", *QUEUE_STEPS])
    return table.sort_values(["start", "queue"], ignore_index=True)


def by_closed_form(scenario: Scenario, centre: Centre, loads: Loads, net: Floats) -> pd.DataFrame:
    """Make the table where closed forms give the requirement.

    Parameters
    ----------
    net
        ndarray of float64, shape (groups, intervals): agents needed, unrounded.
    """
    names = list(scenario.queues)
    rows = []
    for number, (name, group) in enumerate(scenario.groups.items()):
        queues = [q for q, queue in enumerate(names) if queue in group.skills]
        contacts = loads.contacts[queues].sum(axis=0)
        seconds = (loads.contacts[queues] * loads.aht[queues]).sum(axis=0)
        for interval in np.flatnonzero((contacts > 0) & (net[number] > 0)):
            load, aht = loads.erlangs[queues, interval], loads.aht[queues, interval]
            steps = _closed(scenario, queues, load, aht)
            rows.append(
                _row(centre, name, int(interval))
                | {
                    "contacts": contacts[interval],
                    "aht": seconds[interval] / contacts[interval],
                    "load": load.sum(),
                    **steps,
                    "closed_form": net[number, interval],
                    "simulated": np.nan,
                    "net": net[number, interval],
                    "driver": _hardest(scenario, queues, load, aht),
                }
            )
    return _finished(scenario, rows)


def by_simulation(
    scenario: Scenario,
    centre: Centre,
    goals: list[Goal],
    cells: Cells,
    found: Found,
) -> pd.DataFrame:
    """Make the table where the search gives the requirement.

    What a group carries is what it was seen to do on the days of the proof; the closed forms
    beside it are for a team of its own that is given the same.
    """
    start, net = cells.net(found.start), cells.net(found.agents)
    hours = np.diff(centre.edges) / (3600 * SECOND)
    contacts = found.counted.answered.mean(axis=0)
    busy = found.counted.busy.mean(axis=0) / 3600
    tightest = _tightest(scenario, goals, found)
    names = list(scenario.queues)
    rows = []
    for number, (name, group) in enumerate(scenario.groups.items()):
        queues = [q for q, queue in enumerate(names) if queue in group.skills]
        for interval in np.flatnonzero(net[number] > 0):
            load = busy[number, interval] / hours[interval]
            served = contacts[number, interval]
            aht = busy[number, interval] * 3600 / served if served else 0.0
            rows.append(
                _row(centre, name, int(interval))
                | {
                    "contacts": served,
                    "aht": aht,
                    "load": load,
                    **_alone(scenario, queues, load, aht),
                    "closed_form": start[number, interval],
                    "simulated": float(net[number, interval]),
                    "net": float(net[number, interval]),
                    "driver": tightest[number][interval],
                }
            )
    return _finished(scenario, rows)


def _row(centre: Centre, group: str, interval: int) -> dict[str, Any]:
    return {"start": centre.moments(centre.edges[interval : interval + 1])[0], "group": group}


def _finished(scenario: Scenario, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Round up, and add what no plan places."""
    table = pd.DataFrame(rows, columns=["start", "group", *STEPS, "driver"])
    length = float(np.mean(scenario.shifts.lengths))
    lost = {name: group.shrinkage.share(length) for name, group in scenario.groups.items()}
    table = table.astype({"group": "str", "driver": "str"} | dict.fromkeys(STEPS, "float64"))
    table["net_whole"] = np.ceil(table["net"] - ROUNDING).astype(np.int64)
    table["shrinkage"] = table["group"].map(lost).astype(float)
    table["scheduled"] = table["net_whole"] / (1 - table["shrinkage"])
    order = [*(name for name in table.columns if name != "driver"), "driver"]
    return table[order].sort_values(["start", "group"], ignore_index=True)


def _closed(scenario: Scenario, queues: list[int], load: Floats, aht: Floats) -> dict[str, float]:
    """Agents of a team by Erlang C, by the Erlang family with patience, and by the cap alone."""
    caps = [list(scenario.queues.values())[q].target.occupancy for q in queues]
    strictest = min((cap for cap in caps if cap is not None), default=np.nan)
    return {
        "erlang_c": pooled(scenario, queues, load, aht, patient=True),
        "erlang_a": pooled(scenario, queues, load, aht),
        "occupancy_cap": float(load.sum()) / strictest,
    }


def _alone(scenario: Scenario, queues: list[int], load: float, aht: float) -> dict[str, float]:
    """The same for what a group of several queues was seen to carry: its strictest queue rules."""
    if aht <= 0:
        return {"erlang_c": 0.0, "erlang_a": 0.0, "occupancy_cap": np.nan}
    each = pd.DataFrame([_closed(scenario, [q], np.array([load]), np.array([aht])) for q in queues])
    return each.max().to_dict()


def _hardest(scenario: Scenario, queues: list[int], load: Floats, aht: Floats) -> str:
    """Which target of which queue asks for most agents in closed form."""
    names, busy = list(scenario.queues), load > 0
    if not busy.any():
        return NOBODY
    total = float(load.sum())
    mean = total / float((load[busy] / aht[busy]).sum())
    needs = {
        f"{kind} of {names[q]}": agents_needed(scenario, names[q], total, mean, only=kind)
        for q, some in zip(queues, busy, strict=True)
        if some
        for kind in CLOSED_FORM_TARGETS
        if getattr(scenario.queues[names[q]].target, kind) is not None
    }
    return max(needs, key=lambda name: needs[name]) if needs else LOAD


def _tightest(scenario: Scenario, goals: list[Goal], found: Found) -> list[list[str]]:
    """Which goal is met by least, by group and interval, on the days of the proof."""
    margins = Margins.of(goals, found.counted)
    surplus, size = margins.surplus.mean(axis=1), margins.size.mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        held = np.where(size > 0, surplus / size, np.inf)
    words = [f"{goal.kind} of {goal.queue}" for goal in goals]
    made = []
    for group in scenario.groups.values():
        own = [n for n, goal in enumerate(goals) if goal.queue in group.skills]
        if not own:
            made.append([LOAD] * held.shape[1])
            continue
        tightest = held[own].argmin(axis=0)
        some = np.isfinite(held[own].min(axis=0))
        made.append(
            [words[own[n]] if any_ else NOBODY for n, any_ in zip(tightest, some, strict=True)]
        )
    return made
