"""Commands about seats and the whole plan."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

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
    Workers,
    app,
    folder_at,
    scenario_from,
    show,
    write,
)

Duty = Annotated[
    Path,
    typer.Option(help="Who is on duty (.csv, .xlsx), person by person.", dir_okay=False),
]


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


@app.command()
def intraday(
    file: File,
    duty: Duty,
    actuals: Annotated[
        Path, typer.Option(help="What was counted so far: start, queue, offered.", dir_okay=False)
    ],
    at: Annotated[str, typer.Option(metavar="TIME", help='The moment, e.g. "2026-11-11 11:00".')],
    out: Annotated[
        Path | None,
        typer.Option(help="Write the duty with the chosen actions to this CSV.", dir_okay=False),
    ] = None,
    replications: Replications = 20,
    seed: Seed = 1,
    workers: Workers = None,
    sets: Set = None,
    override: Override = None,
    csv: Csv = None,
) -> None:
    """Reforecast the rest of a day; what can be done, each with its effect and cost."""
    from ccsim.demand import read_history
    from ccsim.planning import intraday as look
    from ccsim.simulation import read_duty

    scenario = scenario_from(file, sets, override)
    made = look(
        scenario,
        read_duty(duty, timezone=scenario.timezone),
        read_history(actuals, timezone=scenario.timezone, queue=next(iter(scenario.queues))),
        at,
        replications=replications,
        seed=seed,
        workers=workers,
    )
    show(made.actions.drop(columns="who"), csv, index=False)
    print(made.summary())
    if out is not None:
        write(made.duty, out, index=False)
        print(out)


@app.command()
def hire(
    file: File,
    requirement: Annotated[
        Path | None,
        typer.Option(
            help="Table of month, group, and fte or hours (.csv); where not given, the horizon's "
            "requirement is carried on.",
            dir_okay=False,
        ),
    ] = None,
    start: Annotated[
        str | None, typer.Option(metavar="MONTH", help="First month; the contract's by default.")
    ] = None,
    months: Annotated[
        int | None, typer.Option(help="How many; the contract's by default.", min=1)
    ] = None,
    time_limit: TimeLimit = 60,
    sets: Set = None,
    override: Override = None,
    csv: Csv = None,
) -> None:
    """Plan hires months ahead: who begins when, with training and attrition, at least cost."""
    from ccsim.demand.sources import read_source
    from ccsim.planning import hiring_plan
    from ccsim.staffing import require

    scenario = scenario_from(file, sets, override)
    needed = require(scenario) if requirement is None else read_source(requirement).frame
    made = hiring_plan(scenario, needed, start=start, months=months, time_limit=time_limit)
    show(made.hires, csv, index=False)
    print(made.summary())
