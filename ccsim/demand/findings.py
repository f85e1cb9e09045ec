"""What is found in a history, the repair proposed for it, and what the planner chose.

Nothing is changed without a line in the table of findings. A kind of finding that cannot be right
(a negative count, say) is refused unless a repair is chosen; one that may well be right (an
outlier) is listed and left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ccsim.demand.cells import Problems
from ccsim.demand.wording import nearest
from ccsim.errors import OptionError

WAY_OUT = (
    "check_history lists every finding with a proposed repair; read_history(repair='proposed') "
    "makes those, repair={kind: action} those you choose"
)
OTHERS = "others"


@dataclass(frozen=True)
class Rule:
    """What may be done about one kind of finding.

    Attributes
    ----------
    proposed : str
        What we would do.
    allowed : tuple of str
        What a planner may choose.
    refused : bool
        Whether reading stops when nothing was chosen.
    """

    proposed: str
    allowed: tuple[str, ...]
    refused: bool


RULES: Mapping[str, Rule] = {
    "not a time": Rule("drop", ("drop",), True),
    "no queue": Rule("drop", ("drop",), True),
    "not a number": Rule("missing", ("missing", "zero"), True),
    "negative": Rule("missing", ("missing", "zero"), True),
    "handle time": Rule("missing", ("missing",), True),
    "fractional": Rule("keep", ("keep", "round"), False),
    "skipped hour": Rule("drop", ("drop",), True),
    "repeated hour": Rule("in order", ("in order", "missing"), True),
    "merged hour": Rule("missing", ("missing", "halve", "first"), True),
    "off grid": Rule("drop", ("drop",), True),
    "duplicate": Rule("first", ("first", "sum"), True),
    "conflict": Rule("missing", ("missing", "first", "last", "sum"), True),
    "gap": Rule("missing", ("missing", "zero", "drop"), True),
    "edge": Rule("missing", ("missing", "zero"), False),
    "missing day": Rule("keep", ("keep",), False),
    "empty day": Rule("missing", ("missing", "keep"), False),
    "outage": Rule("missing", ("missing", "keep", "usual"), False),
    "outlier": Rule("keep", ("keep", "missing", "usual"), False),
    "outlier day": Rule("keep", ("keep", "missing"), False),
    "outside hours": Rule("keep", ("keep", "drop"), False),
    "totals row": Rule("drop", ("drop",), False),
    "part interval": Rule("drop", ("drop",), False),
    "profile": Rule("keep", ("keep",), False),
}
"""Every kind of finding. The actions:

