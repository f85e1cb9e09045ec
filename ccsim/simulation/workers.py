"""Replications on worker processes, here or on a cluster; numbers alone decide the outcome."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import OptionError
from ccsim.simulation.cluster import on_cluster
from ccsim.simulation.rates import Rates
from ccsim.simulation.study import Study
from ccsim.simulation.tally import Tally

# What a contact costs in all, roughly, s.
SECONDS_A_CONTACT = {"simpy": 10e-6, "compiled": 0.6e-6}
# Below this much work in all, starting worker processes, which import ccsim, costs more than it
# saves, s.
WORTH_WORKERS = 2.5
# A task should take about so long that sending it does not show, s.
TASK = 0.5


@dataclass(frozen=True)
class Task:
    """Some replications of a study: what a worker is sent.

    Attributes
    ----------
    expected
        ndarrays of float64, shape (cells,): contacts to expect in each replication.
    """

    study: Study
    numbers: tuple[int, ...]
    expected: tuple[NDArray[np.float64], ...]

    def run(self) -> list[Tally]:
        """Run the replications; only their sums come back."""
        return [
            self.study.tally(number, expected)
            for number, expected in zip(self.numbers, self.expected, strict=True)
        ]


@dataclass(frozen=True)
class Workers:
    """Where replications run; never changes a number.

    Attributes
    ----------
    processes
        Worker processes on this machine; 1 runs here.
    cluster
        Address of a Dask scheduler, which is used instead; None: this machine.
    """

    processes: int
    cluster: str | None = None

    def run(self, tasks: Iterable[Task], seconds: float) -> Iterator[list[Tally]]:
        """Run tasks and give their tallies in the order of the tasks.

        Parameters
        ----------
        seconds
            How long all tasks take on one core, roughly.
        """
        if self.cluster is not None:
            return on_cluster((task.run for task in tasks), self.cluster)
        if self.processes == 1 or seconds < WORTH_WORKERS:
            return (task.run() for task in tasks)
        return self._on_processes(tasks)

    def _on_processes(self, tasks: Iterable[Task]) -> Iterator[list[Tally]]:
        from joblib import Parallel, delayed

        remaining = iter(tasks)
        first = next(remaining, None)
        if first is None:
            return
        # Compiled code is in the cache before several processes look for it at once.
        first.study.warm_up()
        calls = (delayed(task.run)() for task in chain([first], remaining))
        # Arrays mapped from a file would be read-only, for which everything is compiled anew.
        yield from Parallel(n_jobs=self.processes, return_as="generator", max_nbytes=None)(calls)


def workers_of(workers: int | None, cluster: str | None = None) -> Workers:
    """Check where replications are to run; all cores of this machine by default."""
    if workers is not None:
        whole_number("workers", workers, 1)
    if cluster is not None and (not isinstance(cluster, str) or not cluster):
        raise OptionError(
            f"simulate: cluster={cluster!r}; allowed: the address of a Dask scheduler, e.g. "
            "tcp://10.0.0.1:8786"
        )
    return Workers(workers or os.cpu_count() or 1, cluster)


def whole_number(name: str, value: object, least: int) -> None:
    """Refuse what is not a whole number from a least one on."""
    if isinstance(value, bool) or not isinstance(value, Integral) or int(value) < least:
        raise OptionError(f"simulate: {name}={value!r}; allowed: a whole number, {least} or more")


def seconds_for(study: Study, rates: Rates, replications: int) -> float:
    """How long replications take on one core, roughly, s."""
    drawn = float(rates.mean.sum()) if study.log is None else len(study.log.key)
    contacts = max(drawn, 1.0)
    return contacts * replications * SECONDS_A_CONTACT[study.engine]


def tasks_of(
    study: Study, rates: Rates, numbers: Sequence[int], workers: Workers
) -> Iterator[Task]:
    """Cut replications into tasks: long enough to be worth sending, enough for all workers."""
    each = TASK / seconds_for(study, rates, 1)
    at_most = len(numbers) if workers.cluster else -(-len(numbers) // workers.processes)
    size = max(1, min(round(each), at_most))
    for begin in range(0, len(numbers), size):
        chosen = tuple(numbers[begin : begin + size])
        yield Task(study, chosen, tuple(rates.draw(study.seed, number) for number in chosen))


def run_replications(
    study: Study, rates: Rates, numbers: Sequence[int], workers: Workers, *, progress: bool
) -> list[Tally]:
    """Run replications of one study.

    Parameters
    ----------
    numbers
        Which replications.
    progress
        Whether to show a bar.
    """
    from tqdm.auto import tqdm

    made: list[Tally] = []
    with tqdm(total=len(numbers), desc="days", unit="replication", disable=not progress) as bar:
        tasks = tasks_of(study, rates, numbers, workers)
        for tallies in workers.run(tasks, seconds_for(study, rates, len(numbers))):
            made += tallies
            bar.update(len(tallies))
    return made


def run_studies(
    studies: Iterable[tuple[Study, Rates]], numbers: Sequence[int], workers: Workers
) -> Iterator[list[Tally]]:
    """Run the same replications of several studies; their tallies come study by study, in order.

    Tasks of the next studies are on their way while one is finished, so that no worker waits.
    """
    parts: deque[int] = deque()

    def tasks() -> Iterator[Task]:
        for study, rates in studies:
            own = list(tasks_of(study, rates, numbers, workers))
            parts.append(len(own))
            yield from own

    # How much work lies ahead is not known before it is made: enough for workers.
    finished = workers.run(tasks(), np.inf)
    for tallies in finished:
        made = list(tallies)
        for _ in range(parts.popleft() - 1):
            made += next(finished)
        yield made
