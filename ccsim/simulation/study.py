"""A study: everything it takes to run any replication of a scenario, and running many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ccsim.simulation import simpy_engine
from ccsim.simulation.centre import Centre
from ccsim.simulation.draw import Contacts, Customers, draw_contacts
from ccsim.simulation.duty import Duty
from ccsim.simulation.luck import Luck
from ccsim.simulation.policy import Policy
from ccsim.simulation.rates import Rates
from ccsim.simulation.records import Legs, Spans
from ccsim.simulation.replay import LogContacts, contacts_of_log
from ccsim.simulation.state import Given, from_now, picked_up
from ccsim.simulation.survey import surveyed
from ccsim.simulation.tally import Tally, tally

# Below this many contacts in all, starting worker processes costs more than it saves.
WORTH_WORKERS = 150_000
# A task should take about half a second, so that sending it does not show.
CONTACTS_A_TASK = 60_000


@dataclass(frozen=True)
class Study:
    """What is simulated; a replication is a pure function of this, the seed and its number.

    Attributes
    ----------
    window
        Engine times between which contacts are counted; None is the whole horizon.
    policy
        A routing policy of the user's own; None: the scenario's rules.
    log
        Contacts of a call log; None: they are drawn.
    given
        Who is there when the simulation begins; None: it begins before anybody comes.
    """

    centre: Centre
    customers: Customers
    duty: Duty
    seed: int
    window: tuple[int, int] | None
    policy: Policy | None = None
    log: LogContacts | None = None
    given: Given | None = None

    def replicate(
        self, replication: int, expected: NDArray[np.float64]
    ) -> tuple[Contacts, Legs, Spans]:
        """Draw one replication's customers and let the centre serve them."""
        if self.log is not None:
            contacts = contacts_of_log(self.log, self.customers.book, self.seed, replication)
        else:
            contacts = draw_contacts(self.customers, expected, self.seed, replication)
        duty = self.duty.realise(self.seed, replication)
        if self.given is not None:
            book = self.customers.book
            contacts = picked_up(self.given, contacts, book, self.seed, replication)
            duty = from_now(duty, self.given)
        luck = Luck(self.customers.book, self.seed, replication)
        legs, spans = simpy_engine.run(self.centre, contacts, duty, luck, self.policy)
        legs = surveyed(self.centre, legs, contacts.key, self.seed, replication)
        return contacts, legs, spans

    def tally(self, replication: int, expected: NDArray[np.float64]) -> Tally:
        """Run one replication and keep only its sums."""
        _, legs, spans = self.replicate(replication, expected)
        return tally(self.centre, legs, spans, self.window, self.duty.standby)


def run_replications(
    study: Study, rates: Rates, numbers: Sequence[int], workers: int, *, progress: bool
) -> list[Tally]:
    """Run replications on worker processes; numbers alone decide the outcome, never the workers.

    Parameters
    ----------
    numbers
        Which replications.
    workers
        Processes; 1 runs here.
    progress
        Whether to show a bar.
    """
    from tqdm.auto import tqdm

    contacts = max(float(rates.mean.sum()), 1.0)
    alone = workers == 1 or contacts * len(numbers) < WORTH_WORKERS
    finished = _alone(study, rates, numbers) if alone else _shared(study, rates, numbers, workers)
    bar = tqdm(finished, total=len(numbers), desc="days", unit="replication", disable=not progress)
    return list(bar)


def _alone(study: Study, rates: Rates, numbers: Sequence[int]) -> Iterator[Tally]:
    for number in numbers:
        yield study.tally(number, rates.draw(study.seed, number))


def _shared(study: Study, rates: Rates, numbers: Sequence[int], workers: int) -> Iterator[Tally]:
    from joblib import Parallel, delayed

    contacts = max(float(rates.mean.sum()), 1.0)
    chunk = max(1, min(round(CONTACTS_A_TASK / contacts), -(-len(numbers) // workers)))
    # Compiled code is in the cache before several processes look for it at once.
    draw_contacts(study.customers, np.zeros(len(rates.expected)), study.seed, 0)
    tasks = (
        delayed(_tallies)(study, chosen, [rates.draw(study.seed, number) for number in chosen])
        for chosen in (numbers[n : n + chunk] for n in range(0, len(numbers), chunk))
    )
    for tallies in Parallel(n_jobs=workers, return_as="generator")(tasks):
        yield from tallies


def _tallies(
    study: Study, numbers: Sequence[int], expected: Sequence[NDArray[np.float64]]
) -> list[Tally]:
    return [study.tally(*one) for one in zip(numbers, expected, strict=True)]
