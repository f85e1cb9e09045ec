"""Doubly linked lists through the rows of a table; a list is two words: its first and its last."""

from __future__ import annotations

from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.memory import get, put


@compiled
def append(of: int, rows: int, size: int, link: int, item: int) -> None:
    """Put a row at the end of a list.

    Parameters
    ----------
    of
        Address of the list.
    rows, size
        Address of the table and bytes a row.
    link
        Word of a row that holds the next one; the word after it holds the one before.
    """
    last = get(of, 1)
    put(rows + item * size, link, -1)
    put(rows + item * size, link + 1, last)
    put(of, 1, item)
    if last < 0:
        put(of, 0, item)
    else:
        put(rows + last * size, link, item)


@compiled
def remove(of: int, rows: int, size: int, link: int, item: int) -> None:
    """Take a row out of a list."""
    after, before = get(rows + item * size, link), get(rows + item * size, link + 1)
    if before < 0:
        put(of, 0, after)
    else:
        put(rows + before * size, link, after)
    if after < 0:
        put(of, 1, before)
    else:
        put(rows + after * size, link + 1, before)


@compiled
def insert_by_number(of: int, rows: int, size: int, link: int, item: int) -> None:
    """Put a row into a list that is in order of number."""
    before = get(of, 1)
    while before > item:
        before = get(rows + before * size, link + 1)
    after = get(of, 0) if before < 0 else get(rows + before * size, link)
    put(rows + item * size, link, after)
    put(rows + item * size, link + 1, before)
    if before < 0:
        put(of, 0, item)
    else:
        put(rows + before * size, link, item)
    if after < 0:
        put(of, 1, item)
    else:
        put(rows + after * size, link + 1, item)
