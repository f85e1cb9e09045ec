"""A Dask cluster gives the numbers of one process, also when a worker dies, and never hangs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ccsim.errors import ClusterError, OptionError
from ccsim.simulation import Results, simulate, sweep
from ccsim.simulation.cluster import on_cluster
from ccsim.simulation.fingerprint import fingerprint
from ccsim.simulation.prepare import prepared
from ccsim.simulation.workers import Workers, tasks_of
from tests.conftest import made_scenario

pytest.importorskip("distributed", reason="the extra ccsim[cluster] is not installed")

ROOT = Path(__file__).parents[2]
# What a worker that knows another ccsim, or none, is told before it starts.
OTHER = "import numba, numpy, pandas; numpy.__version__ = '0.0.1'"
NONE = (
    "import importlib.metadata as m; real = m.version\n"
    "def version(name):\n"
    "    if name == 'ccsim': raise m.PackageNotFoundError(name)\n"
    "    return real(name)\n"
    "m.version = version"
)


@dataclass(frozen=True)
class Cluster:
    """A scheduler on loopback and its workers; processes of their own."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]

    def start(self, before: Path | None = None) -> subprocess.Popen[bytes]:
        """Start another worker, which runs a file first."""
        more = [] if before is None else ["--preload", str(before)]
        worker = started("worker", self.address, "--nthreads", "1", "--no-dashboard",
                         "--host", "127.0.0.1", "--no-nanny", *more)  # fmt: skip
        self.workers.append(worker)
        return worker


def started(what: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_" + what, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scheduler = started("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    made = Cluster(f"tcp://127.0.0.1:{port}", scheduler, [])
    try:
        yield made
    finally:
        for process in (*made.workers, scheduler):
            process.kill()
            process.wait()


def centre() -> Any:
    return made_scenario(
        demand={"rates": {"calls": 60}},
        queues={
            "calls": {
                "talk": {"exponential": {"mean": 180}},
                "patience": {"exponential": {"mean": 120}},
            }
        },
        groups={"team": {"skills": {"calls": 1}, "on_duty": 4}},
    )


def answer(number: int, seconds: float) -> int:
    time.sleep(seconds)
    return number * number


def test_a_worker_killed_half_way_costs_nothing_but_time(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = cluster.start(), cluster.start()
    monkeypatch.setattr("ccsim.simulation.workers.TASK", 1e-6)  # a task a replication
    study, rates = prepared(centre())
    away = Workers(1, cluster.address)
    results = away.run(tasks_of(study, rates, range(60), away), 1.0)
    tallies = next(results)
    first.send_signal(signal.SIGKILL)
    for more in results:
        tallies += more
    there = Results(study, rates, tuple(tallies)).kpis()
    here = simulate(centre(), replications=60, workers=1, progress=False).kpis()
    pd.testing.assert_frame_equal(here, there, check_exact=True)


def test_a_cluster_gives_the_numbers_of_one_process(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.start(), cluster.start()
    monkeypatch.setattr("ccsim.simulation.workers.TASK", 0.01)  # many small tasks
    given = {"replications": 12, "progress": False}
    here = simulate(centre(), workers=1, **given).kpis()
    there = simulate(centre(), cluster=cluster.address, **given).kpis()
    pd.testing.assert_frame_equal(here, there, check_exact=True)
    points = {"groups.team.on_duty": [3, 4, 5]}
    one = sweep(centre(), points, folder=tmp_path / "1", workers=1, **given)
    many = sweep(centre(), points, folder=tmp_path / "2", cluster=cluster.address, **given)
    pd.testing.assert_frame_equal(one.table, many.table, check_exact=True)


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (OTHER, r"has numpy 0\.0\.1, this machine .*; install the same on every machine"),
        (NONE, r"has no ccsim; install ccsim \d"),
    ],
)
def test_workers_that_would_compute_something_else_are_refused_by_name(
    cluster: Cluster, tmp_path: Path, before: str, message: str
) -> None:
    file = tmp_path / "before.py"
    file.write_text(before)
    cluster.start(file)
    with pytest.raises(ClusterError, match=message):
        simulate(centre(), cluster=cluster.address, replications=2, progress=False)


def test_a_cluster_without_workers_is_refused_in_time(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccsim.simulation.cluster.ANSWER_WITHIN", 3.0)
    with pytest.raises(ClusterError, match="has no worker after 3 s; start some: dask worker"):
        simulate(centre(), cluster=cluster.address, replications=2, progress=False)


def test_no_scheduler_is_refused_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccsim.simulation.cluster.ANSWER_WITHIN", 1.0)
    with pytest.raises(ClusterError, match=r"no Dask scheduler at 'tcp://127\.0\.0\.1:1' answered"):
        simulate(centre(), cluster="tcp://127.0.0.1:1", replications=2, progress=False)


def test_all_workers_gone_is_an_error_and_no_endless_wait(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccsim.simulation.cluster.ANSWER_WITHIN", 4.0)
    only = cluster.start()
    results = on_cluster([partial(answer, n, 0.2) for n in range(20)], cluster.address)
    next(results)
    only.kill()
    with pytest.raises(ClusterError, match=r"all workers of .* are gone"):
        list(results)


def test_a_cluster_is_an_address() -> None:
    with pytest.raises(OptionError, match="allowed: the address of a Dask scheduler"):
        simulate(centre(), cluster=3, replications=2, progress=False)  # type: ignore[arg-type]


def test_the_fingerprint_names_what_numbers_hang_on() -> None:
    assert fingerprint().ccsim
    assert len(fingerprint().code) == 12
    assert fingerprint() == fingerprint()
