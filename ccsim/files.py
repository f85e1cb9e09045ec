"""Writing files whole: a reader sees the old file or the new one, never half of either."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a place to write to, and move what was written to `path` if nothing went wrong.

    Parameters
    ----------
    path
        The file to make or replace; missing folders are made.

    Yields
    ------
    Path
        A file beside it that does not exist yet. After an error it is removed and `path` is
        as it was.

    Examples
    --------
    >>> with replacing("out/report.html") as unfinished:   # doctest: +SKIP
    ...     unfinished.write_text("<!doctype html>")
    """
    final = Path(path)
    final.parent.mkdir(parents=True, exist_ok=True)
    unfinished = final.with_name(f".{final.name}.{uuid4().hex}")
    try:
        yield unfinished
        os.replace(unfinished, final)
    finally:
        unfinished.unlink(missing_ok=True)
