"""Commands that simulate."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccsim.cli.shared import (
    By,
    Cluster,
    Csv,
    Engine,
    File,
    Override,
    Replications,
    Seed,
    Set,
    Workers,
    app,
    change_of,
    folder_at,
    scenario_from,
    show,
    write,
    write_page,
)
from ccsim.errors import OptionError

if TYPE_CHECKING:
    pass


@app.command()
def simulate(
    file: File,
    replications: Replications = 30,
    seed: Seed = 1,
    by: By = "queue",
    duty: Annotated[
        Path | None,
        typer.Option(help="A roster or staffing table (CSV, Excel) in place of on_duty."),
    ] = None,
    precision: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KPI=HALF-WIDTH",
            help="Add replications until intervals are as narrow, e.g. service_level=0.005.",
        ),
    ] = None,
    engine: Engine = "auto",
    workers: Workers = None,
    cluster: Cluster = None,
    sets: Set = None,
    override: Override = None,
    csv: Csv = None,
) -> None:
    """Simulate the scenario with its own on_duty: KPIs with 95 % intervals."""
    from ccsim.simulation import read_duty
    from ccsim.simulation import simulate as run

    scenario = scenario_from(file, sets, override)
    results = run(
        scenario,
        None if duty is None else read_duty(duty, timezone=scenario.timezone),
        replications="auto" if precision else replications,
        half_width=_half_widths(precision) if precision else None,
        seed=seed,
        engine=engine,
        workers=workers,
        cluster=cluster,
    )
    if results.stopping:
        print(results.stopping)
    show(results.kpis(by=by), csv)


def _half_widths(precision: list[str]) -> dict[str | tuple[str, str], float]:
    """Read KPI=HALF-WIDTH pairs."""
    asked: dict[str | tuple[str, str], float] = {}
    for pair in precision:
        name, _, width = pair.partition("=")
        try:
            asked[name] = float(width)
        except ValueError:
            raise OptionError(
                f"--precision {pair}: not a pair; allowed: KPI=HALF-WIDTH, e.g. service_level=0.005"
            ) from None
    return asked


@app.command()
def compare(
    file: File,
    against: Annotated[
        list[str],
        typer.Option("--against", help="Named override of the file to compare with; may repeat."),
    ],
    replications: Replications = 30,
    seed: Seed = 1,
    by: By = "queue",
    engine: Engine = "auto",
    workers: Workers = None,
    cluster: Cluster = None,
    sets: Set = None,
    override: Override = None,
    csv: Csv = None,
) -> None:
    """Compare the scenario with an override of it on the same customers, KPI by KPI."""
    from ccsim.simulation import compare as run

    scenario = scenario_from(file, sets, override)
    other = scenario.override(*against)
    table = run(
        scenario,
        other,
        replications=replications,
        seed=seed,
        by=by,
        engine=engine,
        workers=workers,
        cluster=cluster,
    )
    show(table, csv)


@app.command()
def sweep(
    file: File,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH=VALUES",
            help="Values to try for a field: [80, 90] or 80..120:5 (from..to:step); may repeat, "
            "and every combination is tried.",
        ),
    ] = None,
    point: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OVERRIDES",
            help="A named override to try, several joined by +, or 'as is'; may repeat.",
        ),
    ] = None,
    kpi: Annotated[
        list[str] | None, typer.Option(help="KPIs printed, of the whole centre.")
    ] = None,
    cost: Annotated[str, typer.Option(help="KPI by which a point is dear.")] = "cost_total",
    replications: Replications = 30,
    seed: Seed = 1,
    by: By = "queue",
    engine: Engine = "auto",
    workers: Workers = None,
    cluster: Cluster = None,
    sets: Set = None,
    override: Override = None,
    folder: Annotated[
        Path, typer.Option(help="Where finished points are kept; a stopped sweep goes on there.")
    ] = Path("out/sweeps"),
    csv: Csv = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the pictures to this HTML file.", dir_okay=False)
    ] = None,
) -> None:
    """Simulate many variants on the same customers; stopped or killed, it carries on."""
    from ccsim.simulation import sweep as run

    if bool(vary) == bool(point):
        raise OptionError("sweep: allowed: --vary PATH=VALUES, or --point OVERRIDES, not both")
    scenario = scenario_from(file, sets, override)
    tried = run(
        scenario,
        dict(_values(entry) for entry in vary) if vary else point or [],
        replications=replications,
        seed=seed,
        by=by,
        folder=folder_at(folder, "--folder"),
        engine=engine,
        workers=workers,
        cluster=cluster,
    )
    names = kpi or ["offered", "service_level", "abandonment", "asa", "occupancy"]
    shown = tried.points.drop(columns="name") if vary else tried.points
    for name in names:
        shown[name] = tried.of(name)["mean"]
    costs = tried.of(cost)["mean"]
    if costs.notna().any():
        shown[cost] = costs
        shown["efficient"] = tried.frontier(cost)["efficient"].map({True: "yes", False: ""})
    show(shown, None)
    if csv is not None:
        write(tried.table, csv)
    if html is not None:
        write_page(tried.figures(names, cost), scenario.name, html)


def _values(entry: str) -> tuple[str, list[Any]]:
    """Read PATH=[a, b] or PATH=from..to:step."""
    path, value = change_of(entry, "--vary")
    if isinstance(value, list):
        return path, value
    allowed = "allowed: PATH=[80, 90] or PATH=80..120:5"
    first, dots, rest = str(value).partition("..")
    last, _, step = rest.partition(":")
    try:
        begin, end, by = (Decimal(text) for text in (first, last, step or "1"))
    except InvalidOperation:
        raise OptionError(f"--vary {entry}; {allowed}") from None
    if not dots or by <= 0 or end < begin:
        raise OptionError(f"--vary {entry}; {allowed}")
    numbers = [begin + by * n for n in range(int((end - begin) / by) + 1)]
    whole = all(number == int(number) for number in numbers)
    return path, [int(number) if whole else float(number) for number in numbers]


@app.command()
def verify(
    file: File,
    replications: Annotated[int, typer.Option(help="How many horizons are compared.")] = 1,
    seed: Seed = 1,
    duty: Annotated[
        Path | None,
        typer.Option(help="A roster or staffing table (CSV, Excel) in place of on_duty."),
    ] = None,
    sets: Set = None,
    override: Override = None,
) -> None:
    """Run both engines on the same customers and tell where they first differ, if they do."""
    from ccsim.simulation import read_duty
    from ccsim.simulation import verify as run

    scenario = scenario_from(file, sets, override)
    roster = None if duty is None else read_duty(duty, timezone=scenario.timezone)
    for verdict in run(scenario, roster, replications=replications, seed=seed):
        print(verdict)
        if verdict.difference is not None:
            raise typer.Exit(1)
