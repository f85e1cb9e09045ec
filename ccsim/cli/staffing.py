"""Commands about agents and shifts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ccsim.cli.shared import (
    Csv,
    File,
    Override,
    SearchTime,
    Seed,
    Set,
    TimeLimit,
    app,
    folder_at,
    scenario_from,
    show,
)


@app.command()
def staff(
    file: File,
    method: Annotated[
        Literal["auto", "erlang", "simulation"],
        typer.Option(help="How; auto: closed forms where they hold, else simulation."),
    ] = "auto",
    search_time: SearchTime = 30,
    seed: Seed = 1,
    sets: Set = None,
    override: Override = None,
    csv: Csv = None,
) -> None:
    """Find the agents each interval and group needs, and try them on fresh days."""
    from ccsim.staffing import require

    scenario = scenario_from(file, sets, override)
    requirement = require(scenario, method=method, seed=seed, time_limit=search_time)
    show(requirement.table, csv, index=False)
    if requirement.proof is not None:
        show(requirement.proof.promises, None, index=False)
        show(requirement.proof.days, None, index=False)
    print("\n".join(requirement.notes))


@app.command()
def schedule(
    file: File,
    time_limit: TimeLimit = 60,
    search_time: SearchTime = 20,
    one_step: Annotated[
        bool,
        typer.Option("--one-step", help="Choose shifts against the schedule's simulated service."),
    ] = False,
    solver: Annotated[
        Literal["auto", "CBC", "HiGHS"], typer.Option(help="Solver; auto: the quicker one.")
    ] = "auto",
    seed: Seed = 1,
    sets: Set = None,
    override: Override = None,
    csv: Csv = None,
) -> None:
    """Find the shifts that cover the requirement at least cost."""
    from ccsim.scheduling import schedule as find
    from ccsim.scheduling import schedule_in_one_step
    from ccsim.staffing import require

    scenario = scenario_from(file, sets, override)
    if one_step:
        both = schedule_in_one_step(
            scenario, seed=seed, search_time=search_time, time_limit=time_limit, solver=solver
        )
        show(both.comparison, None)
        made, notes = both.schedule, both.notes
    else:
        needed = require(scenario, seed=seed, time_limit=search_time)
        made = find(scenario, needed, time_limit=time_limit, solver=solver)
        notes = made.notes
    show(made.shifts, csv, index=False)
    print(
        f"cost {made.cost:,.0f} {scenario.currency}, gap {made.gap:.2%} ({made.solver}), "
        f"people {int(made.people.sum())}"
    )
    print("\n".join(notes))


@app.command()
def roster(
    file: File,
    people: Annotated[Path, typer.Option(help="Table of people (.csv, .xlsx).", dir_okay=False)],
    keep: Annotated[
        Path | None, typer.Option(help="Published roster (.csv) to change as little as possible.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Shifts before it stay as published.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for roster.csv, roster.xlsx and calendars/.", file_okay=False),
    ] = None,
    time_limit: TimeLimit = 120,
    sets: Set = None,
    override: Override = None,
    csv: Csv = None,
) -> None:
    """Give the shifts of the cheapest schedule to people: who works what, and whom to hire."""
    from ccsim.scheduling import roster as share_out
    from ccsim.scheduling import schedule as find

    scenario = scenario_from(file, sets, override)
    folder = None if out is None else folder_at(out)
    placed = find(scenario, time_limit=time_limit / 2)
    made = share_out(scenario, placed, people, keep=keep, until=until, time_limit=time_limit / 2)
    show(made.assignments, csv, index=False)
    print(
        f"{made.cover_gap:.2%} of the placed hours have nobody; cost {made.cost:,.1f} wages of an "
        f"hour, at least {made.bound:,.1f}"
    )
    print("\n".join(made.notes))
    if folder is not None:
        made.to_csv(folder / "roster.csv")
        made.to_excel(folder / "roster.xlsx")
        made.to_ical(folder / "calendars")
        print(folder)
