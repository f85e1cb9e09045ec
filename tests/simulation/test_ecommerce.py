"""The shipped peak day: its size and mix, and every feature at work in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccsim.scenario import load
from ccsim.simulation import Results, simulate
from ccsim.simulation.rates import rates_of

FILE = Path(__file__).parents[2] / "scenarios" / "ecommerce.yaml"


def test_a_hundred_thousand_contacts_are_expected_in_the_mix_of_the_issue() -> None:
    scenario = load(FILE)
    rates = rates_of(scenario.change({"demand.surges": [], "notices": {}}))
    expected = dict.fromkeys(scenario.channels, 0.0)
    queues = list(scenario.queues.values())
    for queue, contacts in zip(rates.cells.queue, rates.mean, strict=True):
        expected[queues[queue].channel] += contacts
    assert sum(expected.values()) == pytest.approx(100_000, rel=0.001)
    shares = {name: contacts / 100_000 for name, contacts in expected.items()}
    assert shares == pytest.approx({"voice": 0.55, "chat": 0.35, "ticket": 0.10}, abs=0.002)
    assert len(scenario.groups) == 8
    assert len(scenario.sites) == 3


@pytest.fixture(scope="module")
def busy() -> Results:
    """The day with a quarter fewer people in orders, so that elasticity has something to do."""
    scenario = load(FILE).change({"groups.hangzhou_orders.on_duty": 40})
    return simulate(scenario, replications=1, workers=1, progress=False)


@pytest.mark.parametrize(
    "kpi",
    [
        "contained", "ivr_lost", "balked", "abandoned", "callbacks_taken", "callbacks_reached",
        "retrials", "repeats", "second_channel", "ticket_calls", "rebookings", "transferred",
        "misdirected", "overflowed", "upset", "wrong_answers", "booked", "sold_out", "monitored",
        "reviewed", "breaches", "responses", "dialled", "connected", "right_party",
        "hours_absent", "hours_off_phone", "standby_hours", "cost_of_bots", "worth", "lines_peak",
    ],
)  # fmt: skip
def test_every_feature_is_at_work(busy: Results, kpi: str) -> None:
    by = "channel" if kpi.startswith("lines") else "queue"
    assert busy.kpis(by=by)["mean"].xs(kpi, level="kpi").fillna(0).max() > 0


def test_both_flow_identities_hold_for_every_queue_segment_and_channel(busy: Results) -> None:
    for by in ("queue", "segment", "channel"):
        flows = busy.kpis(by=by)["mean"].unstack("kpi")
        asked = flows["blocked"] + flows["contained"] + flows["ivr_lost"] + flows["offered"]
        ended = flows[
            ["handled", "abandoned", "balked", "callback_lost", "turned_away", "open_at_end"]
        ].sum(axis=1)
        assert (flows["entered"] - asked).abs().max() == 0
        assert (flows["offered"] - ended).abs().max() == 0
