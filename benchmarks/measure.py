"""Timing that can be compared: CPU seconds, the best of several runs."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable


def heading(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def cpu_rate(work: Callable[[int], int], runs: int = 5) -> float:
    """Units of work per CPU second, best of several runs (the others were disturbed)."""
    best = 0.0
    for run in range(runs):
        before = time.process_time()
        done = work(run)
        best = max(best, done / (time.process_time() - before))
    return best


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of one run in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def peak_gib() -> float:
    """Largest memory of this process, or of its largest child, so far."""
    usage = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(one.ru_maxrss for one in usage) / 2**20
