"""A report or workbook that cannot be made leaves the old one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ccsim.reporting import Facts, html_report, workbook


@pytest.mark.parametrize(
    ("write", "broken"),
    [
        (html_report, "ccsim.reporting.report.chapters"),
        (workbook, "ccsim.reporting.tables.summary_table"),
    ],
)
def test_a_render_that_fails_leaves_the_old_file(
    facts: Facts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Facts, Path, str], Path],
    broken: str,
) -> None:
    target = tmp_path / "old"
    target.write_text("old")

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(broken, fail)
    with pytest.raises(ZeroDivisionError):
        write(facts, target, "en")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
