"""Scenario files written, read and refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ccsim.errors import ScenarioError
from ccsim.scenario import Scenario, load

SMALL = """\
name: Small
timezone: Europe/Paris
horizon: {start: 2026-03-02, days: 7, interval: 30min}
hours: {daily: "08:00-20:00"}
demand:
  rates: {calls: 60}
channels:
  voice: {within: 20s}
queues:
  calls:
    talk: {exponential: {mean: 4min}}
    target: {service_level: 0.8}
groups:
  desk:
    skills: {calls: 1}
    employed: 20
    cost_per_hour: 30
shifts:
  lengths: [4h, 8h]
"""


class Desk:
    """Writes scenario files into one folder and says what becomes of them."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "small.yaml"

    def write(self, *changes: tuple[str, str], more: str = "") -> Path:
        """Write the small scenario with some of its text replaced and more at its end."""
        text = SMALL
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
            text = text.replace(old, new)
        self.file.write_text(text + more, encoding="utf-8")
        return self.file

    def load(self, *changes: tuple[str, str], more: str = "") -> Scenario:
        """Load what `write` writes."""
        return load(self.write(*changes, more=more))

    def lines(self, *changes: tuple[str, str], more: str = "") -> list[str]:
        """Lines of the refusal of what `write` writes, without the folder."""
        with pytest.raises(ScenarioError) as refusal:
            self.load(*changes, more=more)
        return str(refusal.value).replace(f"{self.file.parent}/", "").splitlines()

    def line(self, *changes: tuple[str, str], more: str = "") -> str:
        """Give the one line of the refusal."""
        (only,) = self.lines(*changes, more=more)
        return only

    def refused_text(self, text: str | bytes) -> str:
        """Refusal of a file with this content."""
        self.file.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(ScenarioError) as refusal:
            load(self.file)
        return str(refusal.value).replace(f"{self.file.parent}/", "")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def line(desk: Desk) -> Callable[..., str]:
    return desk.line
