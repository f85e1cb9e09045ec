"""One replication from the first arrival to the last agent leaving."""

from __future__ import annotations

from ccsim.simulation.centre import Centre
from ccsim.simulation.draw import Contacts
from ccsim.simulation.duty import Duty
from ccsim.simulation.luck import Luck
from ccsim.simulation.policy import Policy
from ccsim.simulation.records import Legs, Spans
from ccsim.simulation.simpy_engine.back_office import BackOffice
from ccsim.simulation.simpy_engine.bookings import Bookings
from ccsim.simulation.simpy_engine.callbacks import Callbacks
from ccsim.simulation.simpy_engine.cases import Cases
from ccsim.simulation.simpy_engine.comebacks import Comebacks
from ccsim.simulation.simpy_engine.dialler import Dialler
from ccsim.simulation.simpy_engine.door import Door
from ccsim.simulation.simpy_engine.elasticity import Elasticity
from ccsim.simulation.simpy_engine.house import House
from ccsim.simulation.simpy_engine.own_policy import PolicyRouter
from ccsim.simulation.simpy_engine.reception import Reception
from ccsim.simulation.simpy_engine.resumption import Resumption
from ccsim.simulation.simpy_engine.router import Router
from ccsim.simulation.simpy_engine.talks import Talks


def run(
    centre: Centre, contacts: Contacts, duty: Duty, luck: Luck, policy: Policy | None = None
) -> tuple[Legs, Spans]:
    """Simulate one replication.

    Parameters
    ----------
    centre
        The rules.
    contacts
        Who comes, when, and with what luck.
    duty
        Who does what in this replication, absence and lateness realised.
    luck
        Marks of later attempts and legs.
    policy
        A routing policy of one's own; the scenario's rules where None.

    Returns
    -------
    (Legs, Spans)
        What happened to every contact and what every agent did.
    """
    house = House(centre, Cases(contacts), duty, luck)
    house.talks = Talks(house)
    house.callbacks = Callbacks(house)
    house.comebacks = Comebacks(house)
    house.back_office = BackOffice(house)
    house.bookings = Bookings(house)
    house.reception = Reception(house)
    house.router = Router(house) if policy is None else PolicyRouter(house, policy)
    house.door = Door(house, contacts)
    house.dialler = Dialler(house, len(contacts))
    if contacts.begun is not None:
        Resumption(house, contacts.begun)
    Elasticity(house)
    _run(house)
    return house.cases.legs(), house.floor.spans()


def _run(house: House) -> None:
    due, instant, route = house.env.due, house.env.instant, house.router.route
    always = house.router.always
    free, joined = house.floor.pools.fresh, house.waiting.fresh
    newcomers, waiting, floor = house.newcomers, house.waiting, house.floor
    dials = bool(house.centre.campaigns)
    while due:
        instant()
        if newcomers or (waiting.total and (free or joined or always)):
            route()
        if floor.staying:
            floor.dismiss()
        if dials:
            house.dialler.act()
