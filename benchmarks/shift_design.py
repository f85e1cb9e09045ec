"""Reading minimum shift design (Musliu, Schaerf & Slany 2004) as a problem of `schedule`'s core.

Four kinds of shift with start windows and lengths, a cyclic week, weight 1 a minute under and
over, one slot length per distinct shift used, and no price for working.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ccsim.scheduling.problem import Problem, Shift, Team

FOLDER = Path("/work/shared/instances/minimum_shift_design")
BEST_KNOWN = {"RandomExample1": 480, "RandomExample2": 300, "RandomExample3": 600}
MINUTE = 60.0


def read_shift_design(file: Path) -> Problem:
    """Read an instance; objectives are minutes."""
    fields = {
        name: [int(number) for number in re.findall(r"-?\d+", value)]
        for name, value in re.findall(r"(\w+)\s*=\s*([^;]*);", file.read_text())
    }
    interval, demand = fields["interval"][0], np.array(fields["demand"], dtype=float)
    slot, days = interval * MINUTE, fields["days"][0]
    kinds = zip(
        *(fields[k] for k in ("minStart", "maxStart", "minLength", "maxLength")), strict=True
    )
    distinct = sorted(
        {
            (start, length)
            for first, last, shortest, longest in kinds
            for start in range(first, last + 1)
            for length in range(shortest, longest + 1)
        }
    )
    per_day = len(demand) // days
    shifts = tuple(
        Shift(
            day=day,
            clock=start * slot,
            spans=(((day * per_day + start) * slot, (day * per_day + start + length) * slot),),
            pauses=(),
            paid_hours=length * slot / 3600,
        )
        for day in range(days)
        for start, length in distinct
    )
    team = Team(
        "staff",
        shifts,
        demand,
        paid=0.0,
        under=60.0 * fields["weightUnderCover"][0],
        over=60.0 * fields["weightOverCover"][0],
        design=float(interval),
    )
    return Problem(slot, len(demand), (team,), cyclic=True)
