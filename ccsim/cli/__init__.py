"""The command line: from `ccsim validate` to `ccsim plan`.

Every command reads a scenario, calls the public function of the same meaning and prints a table.
Errors a planner can mend are printed in one place, with exit status 2.
"""

from __future__ import annotations

from ccsim.cli.entry import PLANNED, main

__all__ = ["PLANNED", "main"]
