from __future__ import annotations

from pathlib import Path

import pytest

from ccsim.files import replacing


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