`keep` leaves the count as it is; `missing` takes it for not observed (no row: neither fitted nor
scored), the rest of the day stays; `drop` leaves the row out (of a gap: the whole day); `zero`
reads no contacts; `first`, `last` and `sum` choose among rows of one interval; `in order` gives
the first row of a repeated hour to its first pass; `halve` splits one row over both passes;
`usual` puts what the weekday usually brings; `round` rounds to whole contacts.
"""


@dataclass(frozen=True)
class Finding:
    """One line of the table of findings; see `findings_table`."""

    kind: str
    what: str
    row: int | None = None
    start: pd.Timestamp | None = None
    queue: str | None = None
    repair: str = "keep"
    before: float = np.nan
    after: float = np.nan
    done: bool = False


def findings_table(found: Iterable[Finding], timezone: str) -> pd.DataFrame:
    """Make the table of findings.

    Returns
    -------
    pandas.DataFrame
        Columns `row` (Int64, of the source; missing where no single row is meant), `kind` (str,
        a key of `RULES`), `start` (tz-aware, first interval concerned), `queue` (str), `what`
        (str, in words), `repair` (str, what was done or is proposed), `before` and `after`
        (float64 contacts, of handle times seconds; NaN where there is no such number) and `done`
        (bool, whether the repair was made).

    Examples
    --------
    >>> findings_table([Finding("profile", "not measured")], "UTC")["kind"].tolist()
    ['profile']
    """
    rows = list(found)
    starts = pd.to_datetime([f.start if f.start is not None else pd.NaT for f in rows], utc=True)
    return pd.DataFrame(
        {
            "row": pd.array([f.row for f in rows], dtype="Int64"),
            "kind": pd.array([f.kind for f in rows], dtype="str"),
            "start": pd.DatetimeIndex(starts).as_unit("us").tz_convert(timezone),
            "queue": pd.array([f.queue for f in rows], dtype="str"),
            "what": pd.array([f.what for f in rows], dtype="str"),
            "repair": pd.array([f.repair for f in rows], dtype="str"),
            "before": np.array([f.before for f in rows], dtype=float),
            "after": np.array([f.after for f in rows], dtype=float),
            "done": np.array([f.done for f in rows], dtype=bool),
        }
    )


def worded(findings: pd.DataFrame, at_most: int = 3) -> list[str]:
    """Say what was found and what was done about it in one line a kind, for summaries and reports.

    Parameters
    ----------
    findings
        As `findings_table` makes it.
    at_most
        How many of a kind are spelt out.

    Examples
    --------
    >>> late = Finding("edge", "calls: missing 08:00", repair="missing")
    >>> worded(findings_table([late], "UTC"))
    ['edge: calls: missing 08:00 (proposed: missing)']
    """
    lines = []
    for (kind, repair, done), found in findings.groupby(["kind", "repair", "done"], sort=False):
        said = "; ".join(found["what"].iloc[:at_most])
        more = f" and {len(found) - at_most} more" if len(found) > at_most else ""
        what = f" ({'done' if done else 'proposed'}: {repair})" if repair != "keep" else ""
        lines.append(f"{kind}: {said}{more}{what}")
    return lines


def checked_choice(repair: str | Mapping[str, str]) -> dict[str, str]:
    """Return what to do by kind; `others` is what to do about kinds not named.

    Raises
    ------
    OptionError
        When a kind or an action is not known, with the nearest that is.
    """
    if isinstance(repair, str):
        repair = {OTHERS: repair}
    for kind, action in repair.items():
        if kind != OTHERS and kind not in RULES:
            kinds = (*RULES, OTHERS)
            raise OptionError(
                f"repair: '{kind}' is not a kind of finding; allowed: {', '.join(kinds)}"
                f"{nearest(kind, kinds)}"
            )
        own = () if kind == OTHERS else RULES[kind].allowed
        allowed = ("refuse", "proposed", *own)
        if action not in allowed:
            of = "" if kind == OTHERS else f" for '{kind}'"
            raise OptionError(
                f"repair='{action}' is not allowed{of}; allowed: {', '.join(allowed)}"
                f"{nearest(action, allowed)}"
            )
    return {OTHERS: "refuse", **repair}


@dataclass
class Ledger:
    """Everything found while one history is read, and what it was decided to do about it."""

    source: str
    choice: Mapping[str, str]
    found: list[Finding] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def action(self, kind: str, proposed: str | None = None) -> str:
        """Give what to do about a kind: an action, or `refuse`.

        Parameters
        ----------
        proposed
            What we would do here, where that is not the rule's.
        """
        rule = RULES[kind]
        chosen = self.choice.get(kind, self.choice[OTHERS])
        if chosen == "refuse":
            return "refuse" if rule.refused else "keep"
        return (proposed or rule.proposed) if chosen == "proposed" else chosen

    def note(
        self,
        finding: Finding,
        proposed: str | None = None,
        after: Mapping[str, float] | None = None,
    ) -> None:
        """Add a finding, with what is done or proposed and what the number then is.

        Parameters
        ----------
        finding
            Without repair.
        proposed
            As in `action`.
        after
            The number after an action, where it is not the same or none.
        """
        action = self.action(finding.kind, proposed)
        asked = self.choice.get(finding.kind, self.choice[OTHERS]) != "refuse"
        repair = action if asked else (proposed or RULES[finding.kind].proposed)
        numbers = {"keep": finding.before, "zero": 0.0} | dict(after or {})
        self.found.append(
            replace(
                finding,
                repair=repair,
                after=numbers.get(repair, np.nan),
                done=asked and action != "keep",
            )
        )
        if action == "refuse":
            row = finding.row or 0
            self.refused.append((row, f"row {row}, {finding.what}"))

    def place(self, frame: pd.DataFrame) -> None:
        """Add start and queue to findings that know only their row.

        Parameters
        ----------
        frame
            `start` and `queue`; the index is the row in the source.
        """
        rows = frame[~frame.index.duplicated()]
        for at, finding in enumerate(self.found):
            if finding.row in rows.index and finding.start is None:
                start, queue = rows.at[finding.row, "start"], rows.at[finding.row, "queue"]
                self.found[at] = replace(
                    finding,
                    start=None if pd.isna(start) else start,
                    queue=None if pd.isna(queue) else str(queue),
                )

    def raise_refused(self) -> None:
        """Raise one HistoryError with what cannot be right and has no repair chosen."""
        Problems(self.source, self.refused).raise_any(WAY_OUT)
