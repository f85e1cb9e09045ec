"""The tables of a plan, once for report and workbook: what is in them and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ccsim.figures.service import signed
from ccsim.reporting.assumptions import inputs
from ccsim.reporting.facts import Facts
from ccsim.reporting.headline import headline
from ccsim.reporting.wording import Labels
from ccsim.simulation.results import ALL

Kind = Literal["text", "moment", "date", "clock", "count", "decimal", "share", "money"]

DATES: tuple[Kind, ...] = ("moment", "date", "clock")

KPI_KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            "blocking",
            "answer_rate",
            "service_level",
            "abandonment",
            "containment",
            "transfer_rate",
            "due_missed_rate",
            "satisfaction",
            "nuisance_rate",
            "occupancy",
            "utilisation",
            "days_meeting_target",
            "intervals_meeting_target",
            "fairness_queues",
            "fairness_segments",
        ),
        "share",
    ),
    **dict.fromkeys(
        (
            "entered",
            "blocked",
            "contained",
            "ivr_lost",
            "offered",
            "handled",
            "abandoned",
            "short_abandoned",
            "long_abandoned",
            "balked",
            "callback_lost",
            "turned_away",
            "open_at_end",
            "backlog_end",
            "callbacks_offered",
            "callbacks_taken",
            "callbacks_reached",
            "retrials",
            "repeats",
            "second_channel",
            "ticket_calls",
            "rebookings",
            "transferred",
            "misdirected",
            "overflowed",
            "due_missed",
            "upset",
            "wrong_answers",
            "booked",
            "sold_out",
            "monitored",
            "reviewed",
            "breaches",
            "breaches_caught",
            "breaches_missed",
            "surveyed",
            "responses",
            "dialled",
            "connected",
            "right_party",
            "wrong_party",
            "no_answer",
            "nuisance",
            "lines_peak",
            "lines_p99",
            "tickets_opened",
            "tickets_done",
            "tickets_late",
        ),
        "count",
    ),
    **dict.fromkeys(("worth", "cost_of_bots", "cost", "cost_total", "cost_per_contact"), "money"),
}
FORECAST: dict[str, Kind] = {"start": "moment", "queue": "text", "expected": "decimal"}
BAND: dict[str, Kind] = {"low80": "decimal", "high80": "decimal"}
SHIFT: dict[str, Kind] = {
    "shift_start": "clock",
    "shift_end": "clock",
    "meal_start": "clock",
    "meal_end": "clock",
    "breaks": "text",
    "paid_hours": "decimal",
}


@dataclass(frozen=True)
class Table:
    """A table to show.

    Attributes
    ----------
    key
        Its name in the catalogue, ``table.<key>``.
    frame
        Its rows. A column's heading is ``column.<column>`` of the catalogue.
    kinds
        How the values of each column are written, in the order of the columns.
    row_kinds
        Where a row says how its numbers are written, instead of the column.
    """

    key: str
    frame: pd.DataFrame
    kinds: dict[str, Kind]
    row_kinds: tuple[Kind, ...] | None = None

    def kind(self, row: int, column: str) -> Kind:
        """Say how a cell is written."""
        kind = self.kinds[column]
        return self.row_kinds[row] if self.row_kinds and kind == "decimal" else kind

    def headings(self, labels: Labels, currency: str) -> list[str]:
        """Headings of the columns."""
        return [labels[f"column.{column}"].format(currency=currency) for column in self.kinds]


def table_of(key: str, frame: pd.DataFrame, kinds: dict[str, Kind]) -> Table:
    """Make a table of some columns of a frame, one kind a column."""
    return Table(key, frame.reset_index(drop=True)[list(kinds)], kinds)


def summary_table(facts: Facts, labels: Labels) -> Table:
    """Give the main figures in words."""
    frame = pd.DataFrame(headline(facts, labels))
    return table_of("summary", frame, {"label": "text", "value": "text", "note": "text"})


def forecast_table(facts: Facts) -> Table:
    """Give expected contacts by interval and queue, with the band that holds 80 % of counts."""
    if facts.forecast is None:
        return table_of("forecast", _given_rates(facts), FORECAST)
    mean = facts.forecast.mean
    columns = {
        "expected": mean,
        "low80": facts.forecast.quantile(0.1),
        "high80": facts.forecast.quantile(0.9),
    }
    long = {name: table.rename_axis("start").stack() for name, table in columns.items()}
    frame = pd.DataFrame(long).rename_axis(["start", "queue"]).reset_index()
    return table_of("forecast", frame, FORECAST | BAND)


def league_table(league: pd.DataFrame, labels: Labels) -> Table:
    """Give the backtest of the forecast models."""
    kinds: dict[str, Kind] = {
        "model": "text",
        "WAPE": "share",
        "bias": "share",
        "wQL": "share",
        "coverage_80": "share",
    }
    named = league["model"].map(lambda model: labels.get(f"model.{model}", model))
    return table_of("league", league.assign(model=named), kinds)


def days_table(facts: Facts) -> Table:
    """Give the agents needed by day and group."""
    table = facts.requirement.table
    hours = facts.scenario.horizon.interval / 3600
    days = table["start"].dt.normalize().rename("date")
    by_day = table.groupby([days, "group"], sort=False)
    frame = pd.DataFrame(
        {
            "contacts": by_day["contacts"].sum(),
            "peak_net": by_day["net_whole"].max(),
            "peak_scheduled": by_day["scheduled"].max(),
            "agent_hours": by_day["scheduled"].sum() * hours,
        }
    ).reset_index()
    kinds: dict[str, Kind] = {
        "date": "date",
        "group": "text",
        "contacts": "count",
        "peak_net": "count",
        "peak_scheduled": "decimal",
        "agent_hours": "count",
    }
    return table_of("days", frame, kinds)


def shifts_table(facts: Facts) -> Table:
    """Give the kinds of shift and how many work each."""
    shifts = facts.schedule.shifts.sort_values(["start", "end", "group"])
    frame = shifts.rename(columns={"start": "shift_start", "end": "shift_end"})
    frame = frame.assign(date=frame["shift_start"])
    kinds: dict[str, Kind] = {"date": "date", "group": "text", **SHIFT, "agents": "count"}
    return table_of("shifts", frame, kinds)


def roster_table(facts: Facts) -> Table:
    """Give every shift of every person, ready to paste into a roster."""
    duty = facts.schedule.duty.sort_values(["agent", "start"])
    number = duty["shift"]
    meals = duty[duty["activity"] == "meal"].groupby(number)
    breaks = duty[duty["activity"] == "break"]
    whole = duty.groupby(number)
    frame = pd.DataFrame(
        {
            "person": whole["agent"].first(),
            "group": whole["group"].first(),
            "shift_start": whole["start"].min(),
            "shift_end": whole["end"].max(),
        }
    )
    frame["meal_start"] = meals["start"].min().reindex(frame.index)
    frame["meal_end"] = meals["end"].max().reindex(frame.index)
    times = breaks["start"].dt.strftime("%H:%M").groupby(breaks["shift"]).agg(" ".join)
    frame["breaks"] = times.reindex(frame.index).fillna("")
    frame = frame.sort_values(["person", "shift_start"])
    frame["date"] = frame["shift_start"]
    kinds = facts.schedule.shifts.rename(columns={"start": "shift_start", "end": "shift_end"})
    same = ["group", "shift_start", "shift_end", "meal_start", "breaks"]
    hours = kinds.drop_duplicates(same)[[*same, "paid_hours"]]
    frame = frame.merge(hours, how="left", on=same, validate="many_to_one")
    return table_of("roster", frame, {"person": "text", "group": "text", "date": "date", **SHIFT})


def kpi_table(facts: Facts, labels: Labels) -> Table:
    """Give the KPIs of the whole period with their 95 % intervals."""
    table = facts.results.kpis().reset_index()
    table = table[table["mean"].notna()]
    if table["queue"].nunique() == 2:  # one queue, which all of it only repeats
        table = table.drop_duplicates("kpi")
    frame = pd.DataFrame(
        {
            "scope": table["queue"].where(table["queue"] != ALL, labels["scope.all"]),
            "kpi": [
                labels[f"kpi.{name}"].format(currency=facts.scenario.currency)
                for name in table["kpi"]
            ],
            **{name: table[name] for name in ("mean", "low", "high")},
        }
    )
    kinds: dict[str, Kind] = {
        "scope": "text",
        "kpi": "text",
        "mean": "decimal",
        "low": "decimal",
        "high": "decimal",
    }
    rows = tuple(KPI_KINDS.get(name, "decimal") for name in table["kpi"])
    return Table("kpis", frame.reset_index(drop=True), kinds, rows)


def interval_table(facts: Facts) -> Table:
    """Give the service of each interval and queue."""
    shares: dict[str, Kind] = {
        f"{kpi}{end}": "share"
        for kpi in ("service_level", "abandonment")
        for end in ("", "_low", "_high")
    }
    kinds: dict[str, Kind] = {
        "start": "moment",
        "queue": "text",
        "offered": "decimal",
        "handled": "decimal",
        "abandoned": "decimal",
        "asa": "decimal",
        **shares,
    }
    return table_of("intervals", facts.results.intervals().reset_index(), kinds)


def cost_table(facts: Facts, labels: Labels) -> Table:
    """Give the labour of the schedule by group."""
    frame = facts.labour.reset_index()
    frame["group"] = frame["group"].where(frame["group"] != ALL, labels["scope.all"])
    kinds: dict[str, Kind] = {
        "group": "text",
        "shifts": "count",
        "paid_hours": "decimal",
        "at_work_hours": "decimal",
        "fte": "decimal",
        "people": "count",
        "cost": "money",
    }
    return table_of("cost", frame, kinds)


def seats_table(facts: Facts, labels: Labels) -> Table:
    """Give the seats each tariff would bill."""
    frame = facts.seats.reset_index()
    frame["quality"] = [labels[f"quality.{mark}"] for mark in frame["quality"]]
    # A tariff may bill by something of its own; that is shown as the tariff says it.
    frame["unit"] = [labels.get(f"billing.{unit}", unit) for unit in frame["unit"]]
    kinds: dict[str, Kind] = {
        "tariff": "text",
        "unit": "text",
        "seats": "count",
        "price": "money",
        "cost_per_month": "money",
        "currency": "text",
        "source": "text",
        "quality": "text",
    }
    return table_of("seats", frame, kinds)


def at_aht_table(facts: Facts) -> Table:
    """Give the service level if handle times were off."""
    frame = facts.at_aht.sort_index().reset_index()
    frame["change"] = [signed(factor - 1) for factor in frame["aht_factor"]]
    kinds: dict[str, Kind] = {
        "change": "text",
        "aht": "count",
        "service_level": "share",
        "low": "share",
        "high": "share",
        "answer_rate": "share",
        "replications": "count",
    }
    return table_of("at_aht", frame, kinds)


def assumptions_table(facts: Facts, labels: Labels) -> Table:
    """Give every sourced input, and those of queues and groups that carry no source."""
    frame = pd.DataFrame(
        [
            {
                "path": item.path,
                "value": labels["assumptions.default"] if item.value is None else item.value,
                "quality": labels[f"quality.{item.quality}"],
                "source": item.source,
                "range": item.range,
            }
            for item in inputs(facts.scenario)
        ],
        columns=["path", "value", "quality", "source", "range"],
    )
    return table_of("assumptions", frame, dict.fromkeys(frame.columns, "text"))


def _given_rates(facts: Facts) -> pd.DataFrame:
    """Read the expected contacts of a scenario that gives its demand itself."""
    rates, centre = facts.results.rates, facts.results.study.centre
    return pd.DataFrame(
        {
            "start": centre.moments(rates.cells.start),
            "queue": [centre.queues[number].name for number in rates.cells.queue],
            "expected": rates.mean,
        }
    ).sort_values(["start", "queue"])
