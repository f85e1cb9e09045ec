"""The schema for people and for editors: `docs/schema.md` and the JSON Schema.

Both are written from the models, so that neither can say something else than the code.
"""

from __future__ import annotations

import typing
from typing import Any

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ccsim.scenario import kinds
from ccsim.scenario.annotations import options, sections_inside
from ccsim.scenario.model import Scenario
from ccsim.scenario.people import parse_shrinkage, parse_skill
from ccsim.scenario.support import planned

KINDS: dict[Any, str] = {
    kinds.parse_duration: "duration",
    kinds.parse_positive_duration: "duration > 0",
    kinds.parse_share: "share 0..1",
    kinds.parse_share_below_one: "share 0..<1",
    kinds.parse_share_inside: "share >0..<1",
    kinds.parse_amount: "number ≥ 0",
    kinds.parse_factor: "number > 0",
    kinds.parse_count: "whole number ≥ 0",
    kinds.parse_positive_count: "whole number ≥ 1",
    kinds.parse_clock: "time of day",
    kinds.parse_window: "window",
    kinds.parse_windows: "windows",
    kinds.parse_date: "date",
    kinds.parse_name: "name",
    kinds.parse_timezone: "time zone",
    kinds.parse_headcount: "headcount",
    kinds.parse_rate: "rate",
    kinds.parse_distribution: "distribution",
    kinds.parse_distribution_by_period: "distribution, by period",
    parse_skill: "rank or section",
    parse_shrinkage: "share or section",
}

WRITTEN = {
    "duration": "seconds, or a number with `ms`, `s`, `min`, `h`, `d`: `90`, `90s`, `1h30min`",
    "share": "a fraction from 0 to 1",
    "rate": "contacts per hour: `600`, or steps from the start of the horizon: "
    "`[[0h, 600], [12h, 300]]`",
    "headcount": 'agents: `120`, or steps by time of day: `[["00:00", 10], ["08:00", 120]]`',
    "time of day": '`"08:30"`; quotes are good style',
    "window": '`"08:00-24:00"`; `"22:00-06:00"` ends on the next day and belongs to the first',
    "windows": "one window, a list of windows, or `closed`",
    "date": "`2026-11-09`",
    "name": "letters, digits, `_` and `-`, no blanks, no dots; for queues and groups not `all`",
    "distribution": "`{constant: {value: 3min}}`, `{exponential: {mean: 150s}}`, "
    "`{lognormal: {mean: 190s, cv: 0.9}}`, `{gamma: {mean, cv}}`, `{weibull: {shape, scale}}`, "
    "`{hyperexponential: {means, weights}}`, `{empirical: {quantiles}}`, "
    "`{piecewise_hazard: {edges, rates}}`; a bare duration is constant",
    "distribution, by period": "the same, or a list by period of arrival: `[[0h, …], [2h, …]]`",
}

PATHS = """A dotted path names a field: `queues.orders.target.within`, `shifts.lengths.0`.
`scenario.change({path: value})`, `overrides` and `ccsim … --set path=value` all use it.
Paths to files are relative to the scenario file.
"""

OPENING = """# Scenario schema

<!-- Written by `ccsim schema --markdown docs/schema.md` from ccsim/scenario; do not edit. -->

A scenario is one YAML file that says what a contact centre *is*, who turns up and what is
promised. This page lists every field. *Status* **works** means that this version acts on the
field; **planned** means that a scenario which sets it loads and is checked, but that validating,
simulating, staffing, scheduling or planning it is refused with 'not yet supported'. Nothing is
ever silently ignored. `ccsim validate FILE` prints every problem with file, line, field, what was
found, what is allowed and the nearest valid name. `ccsim schema > docs/scenario.schema.json` gives
an editor what it needs to complete a file, whose first line then names it:
`# yaml-language-server: $schema=../docs/scenario.schema.json`.
"""


def json_schema() -> dict[str, Any]:
    """Describe the scenario file as JSON Schema (draft 2020-12)."""
    schema = _named(Scenario.model_json_schema(mode="validation"))
    schema["$defs"] |= {name: {"anyOf": forms} for name, forms in NAMED.items()}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


# Kinds of value that stand in many places: described once, by name.
NAMED = {
    "Duration": kinds.DURATION_SCHEMA["anyOf"],
    "Distribution": kinds.DISTRIBUTION_SCHEMA["anyOf"],
    "DistributionByPeriod": kinds.BY_PERIOD_SCHEMA["anyOf"],
}


