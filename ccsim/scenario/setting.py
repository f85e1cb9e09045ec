"""How every section of a scenario is declared.

A field is written once, with its unit, default, meaning and whether this version acts on
it; the models, `docs/schema.md`, the JSON Schema and the 'not yet supported' check all
read that one declaration.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """Base of every section: immutable, no unknown fields, no silent conversions."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def setting(
    default: Any = ...,
    *,
    description: str,
    unit: str = "",
    planned: bool = False,
    planned_values: tuple[str, ...] = (),
    **constraints: Any,
) -> Any:
    """Declare one field of a section.

    Parameters
    ----------
    default
        Value when the file does not give one; ``...`` makes the field required.
    description
        Meaning, one sentence without a full stop.
    unit
        Unit of a bare number, e.g. ``"s"``, ``"share"``, ``"per hour"``.
    planned
        True while the behaviour is not there: a scenario that sets the field loads, but
        everything that would act on it refuses.
    planned_values
        The same for single values of a field that otherwise works.
    **constraints
        Passed to `pydantic.Field`.
    """
    extra: dict[str, Any] = {"unit": unit}
    if planned:
        extra["planned"] = True
    if planned_values:
        extra["planned_values"] = list(planned_values)
    if default is ...:
        return Field(description=description, json_schema_extra=extra, **constraints)
    if isinstance(default, (dict, list)) or callable(default):
        factory = default if callable(default) else lambda: default.copy()
        return Field(
            default_factory=factory, description=description, json_schema_extra=extra, **constraints
        )
    return Field(default, description=description, json_schema_extra=extra, **constraints)
