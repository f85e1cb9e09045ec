"""One replication from the first arrival to the last agent leaving."""

from __future__ import annotations

from collections.abc import Sequence

from ccsim.simulation.centre import Centre
from ccsim.simulation.draw import Contacts
from ccsim.simulation.duty import Duty
from ccsim.simulation.records import Legs, Spans
from ccsim.simulation.simpy_engine.calls import Calls
from ccsim.simulation.simpy_engine.clock import Clock, instants
from ccsim.simulation.simpy_engine.floor import Floor
from ccsim.simulation.simpy_engine.router import Router
from ccsim.simulation.simpy_engine.waiting import WaitingRoom


def run(
    centre: Centre, contacts: Contacts, duty: Duty, activity: Sequence[int]
) -> tuple[Legs, Spans]:
    """Simulate one replication.

    Parameters
    ----------
    centre
        The rules.
    contacts
        Who comes, when, and with what luck.
    duty
        Who is scheduled for what.
    activity
        What becomes of each row of ``duty`` in this replication.

    Returns
    -------
    (Legs, Spans)
        What happened to every contact and what every agent did.
    """
    env = Clock(initial_time=0)
    waiting = WaitingRoom(centre, len(contacts))
    floor = Floor(env, centre, duty, activity, waiting)
    calls = Calls(env, centre, contacts, waiting, floor)
    router = Router(centre, waiting, floor, calls.entered)
    env.process(calls.arrive())
    for _ in instants(env):
        if waiting.total:
            while (match := router.next_match()) is not None:
                calls.be_answered(*match)
            calls.keep_waiting()
        floor.dismiss()
    return calls.legs(), floor.spans()
