"""The engines: one contract, `docs/simulation.md`, and the same numbers from each."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from ccsim.errors import NotYetSupported, OptionError
from ccsim.simulation import simpy_engine
from ccsim.simulation.centre import Centre
from ccsim.simulation.draw import Contacts
from ccsim.simulation.duty import Duty
from ccsim.simulation.luck import Luck
from ccsim.simulation.policy import Policy
from ccsim.simulation.records import Legs, Spans

Engine: TypeAlias = Literal["auto", "simpy", "compiled"]


def chosen(engine: Engine, policy: Policy | None) -> str:
    """Settle which engine runs a study."""
    if engine not in get_args(Engine):
        allowed = ", ".join(map(repr, get_args(Engine)))
        raise OptionError(f"simulate: engine={engine!r}; allowed: {allowed}")
    if engine == "compiled":
        raise NotYetSupported(
            "simulate: engine='compiled' is not yet supported; allowed: auto, simpy"
        )
    return "simpy"


def run(
    engine: str,
    centre: Centre,
    contacts: Contacts,
    duty: Duty,
    luck: Luck,
    policy: Policy | None = None,
) -> tuple[Legs, Spans]:
    """Run one replication; as `simpy_engine.run`."""
    return simpy_engine.run(centre, contacts, duty, luck, policy)
