"""Commands about demand: what came, what will come, what a log tells."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ccsim.cli.shared import (
    FOUND,
    Csv,
    File,
    Html,
    Override,
    Set,
    Workers,
    app,
    pair_of,
    scenario_from,
    show,
    write_page,
)
from ccsim.errors import OptionError

if TYPE_CHECKING:
    pass


@app.command()
def history(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="Counts: CSV, Excel or Parquet file, database URL, or dataset:NAME.",
            show_default=False,
        ),
    ],
    preset: Annotated[
        str | None, typer.Option(help="System whose export it is, e.g. genesys_cloud.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="IANA name of the clock its times are read by.")
    ] = None,
    interval: Annotated[str | None, typer.Option(help="Length of an interval, e.g. 30min.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="OURS=THEIRS", help="A column by another name, e.g. offered=Calls."),
    ] = None,
    separator: Annotated[str, typer.Option(help="Between the columns of a text file.")] = ",",
    time_format: Annotated[
        str | None, typer.Option(help='How times are written, e.g. "%d/%m/%Y %H:%M".')
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Worksheet of an Excel file.")] = None,
    query: Annotated[str | None, typer.Option(help="SELECT to run on a database.")] = None,
    csv: Csv = None,
) -> None:
    """List what is odd in a history, row by row, with a proposed repair; exit 1 if refused."""
    from ccsim.demand import check_history
    from ccsim.demand.findings import RULES

    found = check_history(
        file,
        dict(pair_of(entry, "--column") for entry in column or []) or None,
        separator=separator,
        time_format=time_format,
        columns_preset=preset,
        timezone=timezone,
        interval=interval,
        sheet=sheet,
        query=query,
    )
    columns = ["row", "start", "queue", "kind", "repair", "before", "after", "what"]
    show(found[columns], csv, index=False)
    refused = sorted({kind for kind in found["kind"] if RULES[kind].refused})
    if refused:
        print(f"would be refused as it is: {', '.join(refused)}; see repair in docs/schema.md")
        raise typer.Exit(FOUND)


@app.command()
def forecast(
    file: File,
    league: Annotated[
        bool, typer.Option(help="Print how the models compared instead of the intervals.")
    ] = False,
    excel: Annotated[
        Path | None,
        typer.Option(help="Also write a workbook whose day totals may be changed.", dir_okay=False),
    ] = None,
    adjusted: Annotated[
        Path | None,
        typer.Option(help="Read such a workbook back: its changes with reasons.", dir_okay=False),
    ] = None,
    html: Html = None,
    sets: Set = None,
    override: Override = None,
    csv: Csv = None,
) -> None:
    """Forecast the scenario's horizon: mean and 80 % band of the counts, by interval."""
    import pandas as pd

    from ccsim.demand.scenarios import forecast_scenario

    made = forecast_scenario(scenario_from(file, sets, override))
    if adjusted is not None:
        made = made.from_excel(adjusted)
    print(made.summary())
    if excel is not None:
        print(made.to_excel(excel))
    if html is not None:
        from ccsim.figures.effects import effects_figure
        from ccsim.figures.league import league_figure
        from ccsim.text import labels

        words = labels("en")
        tables = ((made.league, league_figure), (made.effects, effects_figure))
        drawn = [draw(table, words) for table, draw in tables if table is not None]
        write_page([made.plot(words), *drawn], made.source, html)
    if league and made.league is not None:
        show(made.league, csv, index=False)
        return
    table = pd.concat(
        {"mean": made.mean, "low_80": made.quantile(0.1), "high_80": made.quantile(0.9)}, axis=1
    )
    table = table.stack(level=1, future_stack=True).rename_axis(["start", "queue"])
    show(table, csv)


@app.command()
def backtest(
    file: File,
    origins: Annotated[
        int | None, typer.Option(help="How many forecasts to score; 21 or what the history allows.")
    ] = None,
    days: Annotated[int, typer.Option(help="Days ahead.")] = 14,
    model: Annotated[
        list[str] | None, typer.Option(help="Models to score, e.g. --model auto --model glm.")
    ] = None,
    by: Annotated[
        Literal["lead", "hour", "weekday", "date", "queue", "special"] | None,
        typer.Option(help="Also tell rows apart by this."),
    ] = None,
    html: Html = None,
    workers: Workers = None,
    sets: Set = None,
    override: Override = None,
    csv: Csv = None,
) -> None:
    """Score the forecast models on the scenario's own past (rolling origin), and their cost."""
    from ccsim.demand.scenarios import backtest_scenario

    if html is not None and by in ("date", "queue", "special"):
        raise OptionError(f"--html: no picture by {by}; allowed: --by lead, hour, weekday or none")
    scenario = scenario_from(file, sets, override)
    table = backtest_scenario(
        scenario,
        origins=origins,
        days=days,
        models=model or None,
        by=by,
        workers=workers,
        progress=sys.stderr.isatty(),
    )
    show(table, csv, index=False)
    if html is not None:
        from ccsim.figures.league import error_figure, league_figure
        from ccsim.text import labels

        draw = league_figure if by is None else error_figure
        write_page([draw(table, labels("en"))], scenario.name, html)


@app.command()
def calibrate(
    log: Annotated[
        str,
        typer.Argument(
            metavar="LOG", help="Call log: CSV, Excel or Parquet file.", show_default=False
        ),
    ],
    timezone: Annotated[
        str | None, typer.Option(help="IANA name of the clock its times are read by.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="OURS=THEIRS", help="A column by another name, e.g. queue=Skill."),
    ] = None,
    technion: Annotated[
        bool, typer.Option(help="The log has the layout of the Technion's 'Anonymous Bank'.")
    ] = False,
    short: Annotated[
        float, typer.Option(help="Calls shorter than so many seconds are short.")
    ] = 10,
    out: Annotated[
        Path | None,
        typer.Option(help="Also write the inputs as a scenario (YAML).", dir_okay=False),
    ] = None,
) -> None:
    """Learn talk times, patience, arrivals and staffing from a log of single calls."""
    from ccsim.demand import calibrate as learn
    from ccsim.demand import read_calls
    from ccsim.demand.calibration import read_technion

    columns = dict(pair_of(entry, "--column") for entry in column or [])
    calls = read_technion(log) if technion else read_calls(log, columns or None, timezone)
    found = learn(calls, short=short)
    print(found.summary())
    if out is not None:
        found.to_yaml(out)
        print(out)
