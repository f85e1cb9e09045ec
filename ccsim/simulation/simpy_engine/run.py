"""One replication from the first arrival to the last agent leaving."""

from __future__ import annotations

from collections.abc import Sequence

from ccsim.simulation.centre import Centre
from ccsim.simulation.draw import Contacts
from ccsim.simulation.duty import Duty
from ccsim.simulation.records import Legs, Spans
from ccsim.simulation.simpy_engine.calls import Calls
from ccsim.simulation.simpy_engine.clock import Clock
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
    clock = Clock()
    waiting = WaitingRoom(centre, len(contacts))
    floor = Floor(clock, centre, duty, activity, waiting)
    calls = Calls(clock, centre, contacts, waiting, floor)
    router = Router(centre, waiting, floor, calls)
    due, step = clock.due, clock.step
    while due:
        now = due[0][0]
        step()
        if due and due[0][0] == now:
            continue  # an instant's state changes all come before its routing
        if calls.newcomers or waiting.total:
            router.route()
        if floor.staying:
            floor.dismiss()
    return calls.legs(), floor.spans()
