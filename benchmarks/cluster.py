"""What it costs to send work away: processes of this machine, and a Dask cluster on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from benchmarks.measure import heading
from ccsim.simulation import simulate
from ccsim.simulation.cluster import on_cluster
from tests.truth.cases import day_a

TASKS = 200


def main() -> None:
    """Print overheads, and a large study both ways."""
    heading("More workers: what they cost, wall seconds")
    with local_cluster(2) as address:
        first = _wall(lambda: list(on_cluster([partial(int, 1)], address)))
        again = _best(lambda: list(on_cluster([partial(int, 1)], address)))
        many = _best(lambda: list(on_cluster([partial(int, 1)] * TASKS, address)))
        print(f"{'cluster: connect and check, first':<44}{first:8.2f} s")
        print(f"{'cluster: connect and check, again':<44}{again:8.2f} s")
        print(f"{'cluster: a task that does nothing':<44}{(many - again) / TASKS * 1e3:8.2f} ms")
        start = _wall(lambda: _on_processes(2))
        more = _best(lambda: _on_processes(TASKS))
        print(f"{'processes: start two':<44}{start:8.2f} s")
        print(f"{'processes: a task that does nothing':<44}{more / TASKS * 1e3:8.2f} ms")
        for replications in (100, 2000):
            own = {"replications": replications, "progress": False}
            for name, where in (
                ("one process", {"workers": 1}),
                ("two processes", {"workers": 2}),
                ("cluster, two workers", {"cluster": address}),
            ):
                simulate(day_a(), **{**own, "replications": 2}, **where)  # all are compiled
                took = _wall(lambda own=own, where=where: simulate(day_a(), **own, **where))
                print(f"{f'day A, {replications} replications, {name}':<44}{took:8.2f} s")


@contextmanager
def local_cluster(workers: int) -> Iterator[str]:
    """Start a scheduler and workers of one thread each on loopback; give the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    here = ("--host", "127.0.0.1", "--no-dashboard")
    started = [_start("scheduler", *here, "--port", str(port))]
    started += [_start("worker", address, *here, "--nthreads", "1") for _ in range(workers)]
    try:
        yield address
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


def _start(what: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments],
        env=os.environ | {"PYTHONPATH": os.getcwd()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _on_processes(tasks: int) -> list[int]:
    from joblib import Parallel, delayed

    return list(Parallel(n_jobs=2)(delayed(int)(1) for _ in range(tasks)))


def _best(work: Callable[[], object]) -> float:
    return min(_wall(work) for _ in range(5))


def _wall(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
