from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ccsim.files import replacing
from ccsim.reporting import Facts, html_report, workbook


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "report.html"
    with replacing(target) as unfinished:
        unfinished.write_text("new")
        assert not target.exists()
    assert [path.name for path in target.parent.iterdir()] == ["report.html"]
    assert target.read_text() == "new"


def _half_way(path: Path) -> None:
    with replacing(path) as unfinished:
        unfinished.write_text("half")
        raise ZeroDivisionError


def test_an_error_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError):
        _half_way(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


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
