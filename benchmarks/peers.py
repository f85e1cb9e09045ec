"""Reference day A as others would write it: a textbook SimPy model, and Ciw.

600 calls an hour for 12 hours, exponential service of 300 s, patience of 180 s, 50 agents.
"""

from __future__ import annotations

import random
from collections.abc import Generator

import simpy

ARRIVAL_RATE, SERVICE, PATIENCE, AGENTS, HORIZON = 600 / 3600, 300.0, 180.0, 50, 12 * 3600.0


def textbook_simpy(seed: int) -> int:
    """A process a call, a Resource, and ``request | timeout``; returns the calls simulated."""
    luck = random.Random(seed)
    env = simpy.Environment()
    agents = simpy.Resource(env, AGENTS)
    waits: list[float] = []
    calls = 0

    def call() -> Generator[simpy.Event, object, None]:
        arrived = env.now
        with agents.request() as request:
            answered = yield request | env.timeout(luck.expovariate(1 / PATIENCE))
            waits.append(env.now - arrived)
            if request in answered:
                yield env.timeout(luck.expovariate(1 / SERVICE))

    def arrivals() -> Generator[simpy.Event, object, None]:
        nonlocal calls
        while True:
            yield env.timeout(luck.expovariate(ARRIVAL_RATE))
            if env.now > HORIZON:
                return
            calls += 1
            env.process(call())

    env.process(arrivals())
    env.run()
    return calls


def ciw_day(seed: int) -> int:
    """The same day in Ciw, with reneging customers; returns the calls simulated."""
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(ARRIVAL_RATE)],
        service_distributions=[ciw.dists.Exponential(1 / SERVICE)],
        reneging_time_distributions=[ciw.dists.Exponential(1 / PATIENCE)],
        number_of_servers=[AGENTS],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(HORIZON)
    return len(simulation.get_all_records())
