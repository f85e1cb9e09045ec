"""What all commands share: the application, options, and how tables and pages are written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ccsim.errors import OptionError

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
SearchTime = Annotated[
    float, typer.Option(help="Work for the search by simulation, in seconds of a usual machine.")
]

Html = Annotated[
    Path | None, typer.Option(help="Also write the pictures to this page.", dir_okay=False)
]

FOUND = 1  # exit status of a check that found something to refuse


def scenario_from(file: Path, sets: list[str] | None, overrides: list[str] | None) -> Scenario:
    """Load a scenario with named overrides and changes; refuse what is not supported yet."""
    from ccsim.scenario import load, require_support

    scenario = load(file, overrides or ())
    changes = dict(change_of(entry) for entry in sets or ())
    if changes:
        scenario = scenario.change(changes)
    require_support(scenario)
    return scenario


def change_of(entry: str, option: str = "--set") -> tuple[str, Any]:
    """Read PATH=VALUE, the value as YAML has it."""
    import yaml

    from ccsim.scenario.origin import plain_value

    path, equals, text = entry.partition("=")
    if not equals or not path.strip():
        raise OptionError(f"{option} {entry}; allowed: PATH=VALUE, e.g. groups.bank.on_duty=90")
    try:
        return path.strip(), plain_value(text)
    except yaml.YAMLError:
        raise OptionError(f"{option} {entry}: '{text}' is not a YAML value") from None


def show(table: pd.DataFrame, csv: Path | None, *, index: bool = True) -> None:
    """Print a table, and write it to a CSV file where one is asked for."""
    import pandas as pd

    with pd.option_context("display.width", 160, "display.max_columns", None):
        print(table.to_string(index=index, float_format=_digits))
    if csv is not None:
        write(table, csv, index=index)


def write(table: pd.DataFrame, csv: Path, *, index: bool = True) -> None:
    """Write a table to a CSV file, whole or not at all."""
    from ccsim.files import replacing

    with replacing(csv) as unfinished:
        table.to_csv(unfinished, index=index)


def _digits(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def folder_at(path: Path, option: str = "--out") -> Path:
    """Refuse a folder nothing can be written to, before the work is done."""
    there = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise OptionError(f"{option} {path}: {there} is not a folder that can be written to")
    return path


def write_page(figures: Sequence[go.Figure], title: str, html: Path) -> None:
    """Write pictures to an HTML page, and say where it is."""
    from ccsim.figures.page import page
    from ccsim.files import replacing

    with replacing(html) as unfinished:
        unfinished.write_text(page(figures, title), encoding="utf-8")
    print(html)


def pair_of(entry: str, option: str) -> tuple[str, str]:
    """Read OURS=THEIRS."""
    name, _, value = entry.partition("=")
    if not (name and value):
        raise OptionError(f"{option} {entry}: not a pair; allowed: OURS=THEIRS, e.g. queue=Skill")
    return name, value
