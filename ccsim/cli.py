"""The command line: from `ccsim validate` to `ccsim plan`.

Every command reads a scenario, calls the public function of the same meaning and prints a table.
Errors a planner can mend are printed in one place, with exit status 2.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ccsim import __version__
from ccsim.errors import CcsimError, NotYetSupported, OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import plotly.graph_objects as go

    from ccsim.scenario import Scenario

app = typer.Typer(
    name="ccsim",
    help="Workforce planning and simulation for contact centres.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

File = Annotated[Path, typer.Argument(help="Scenario file (YAML).", show_default=False)]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change a field, e.g. groups.bank.on_duty=90."
    ),
]
Override = Annotated[list[str] | None, typer.Option(help="Apply a named override of the file.")]
Csv = Annotated[
    Path | None, typer.Option(help="Also write the table to this CSV file.", dir_okay=False)
]
Seed = Annotated[int, typer.Option(help="Seed; the same seed gives the same customers.")]
Replications = Annotated[int, typer.Option(help="How many horizons are simulated.")]
By = Annotated[
    Literal["queue", "segment", "channel", "group", "stage"], typer.Option(help="What rows are.")
]
Engine = Annotated[
    Literal["auto", "compiled", "simpy"], typer.Option(help="Engine; the numbers are the same.")
]
Cluster = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Run on a Dask cluster, e.g. tcp://10.0.0.1:8786."),
]
Workers = Annotated[int | None, typer.Option(help="Processes; all cores by default.")]
TimeLimit = Annotated[float, typer.Option(help="Seconds for the solver.")]

Html = Annotated[
    Path | None, typer.Option(help="Also write the pictures to this page.", dir_okay=False)
]

# Commands of the design that later versions bring; asking for one is refused, not unknown.
INTERRUPTED = 130
FOUND = 1  # exit status of a check that found something to refuse
PLANNED = ("ownership", "fit", "app", "new")


def main() -> None:
    """Run the command line; errors go to standard error, with exit status 2."""
    try:
        app()
    except CcsimError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    except OSError as error:
        file = error.filename2 or error.filename or "ccsim"
        print(f"{file}: {error.strerror or error}", file=sys.stderr)
        raise SystemExit(2) from None
    except SystemExit as end:
        if end.code == INTERRUPTED:
            print("Stopped; no file is half-written.", file=sys.stderr)
        raise


def _version(wanted: bool) -> None:
    if wanted:
        print(f"ccsim {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Workforce planning and simulation for contact centres."""


def _scenario(file: Path, sets: list[str] | None, overrides: list[str] | None) -> Scenario:
    from ccsim.scenario import load, require_support

    scenario = load(file, overrides or ())
    changes = dict(_change(entry) for entry in sets or ())
    if changes:
        scenario = scenario.change(changes)
    require_support(scenario)
    return scenario


def _change(entry: str, option: str = "--set") -> tuple[str, Any]:
    import yaml

    from ccsim.scenario.origin import plain_value

    path, equals, text = entry.partition("=")
    if not equals or not path.strip():
        raise OptionError(f"{option} {entry}; allowed: PATH=VALUE, e.g. groups.bank.on_duty=90")
    try:
        return path.strip(), plain_value(text)
    except yaml.YAMLError:
        raise OptionError(f"{option} {entry}: '{text}' is not a YAML value") from None


def _show(table: pd.DataFrame, csv: Path | None, *, index: bool = True) -> None:
    import pandas as pd

    with pd.option_context("display.width", 160, "display.max_columns", None):
        print(table.to_string(index=index, float_format=_digits))
    if csv is not None:
        _write(table, csv, index=index)


def _write(table: pd.DataFrame, csv: Path, *, index: bool = True) -> None:
    from ccsim.files import replacing

    with replacing(csv) as unfinished:
        table.to_csv(unfinished, index=index)


def _digits(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def _folder(path: Path, option: str = "--out") -> Path:
    """Refuse a folder nothing can be written to, before the work is done."""
    there = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise OptionError(f"{option} {path}: {there} is not a folder that can be written to")
    return path


@app.command()
def validate(file: File, sets: Set = None, override: Override = None) -> None:
    """Check a scenario: every problem with file, line, field, found, allowed, nearest name."""
    scenario = _scenario(file, sets, override)
    print(f"{file}: valid ({len(scenario.queues)} queues, {len(scenario.groups)} groups)")


@app.command()
def schema(
    markdown: Annotated[
        Path | None,
        typer.Option(help="Write the schema page of the documentation instead.", dir_okay=False),
    ] = None,
    example: Annotated[
        Path, typer.Option(help="Complete example shown on that page.", dir_okay=False)
    ] = Path("docs/complete.yaml"),
) -> None:
    """Write the JSON Schema of a scenario, for editors to complete and check files."""
    from ccsim import scenario

    if markdown is None:
        print(json.dumps(scenario.json_schema(), indent=2, ensure_ascii=False))
    else:
        from ccsim.files import replacing

        page = scenario.markdown(example.read_text(encoding="utf-8"))
        with replacing(markdown) as unfinished:
            unfinished.write_text(page, encoding="utf-8")
        print(markdown)


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
        dict(_pair(entry, "--column") for entry in column or []) or None,
        separator=separator,
        time_format=time_format,
        columns_preset=preset,
        timezone=timezone,
        interval=interval,
        sheet=sheet,
        query=query,
    )
    columns = ["row", "start", "queue", "kind", "repair", "before", "after", "what"]
    _show(found[columns], csv, index=False)
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

    made = forecast_scenario(_scenario(file, sets, override))
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
        _page([made.plot(words), *drawn], made.source, html)
    if league and made.league is not None:
        _show(made.league, csv, index=False)
        return
    table = pd.concat(
        {"mean": made.mean, "low_80": made.quantile(0.1), "high_80": made.quantile(0.9)}, axis=1
    )
    table = table.stack(level=1, future_stack=True).rename_axis(["start", "queue"])
    _show(table, csv)


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
    scenario = _scenario(file, sets, override)
    table = backtest_scenario(
        scenario,
        origins=origins,
        days=days,
        models=model or None,
        by=by,
        workers=workers,
        progress=sys.stderr.isatty(),
    )
    _show(table, csv, index=False)
    if html is not None:
        from ccsim.figures.league import error_figure, league_figure
        from ccsim.text import labels

        draw = league_figure if by is None else error_figure
        _page([draw(table, labels("en"))], scenario.name, html)


