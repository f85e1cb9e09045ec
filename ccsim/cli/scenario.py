"""Commands about the scenario file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccsim.cli.shared import (
    File,
    Override,
    Set,
    app,
    scenario_from,
)

if TYPE_CHECKING:
    pass


@app.command()
def validate(file: File, sets: Set = None, override: Override = None) -> None:
    """Check a scenario: every problem with file, line, field, found, allowed, nearest name."""
    scenario = scenario_from(file, sets, override)
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
