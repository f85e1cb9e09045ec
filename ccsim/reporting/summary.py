"""The plan on one screen, as plain text."""

from __future__ import annotations

from ccsim.reporting.assumptions import first_lines
from ccsim.reporting.facts import Facts
from ccsim.reporting.headline import headline
from ccsim.reporting.wording import ELLIPSIS, Labels, clipped, padded, width

SCREEN = 100
INDENT = "  "
GAP = "  "
MOST_LINES = 2
MORE = f", {ELLIPSIS}"


def summary(facts: Facts, labels: Labels) -> str:
    """Write the plan in at most 24 lines of 100 columns.

    Parameters
    ----------
    facts
        Outcome of the chain.
    labels
        Words by key, of `ccsim.text.labels`.

    Returns
    -------
    str
        First the scenario, the inputs that are assumptions and the service level if handle times
        were 10 % off; then the main figures.

    Examples
    --------
    >>> print(summary(facts, ccsim.text.labels("en")))   # doctest: +SKIP
    """
    horizon = facts.scenario.horizon
    days = facts.results.study.centre.moments(facts.results.study.centre.edges[[0, -2]])
    period = labels["summary.horizon"].format(
        start=f"{horizon.start:%Y-%m-%d}",
        end=f"{days[-1]:%Y-%m-%d}",
        days=horizon.days,
        timezone=facts.scenario.timezone,
        replications=facts.results.replications,
        seed=facts.results.study.seed,
    )
    first = labels["summary.first"]
    warnings = first_lines(facts.scenario, facts.at_aht, labels)
    rows = [(row.label, row.value, row.note) for row in headline(facts, labels)]
    lines = [
        _on_one_line(facts.scenario.name),
        *(
            line
            for label, text in warnings
            for line in _folded(first.format(label=label, text=text))
        ),
        period,
        "",
        *_aligned(rows),
        "",
        *facts.schedule.notes[:MOST_LINES],
        labels["assumptions.noise"],
    ]
    return "\n".join(clipped(line, SCREEN) for line in lines)


def _aligned(rows: list[tuple[str, str, str]]) -> list[str]:
    """Labels to the left, values to the right of their column, notes after them."""
    label_columns = max(width(label) for label, _, _ in rows)
    value_columns = max(width(value) for _, value, _ in rows)
    return [
        INDENT
        + padded(label, label_columns)
        + GAP
        + " " * (value_columns - width(value))
        + value
        + GAP
        + note
        for label, value, note in rows
    ]


def _folded(text: str) -> list[str]:
    """Break a list at its commas into few lines; what does not fit is in the report."""
    lines = [""]
    for part in text.split(", "):
        longer = f"{lines[-1]}, {part}" if lines[-1] else part
        if width(longer + MORE) <= SCREEN or not lines[-1]:
            lines[-1] = longer
        elif len(lines) < MOST_LINES:
            lines[-1] += ","
            lines.append(INDENT + part)
        else:
            lines[-1] += MORE
            break
    return lines


def _on_one_line(text: str) -> str:
    """Leave out line breaks and whatever else a terminal would act on."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