def _page(figures: Sequence[go.Figure], title: str, html: Path) -> None:
    from ccsim.figures.page import page
    from ccsim.files import replacing

    with replacing(html) as unfinished:
        unfinished.write_text(page(figures, title), encoding="utf-8")
    print(html)


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

    columns = dict(_pair(entry, "--column") for entry in column or [])
    calls = read_technion(log) if technion else read_calls(log, columns or None, timezone)
    found = learn(calls, short=short)
    print(found.summary())
    if out is not None:
        found.to_yaml(out)
        print(out)


def _pair(entry: str, option: str) -> tuple[str, str]:
    name, _, value = entry.partition("=")
    if not (name and value):
        raise OptionError(f"{option} {entry}: not a pair; allowed: OURS=THEIRS, e.g. queue=Skill")
    return name, value


@app.command()
def staff(file: File, sets: Set = None, override: Override = None, csv: Csv = None) -> None:
    """Find the agents each interval and group needs."""
    from ccsim.staffing import require

    requirement = require(_scenario(file, sets, override))
    _show(requirement.table, csv, index=False)
    print("\n".join(requirement.notes))


@app.command()
def schedule(
    file: File,
    time_limit: TimeLimit = 60,
    sets: Set = None,
    override: Override = None,
    csv: Csv = None,
) -> None:
    """Find the shifts that cover the requirement at least cost."""
    from ccsim.scheduling import schedule as find

    scenario = _scenario(file, sets, override)
    made = find(scenario, time_limit=time_limit)
    _show(made.shifts, csv, index=False)
    print(
        f"cost {made.cost:,.0f} {scenario.currency}, gap {made.gap:.2%} ({made.solver}), "
        f"people {int(made.people.sum())}"
    )
    print("\n".join(made.notes))


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

    scenario = _scenario(file, sets, override)
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
    _show(results.kpis(by=by), csv)


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

    scenario = _scenario(file, sets, override)
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
    _show(table, csv)


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
    scenario = _scenario(file, sets, override)
    tried = run(
        scenario,
        dict(_values(entry) for entry in vary) if vary else point or [],
        replications=replications,
        seed=seed,
        by=by,
        folder=_folder(folder, "--folder"),
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
    _show(shown, None)
    if csv is not None:
        _write(tried.table, csv)
    if html is not None:
        _page(tried.figures(names, cost), scenario.name, html)


def _values(entry: str) -> tuple[str, list[Any]]:
    """Read PATH=[a, b] or PATH=from..to:step."""
    path, value = _change(entry, "--vary")
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

    scenario = _scenario(file, sets, override)
    roster = None if duty is None else read_duty(duty, timezone=scenario.timezone)
    for verdict in run(scenario, roster, replications=replications, seed=seed):
        print(verdict)
        if verdict.difference is not None:
            raise typer.Exit(1)


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

    scenario = _scenario(file, sets, override)
    _show(seats_billed(scenario, find(scenario, time_limit=time_limit).duty), csv)


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
    sets: Set = None,
    override: Override = None,
) -> None:
    """Plan the horizon: forecast, staff, schedule, simulate, cost; report and workbook."""
    from ccsim.planning import plan as make
    from ccsim.text import labels

    scenario = _scenario(file, sets, override)
    words = labels(language or scenario.language)
    folder = _folder(out or Path("out", scenario.industry))

    def tell(step: str) -> None:
        print(words[f"step.{step}"], file=sys.stderr)

    made = make(scenario, replications=replications, seed=seed, time_limit=time_limit, tell=tell)
    written = (
        made.report(folder / "report.html", language),
        made.to_excel(folder / "plan.xlsx", language),
    )
    print(made.summary(language))
    print(*written, sep="\n")


def _refuse(name: str) -> Callable[[], None]:
    def refuse() -> None:
        raise NotYetSupported(f"ccsim {name}: not yet supported by version {__version__}")

    refuse.__doc__ = "Not yet supported."
    return refuse


for _name in PLANNED:
    app.command(
        _name,
        hidden=True,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(_refuse(_name))


if __name__ == "__main__":
    main()
