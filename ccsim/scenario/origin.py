"""Where a scenario comes from: its file, its plain document and the line of every field."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ccsim.errors import ScenarioError
from ccsim.scenario.problem import Problem, nearest, refusal

Key = tuple[str | int, ...]

NAME_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge")
# An alias may repeat a node, so a short file can stand for a huge document.
MOST_NODES = 200_000


class PlainLoader(yaml.SafeLoader):
    """YAML's safe loader without the surprises of YAML 1.1.

    ``no`` and ``on`` stay text, ``12:30`` is not 750 and ``010`` is not 8: only true/false are
    booleans, and numbers are decimal. What looks like a number or a date and is none
    (``2026-02-30``) stays text, so that its field can refuse it.
    """


def _plain(read: Callable[[str], Any]) -> Callable[[yaml.SafeLoader, ScalarNode], Any]:
    def construct(loader: yaml.SafeLoader, node: ScalarNode) -> Any:
        text = str(loader.construct_scalar(node))
        try:
            return read(text)
        except (ValueError, KeyError):
            return text

    return construct


PlainLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if tag.rsplit(":", 1)[1] in ("null", "merge")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _pattern, _first, _read in (
    ("bool", r"(?i:true|false)", "tTfF", lambda text: {"true": True, "false": False}[text.lower()]),
    ("int", r"[-+]?[0-9]+", "-+0123456789", int),
    ("float", r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?", "-+0123456789.", float),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789", dt.date.fromisoformat),
):
    PlainLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first)
    )
    PlainLoader.add_constructor(f"tag:yaml.org,2002:{_tag}", _plain(_read))


def plain_value(text: str) -> Any:
    """Read one value as a scenario file would have it.

    Raises
    ------
    yaml.YAMLError
        When it is not YAML.
    """
    return yaml.load(text, PlainLoader)  # a safe loader


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
    unchanged
        The document before the first change; None for a document as it was read.
    """

    document: Mapping[str, Any]
    file: Path | None = None
    lines: Mapping[Key, int] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    unchanged: Origin | None = None

    @property
    def base(self) -> Origin:
        """The document as it was read, before any change; itself where there is none."""
        return self if self.unchanged is None else self.unchanged

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
        for path in paths:
            place: Any = document
            for part in path[:-1]:
                place = place.get(part) if isinstance(place, dict) else None
            if isinstance(place, dict) and path:
                place.pop(path[-1], None)
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

    def changed(self, changes: Mapping[str, Any], scenario: BaseModel) -> Origin:
        """Copy the document with the values at some dotted paths replaced.

        Parameters
        ----------
        scenario
            The document as it was validated: it knows the sections that exist by default.
        """
        document = copy.deepcopy(dict(self.document))
        for path, value in changes.items():
            self._set(document, scenario, path, value)
        return replace(
            self,
            document=document,
            changes=(*self.changes, *changes),
            unchanged=self.base,
        )

    def _set(self, document: Any, scenario: Any, path: str, value: Any) -> None:
        *parents, last = path.split(".")
        place, known, here = document, scenario, list[str | int]()
        for part in parents:
            names = _names(known)
            known = names.get(part)
            if isinstance(place, dict):
                if place.get(part) is None and names and part not in names:
                    raise self._cannot(
                        (*here, part), path, "no such name", ", ".join(names), nearest(part, names)
                    )
                if place.get(part) is None:
                    place[part] = {}
                key: str | int = part
            else:
                key = self._index(place, part, here, path)
            place = place[key]
            here.append(key)
        key = last if isinstance(place, dict) else self._index(place, last, here, path)
        place[key] = copy.deepcopy(value)

    def _index(self, place: Any, part: str, here: list[str | int], path: str) -> int:
        """Find the entry of a list that a part of a path means."""
        if not isinstance(place, list):
            what = f"{'.'.join(map(str, here))} has no fields of its own, found {place!r}"
            raise self._cannot((*here,), path, what, "give its whole value")
        if not part.isdecimal() or int(part) >= len(place):
            allowed = f"0 to {len(place) - 1}" if place else "nothing, the list is empty"
            raise self._cannot((*here, part), path, "no such entry", allowed)
        return int(part)

    def _cannot(
        self, at: Key, path: str, what: str, allowed: str, near: str | None = None
    ) -> ScenarioError:
        return refusal(
            [self.problem(at, f"cannot change '{path}': {what}", allowed=allowed, near=near)]
        )


def _names(section: Any) -> dict[str, Any]:
    """Names a section, a mapping or a list has below it, with what stands there."""
    if isinstance(section, BaseModel):
        return {name: getattr(section, name) for name in type(section).model_fields}
    if isinstance(section, tuple):
        return {str(number): item for number, item in enumerate(section)}
    return section if isinstance(section, dict) else {}


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
            name = str(key.value) if isinstance(key, ScalarNode) else "?"
            line = key.start_mark.line + 1
            where = ".".join(map(str, (*path, name)))
            if key.tag not in NAME_TAGS:
                raise ScenarioError(
                    f"{file}:{line}: {where}: not a name; allowed: text, in quotes where it looks "
                    "like a number, a date or true"
                )
            if name in seen:
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
    try:
        loader = PlainLoader(text)
        node = loader.get_single_node()
        if node is None:
            raise ScenarioError(f"{path}: the file is empty; allowed: a mapping such as 'name: …'")
        _walk(node, (), lines, path, [0])
        document = loader.construct_document(node)
    except ConstructorError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ScenarioError(f"{place}: {error.problem}; allowed: plain YAML values") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ScenarioError(f"{place}: not valid YAML: {reason}") from error
    except RecursionError as error:
        raise ScenarioError(
            f"{path}: nested too deeply; a scenario is flatter than that"
        ) from error
    if not isinstance(document, dict):
        raise ScenarioError(
            f"{path}:{node.start_mark.line + 1}: found {type(document).__name__}; allowed: a "
            "mapping such as 'name: …'"
        )
    return Origin(document, path, lines)
