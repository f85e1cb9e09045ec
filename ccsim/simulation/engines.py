"""The engines: one contract, `docs/simulation.md`, and the same numbers from each."""

from __future__ import annotations

import warnings
from typing import Literal, TypeAlias, get_args

from ccsim.errors import OptionError
from ccsim.simulation.centre import Centre
from ccsim.simulation.draw import Contacts
from ccsim.simulation.duty import Duty
from ccsim.simulation.luck import Luck
from ccsim.simulation.policy import Policy
from ccsim.simulation.records import Legs, Spans

Engine: TypeAlias = Literal["auto", "simpy", "compiled"]


def chosen(engine: Engine, policy: Policy | None) -> str:
    """Settle which engine runs a study: the compiled one, but for a router of one's own.

    Raises
    ------
    OptionError
        For an unknown engine, or the compiled one with a router of one's own.
    """
    if engine not in get_args(Engine):
        allowed = ", ".join(map(repr, get_args(Engine)))
        raise OptionError(f"simulate: engine={engine!r}; allowed: {allowed}")
    if policy is None:
        return "compiled" if engine == "auto" else engine
    if engine == "compiled":
        raise OptionError(
            "simulate: engine='compiled' cannot run a router of your own; allowed: 'auto', 'simpy'"
        )
    if engine == "auto":
        warnings.warn(
            "a router of your own runs in the SimPy engine, which is more than thirty times slower "
            "than the compiled one; engine='simpy' says that you know",
            stacklevel=4,
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
    """Run one replication on an engine; as `simpy_engine.run`."""
    if engine == "simpy":
        from ccsim.simulation import simpy_engine

        return simpy_engine.run(centre, contacts, duty, luck, policy)
    from ccsim.simulation import compiled_engine

    return compiled_engine.run(centre, contacts, duty, luck)
