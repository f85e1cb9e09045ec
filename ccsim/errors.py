"""Everything ccsim refuses, as one family of exceptions.

They are raised where the cause is known, worded for a planner (what, where, what is
allowed) and caught once: in the command line and in the app.
"""

from __future__ import annotations

from collections.abc import Sequence


class CcsimError(Exception):
    """Something ccsim cannot do with the input it was given."""


class OptionError(CcsimError, ValueError):
    """An argument of a call has a value that is not allowed."""


class ScenarioError(CcsimError):
    """A scenario file or a change to a scenario is not valid.

    Attributes
    ----------
    problems
        What is wrong, one entry a problem, where it is more than the message.
    """

    def __init__(self, message: str, problems: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class NotYetSupported(ScenarioError):
    """A scenario asks for behaviour that this version does not have."""


class HistoryError(CcsimError):
    """A history of contacts cannot be read or cannot be planned from."""


class TariffError(CcsimError):
    """A tariff file is not valid."""


class ClusterError(CcsimError):
    """A cluster cannot do the work it was given."""


class InfeasibleSchedule(CcsimError):
    """No schedule can satisfy the shift rules."""
