"""Where a scenario comes from: its file, its plain document and the line of every field."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, Node, SequenceNode

from ccsim.errors import ScenarioError
from ccsim.scenario.problem import Problem, nearest, refusal

Key = tuple[str | int, ...]

# An alias may repeat a node, so a short file can stand for a huge document.
MOST_NODES = 200_000


class PlainLoader(yaml.SafeLoader):
    """YAML's safe loader without the surprises of YAML 1.1.

    ``no`` and ``on`` stay text and ``12:30`` is not 750: only true/false are booleans, and
    numbers are decimal.
    """


PlainLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if tag.rsplit(":", 1)[1] in ("null", "merge")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+0123456789."),
    ("timestamp", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "0123456789"),
):
    PlainLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first)
    )


@dataclass(frozen=True)
class Origin:
    """A scenario as written: plain values, and where each stands.

    Attributes
    ----------
    document
        The plain document, as YAML gives it.
    file
        The file it was read from; None for a document made in memory.
    lines
        Line (from 1) of each field by its path.
    changes
        Dotted paths changed since the file was read.
    """

    document: Mapping[str, Any]
    file: Path | None = None
    lines: Mapping[Key, int] = field(default_factory=dict)
    changes: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """The folder that paths in the scenario are relative to."""
        return self.file.parent if self.file is not None else Path()

    def line(self, path: Key) -> int | None:
        """Line of a field, or of the closest section around it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None

    def where(self, path: Key) -> str:
        """File and line of a field as people write it, or the change that set it."""
        dotted = ".".join(str(part) for part in path)
        name = str(self.file) if self.file is not None else "scenario"
        if any(dotted == change or dotted.startswith(f"{change}.") for change in self.changes):
            return f"{name} (changed)"
        line = self.line(path)
        return f"{name}:{line}" if line is not None else name

    def problem(
        self, path: Key, what: str, *, found: Any = None, allowed: str = "", near: str | None = None
    ) -> Problem:
        """Describe a problem at a field."""
        dotted = ".".join(str(part) for part in path)
        return Problem(self.where(path), dotted, what, found, allowed, near, self.line(path) or 0)

    def without(self, paths: Iterable[Key]) -> dict[str, Any]:
        """Copy the document without some fields."""
        document = copy.deepcopy(dict(self.document))
        for *parents, last in paths:
            place: Any = document
            for part in parents:
                place = place.get(part) if isinstance(place, dict) else None
            if isinstance(place, dict):
                place.pop(last, None)
        return document

    def override(self, name: str) -> Mapping[str, Any]:
        """Look up a named override."""
        overrides = self.document.get("overrides") or {}
        if name not in overrides:
            known = ", ".join(overrides) or "none are defined"
            raise refusal(
                [
                    self.problem(
                        ("overrides", name),
                        "no such override",
                        allowed=known,
                        near=nearest(name, overrides),
                    )
                ]
            )
        changes: Mapping[str, Any] = overrides[name]
        return changes

    def changed(self, changes: Mapping[str, Any]) -> Origin:
        """Copy the document with the values at some dotted paths replaced."""
        document = copy.deepcopy(dict(self.document))
        for path, value in changes.items():
            self._set(document, path, value)
        return replace(self, document=document, changes=(*self.changes, *changes))

    def _set(self, document: Any, path: str, value: Any) -> None:
        *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        place = document
        for depth, part in enumerate(parents):
            here = (*parents[:depth],)
            if isinstance(place, dict):
                place = place.setdefault(part, {})
            elif isinstance(place, list) and isinstance(part, int) and part < len(place):
                place = place[part]
            else:
                raise refusal(
                    [
                        self.problem(
                            (*here, part),
                            f"cannot change {path}",
                            found=place,
                            allowed=f"a section at {'.'.join(map(str, here))}",
                        )
                    ]
                )
        if (isinstance(place, list) and isinstance(last, int) and last < len(place)) or isinstance(place, dict):
            place[last] = copy.deepcopy(value)
        else:
            raise refusal(
                [
                    self.problem(
                        (*parents,),
                        f"cannot change {path}",
                        found=place,
                        allowed="a section; give its whole mapping instead",
                    )
                ]
            )


def _walk(node: Node, path: Key, lines: dict[Key, int], file: Path, count: list[int]) -> None:
    """Note the line of every field; refuse duplicate keys and documents that explode."""
    count[0] += 1
    if count[0] > MOST_NODES:
        raise ScenarioError(
            f"{file}: more than {MOST_NODES} values; a scenario is smaller than that"
        )
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            line = key.start_mark.line + 1
            if name in seen:
                where = ".".join(map(str, (*path, name)))
                raise ScenarioError(f"{file}:{line}: {where}: given twice; allowed: once")
            seen.add(name)
            lines[(*path, name)] = line
            _walk(value, (*path, name), lines, file, count)
    elif isinstance(node, SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*path, index), lines, file, count)


def read(file: str | Path) -> Origin:
    """Read a YAML file, safely, with the line of every field.

    Raises
    ------
    ScenarioError
        When the file is missing, is not YAML, repeats a key or holds no mapping.
    """
    path = Path(file)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path}: not a UTF-8 text file (byte {error.start})") from error
    lines: dict[Key, int] = {}
    loader = PlainLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise ScenarioError(f"{path}: the file is empty; a scenario starts with 'name:'")
        _walk(node, (), lines, path, [0])
        document = loader.construct_document(node)
    except ConstructorError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ScenarioError(f"{place}: {error.problem}; allowed: plain YAML values") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ScenarioError(
            f"{place}: not valid YAML: {getattr(error, 'problem', error)}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise ScenarioError(f"{path}: not valid YAML: {error}") from error
    finally:
        loader.dispose()
    if not isinstance(document, dict):
        raise ScenarioError(f"{path}:1: found {type(document).__name__}; a scenario is a mapping")
    return Origin(document, path, lines)
