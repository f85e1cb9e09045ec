"""Reading the models' annotations: which section, or which kind of value, stands where."""

from __future__ import annotations

import types
import typing
from typing import Any

from pydantic import BaseModel

from ccsim.scenario.origin import Key


def options(annotation: Any) -> list[Any]:
    """Spread a union into its members, without their annotations' wrapping."""
    if typing.get_origin(annotation) is typing.Annotated:
        return options(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [item for option in typing.get_args(annotation) for item in options(option)]
    return [annotation]


def model_of(annotation: Any) -> type[BaseModel] | None:
    """Find the section among what an annotation allows."""
    for option in options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    return None


def section_at(root: type[BaseModel], path: Key) -> type[BaseModel] | None:
    """Find the model that describes the section at a path; None where there is none."""
    here: Any = root
    for part in path:
        here = _step(here, part)
    return model_of(here)


def sections_inside(annotation: Any) -> list[tuple[str, type[BaseModel]]]:
    """List the sections a field holds, with what stands between: ``""``, ``.<name>``, ``[]``."""
    found = []
    for option in options(annotation):
        arguments = typing.get_args(option)
        if isinstance(option, type) and issubclass(option, BaseModel):
            found.append(("", option))
        elif typing.get_origin(option) is dict:
            found += [(f".<name>{rest}", model) for rest, model in sections_inside(arguments[1])]
        elif typing.get_origin(option) is tuple:
            found += [(f"[]{rest}", model) for rest, model in sections_inside(arguments[0])]
    return found


def _step(annotation: Any, part: str | int) -> Any:
    model = model_of(annotation)
    if model is not None and part in model.model_fields:
        return model.model_fields[str(part)].annotation
    for option in options(annotation):
        arguments = typing.get_args(option)
        if typing.get_origin(option) is dict:
            return arguments[1]
        if typing.get_origin(option) is tuple and isinstance(part, int):
            return arguments[0]
    return None
