"""The schema for editors and for people: written from the models, and current."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ccsim.scenario import json_schema, markdown
from ccsim.scenario.origin import read
from ccsim.scenario.reference import _walk as every_section

SECTIONS = {path or "top level": model for path, model, _ in every_section()}
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def as_json(value: Any) -> Any:
    """Dates as an editor sees them in YAML."""
    if isinstance(value, dict):
        return {name: as_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def problems(document: Any) -> list[str]:
    return [".".join(map(str, error.absolute_path)) for error in VALIDATOR.iter_errors(document)]


def test_the_json_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize(
    "file", ["docs/complete.yaml", *map(str, Path("scenarios").glob("*.yaml"))]
)
def test_shipped_scenarios_hold_by_the_json_schema(file):
    assert problems(as_json(read(file).document)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["quues"], {}),
        (["industry"], "banking"),
        (["horizon", "days"], 0.5),
        (["queues", "orders", "target", "service_level"], 80),
        (["queues", "orders", "talk"], {"lognormal": {"mean": 190}}),
        (["queues", "orders", "talk"], {"lognorml": {"mean": 190, "cv": 1}}),
        (["queues", "orders", "wrong"], 1),
        (["groups", "partner", "skills"], {}),
        (["groups", "partner", "skills", "orders"], 0),
        (["groups", "partner", "skills", "orders"], {"rnk": 1}),
        (["groups", "partner", "shrinkage"], {"absense": 0.1}),
        (["groups", "partner", "shrinkage"], 1),
        (["hours", "daily"], "8-20"),
        (["demand", "columns"], {"stat": "When"}),
        (["shifts", "lengths"], []),
    ],
)
def test_a_wrong_file_does_not(path, value):
    document = as_json(read("docs/complete.yaml").document)
    place = document
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    found = problems(document)
    assert found
    assert all(".".join(path).startswith(place) for place in found)


def test_the_json_schema_beside_the_documentation_is_current():
    written = json.loads(Path("docs/scenario.schema.json").read_text(encoding="utf-8"))
    assert written == json_schema(), "run: make docs"


def test_shipped_scenarios_name_the_json_schema_in_their_first_line():
    for file in Path("scenarios").glob("*.yaml"):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        named = re.fullmatch(r"# yaml-language-server: \$schema=(.+)", first)
        assert named, file
        assert (file.parent / named[1]).resolve() == Path("docs/scenario.schema.json").resolve()


def test_the_page_of_the_schema_is_current():
    example = Path("docs/complete.yaml").read_text(encoding="utf-8")
    assert Path("docs/schema.md").read_text(encoding="utf-8") == markdown(example), "run: make docs"


@pytest.mark.parametrize("path", SECTIONS)
def test_every_section_and_every_field_says_what_it_means(path):
    section = SECTIONS[path]
    assert section.__doc__
    for name, field in section.model_fields.items():
        assert field.description, name
        assert not field.description.endswith("."), name
        assert isinstance(field.json_schema_extra, dict), name
        assert "unit" in field.json_schema_extra, name


def test_every_field_stands_in_the_page_with_its_status():
    page = Path("docs/schema.md").read_text(encoding="utf-8")
    for path, section in SECTIONS.items():
        title = f"## `{path}`" if path != "top level" else "## Top level"
        chapter = page.split(f"{title}\n", 1)[1].split("\n## ", 1)[0]
        for name in section.model_fields:
            row = next(line for line in chapter.splitlines() if line.startswith(f"| `{name}` |"))
            assert re.search(r"\| (works|planned)[ |(]", row), row
            assert "typing." not in row
            assert "<class" not in row
