"""Where the command line begins: its commands together, its errors told in one place."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from ccsim import __version__

# Commands are listed in the order in which their modules are imported.
from ccsim.cli import scenario, demand, staffing, simulation, planning  # isort: skip  # noqa: F401
from ccsim.cli.shared import app
from ccsim.errors import CcsimError, NotYetSupported

INTERRUPTED = 130
# Commands of the design that later versions bring; asking for one is refused, not unknown.
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
