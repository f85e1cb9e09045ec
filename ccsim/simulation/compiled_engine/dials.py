"""What becomes of a record of a campaign when its dial came to nothing."""

from __future__ import annotations

from ccsim.simulation.compiled_engine.cases import case_row
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.events import schedule
from ccsim.simulation.compiled_engine.layout import (
    ATTEMPT,
    CAMPAIGN_COUNT,
    CAMPAIGN_OF,
    CAMPAIGN_WORDS,
    CAMPAIGNS,
    CONTACT,
    CONTACT_COUNT,
    DIALLING,
    P_ATTEMPTS,
    P_NUISANCES,
    P_RETRY,
    TO,
    WORD,
)  # fmt: skip
from ccsim.simulation.compiled_engine.memory import add, get

WRONG_PARTY, RIGHT_PARTY = range(2)


@compiled
def campaign_row(world: int, campaign: int) -> int:
    """Address of a campaign's row."""
    return get(world, CAMPAIGNS) + campaign * CAMPAIGN_WORDS * WORD


@compiled
def campaign_of(world: int, one: int) -> int:
    """Campaign a dial belongs to."""
    return get(get(world, CAMPAIGN_OF), get(one, CONTACT) - get(world, CONTACT_COUNT))


@compiled
def dial_again(world: int, case: int, now: int) -> None:
    """Dial the record of a case again later, if that may be."""
    one = case_row(world, case)
    campaign = campaign_row(world, campaign_of(world, one))
    if get(one, ATTEMPT) < get(campaign, P_ATTEMPTS):
        schedule(world, now + get(campaign, P_RETRY), DIALLING, get(world, CAMPAIGN_COUNT) + case)


@compiled
def dial_missed(world: int, case: int, now: int) -> None:
    """Count a customer who picked up and met nobody; the right one is dialled again."""
    one = case_row(world, case)
    add(campaign_row(world, campaign_of(world, one)), P_NUISANCES, 1)
    if get(one, TO) == RIGHT_PARTY:
        dial_again(world, case, now)