def _named(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_named(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    for name, forms in NAMED.items():
        if schema.get("anyOf") == forms:
            rest = {key: item for key, item in schema.items() if key != "anyOf"}
            return {"$ref": f"#/$defs/{name}", **rest}
    return {key: _named(item) for key, item in schema.items()}


def markdown(example: str) -> str:
    """Write the whole of `docs/schema.md`, ending with a complete example."""
    sections = "\n".join(_section(*section) for section in _walk())
    closing = (
        "## A complete example\n\nEvery section once; it loads.\n\n"
        f"```yaml\n{example.strip()}\n```\n"
    )
    rows = "".join(f"| {kind} | {how} |\n" for kind, how in WRITTEN.items())
    values = f"## Values\n\n| type | how it is written |\n|---|---|\n{rows}"
    return "\n".join((OPENING, values, PATHS, sections, closing))


def _walk() -> list[tuple[str, type[BaseModel], bool]]:
    """List every section once, in the order of the fields: path, model, whether it is planned."""
    seen: dict[type[BaseModel], tuple[str, bool]] = {}

    def visit(path: str, model: type[BaseModel], later: bool) -> None:
        if model in seen:
            return
        seen[model] = (path, later)
        for name, field in model.model_fields.items():
            for between, inner in sections_inside(field.annotation):
                visit(f"{path}.{name}{between}".lstrip("."), inner, later or planned(field))

    visit("", Scenario, False)
    return [(path, model, later) for model, (path, later) in seen.items()]


def _section(path: str, model: type[BaseModel], later: bool) -> str:
    meaning = (model.__doc__ or "").strip().splitlines()[0]
    title = f"## `{path}`" if path else "## Top level"
    rows = "\n".join(_row(name, field, later) for name, field in model.model_fields.items())
    return (
        f"{title}\n\n{meaning}\n\n| field | type | unit | default | status | meaning |\n"
        f"|---|---|---|---|---|---|\n{rows}\n"
    )


def _row(name: str, field: FieldInfo, later: bool) -> str:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    status = "planned" if later or planned(field) else "works"
    if extra.get("planned_values"):
        values = ", ".join(
            f"`{value}`" for value in typing.cast(list[str], extra["planned_values"])
        )
        status += f" (planned: {values})"
    kind = _kind(field.annotation, field.metadata).replace("|", "\\|")
    cells = [
        f"`{name}`",
        kind,
        str(extra.get("unit", "")),
        _default(field),
        status,
        (field.description or "").replace("|", "\\|"),
    ]
    return "| " + " | ".join(cells) + " |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), {}) or value is PydanticUndefined:
        return "–"
    if isinstance(value, BaseModel):
        return "its defaults"
    if isinstance(value, dict):
        return ", ".join(f"`{key}`" for key in value)
    if isinstance(value, float):
        return f"{value:g}"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _kind(annotation: Any, metadata: typing.Sequence[Any] = ()) -> str:
    """Name the type of a field in the words of the Values table."""
    for item in metadata:
        if isinstance(item, BeforeValidator) and item.func in KINDS:
            return KINDS[item.func]
    if typing.get_origin(annotation) is typing.Annotated:
        inner, *rest = typing.get_args(annotation)
        return _kind(inner, rest)
    if typing.get_origin(annotation) is typing.Literal:
        return ", ".join(f"`{value}`" for value in typing.get_args(annotation))
    members = [option for option in _members(annotation) if option is not type(None)]
    if len(members) > 1:
        return " or ".join(_kind(member) for member in members)
    (only,) = members
    if only is not annotation:
        return _kind(only)
    arguments = typing.get_args(only)
    if typing.get_origin(only) is dict:
        return f"mapping of {_kind(arguments[0])} → {_kind(arguments[1])}"
    if typing.get_origin(only) is tuple:
        pair = len(arguments) == 2 and arguments[1] is not ...
        return (
            f"[{_kind(arguments[0])}, {_kind(arguments[1])}]"
            if pair
            else f"list of {_kind(arguments[0])}"
        )
    if isinstance(only, type) and issubclass(only, BaseModel):
        return "section"
    return {str: "text", bool: "true or false", int: "whole number", Any: "any value"}.get(
        only, str(only)
    )


def _members(annotation: Any) -> list[Any]:
    """Members of a union as written, annotations kept."""
    if len(options(annotation)) > 1 and typing.get_origin(annotation) is not typing.Annotated:
        return list(typing.get_args(annotation))
    return [annotation]
