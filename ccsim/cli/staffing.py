"""Commands about agents and shifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccsim.cli.shared import (
    Csv,
    File,
    Override,
    Set,
    TimeLimit,
    app,
    scenario_from,
    show,
)

if TYPE_CHECKING:
    pass


@app.command()
def staff(file: File, sets: Set = None, override: Override = None, csv: Csv = None) -> None:
    """Find the agents each interval and group needs."""
    from ccsim.staffing import require

    requirement = require(scenario_from(file, sets, override))
    show(requirement.table, csv, index=False)
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

    scenario = scenario_from(file, sets, override)
    made = find(scenario, time_limit=time_limit)
    show(made.shifts, csv, index=False)
    print(
        f"cost {made.cost:,.0f} {scenario.currency}, gap {made.gap:.2%} ({made.solver}), "
        f"people {int(made.people.sum())}"
    )
    print("\n".join(made.notes))
