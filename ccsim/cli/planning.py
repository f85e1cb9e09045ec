"""Commands about seats and the whole plan."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccsim.cli.shared import (
    Csv,
    File,
    Override,
    Replications,
    SearchTime,
    Seed,
    Set,
    TimeLimit,
    app,
    folder_at,
    scenario_from,
    show,
)

if TYPE_CHECKING:
    pass


@app.command()
def seats(
    file: File,
    time_limit: TimeLimit = 60,
    sets: Set = None,
    override: Override = None,
    csv: Csv = None,
) -> None:
    """Count and price the seats of the schedule under the scenario's tariffs."""
    from ccsim.purchasing import seats_billed
    from ccsim.scheduling import schedule as find

    scenario = scenario_from(file, sets, override)
    show(seats_billed(scenario, find(scenario, time_limit=time_limit).duty), csv)


@app.command()
def plan(
    file: File,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for report.html and plan.xlsx; out/INDUSTRY where not given.",
            file_okay=False,
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="en or zh; the scenario's where not given.")
    ] = None,
    replications: Replications = 20,
    seed: Seed = 1,
    time_limit: TimeLimit = 60,
    search_time: SearchTime = 20,
    sets: Set = None,
    override: Override = None,
) -> None:
    """Plan the horizon: forecast, staff, schedule, simulate, cost; report and workbook."""
    from ccsim.planning import plan as make
    from ccsim.text import labels

    scenario = scenario_from(file, sets, override)
    words = labels(language or scenario.language)
    folder = folder_at(out or Path("out", scenario.industry))

    def tell(step: str) -> None:
        print(words[f"step.{step}"], file=sys.stderr)

    made = make(
        scenario,
        replications=replications,
        seed=seed,
        time_limit=time_limit,
        search_time=search_time,
        tell=tell,
    )
    written = (
        made.report(folder / "report.html", language),
        made.to_excel(folder / "plan.xlsx", language),
    )
    print(made.summary(language))
    print(*written, sep="\n")
