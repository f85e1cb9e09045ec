"""Each family of KPIs on legs made by hand, with the numbers worked out beside them."""

from __future__ import annotations

import numpy as np
import pytest

from ccsim.simulation import intents
from ccsim.simulation.breakdown import jain
from ccsim.simulation.quantiles import histogram, quantile
from ccsim.simulation.records import (
    CALLBACK_OFFERED,
    IS_LATE,
    IS_SATISFIED,
    IS_UPSET,
    OVERFLOWED,
    SOLD_OUT,
    WRONG_ANSWER,
)
from ccsim.simulation.rules import (
    BookingRules,
    CallbackRules,
    CampaignRules,
    EmotionRules,
    GroupRules,
    KnowledgeRules,
    OverflowRules,
    QualityRules,
    SegmentRules,
    StageRules,
    StandbyRules,
    SurveyRules,
    TicketRules,
    WorthRules,
)
from ccsim.simulation.tally import tally
from tests.simulation.made_legs import (
    US,
    call,
    centre_with,
    channel,
    gone,
    leg,
    legs_of,
    means,
    queue,
    results_with,
    spans_of,
)


def test_the_menu_contains_loses_and_takes_time() -> None:
    rows = (
        leg(arrived=0, ended=40, state="contained", price=250_000),
        leg(arrived=0, ended=10, state="ivr_lost"),
        call(30, 0, 60, arrived=0, price=250_000),
        leg(arrived=5, ended=5, state="blocked"),
    )
    mean = means(centre_with(queues=(queue(menu=True),)), legs_of(*rows))["all"]
    assert mean["contained"] == mean["ivr_lost"] == mean["blocked"] == mean["offered"] == 1
    assert mean["containment"] == pytest.approx(1 / 3)
    assert mean["ivr_time"] == pytest.approx((40 + 10 + 30) / 3)
    assert mean["cost_of_bots"] == 0.5


def test_callbacks_are_offered_taken_reached_and_delayed() -> None:
    rules = CallbackRules(60 * US, 0.8, 2, 60 * US, 3600 * US)
    rows = (
        call(0, 100, 60, callback=10, flags=CALLBACK_OFFERED),
        gone(0, 300, "callback_lost", callback=20, flags=CALLBACK_OFFERED),
        gone(0, 50, flags=CALLBACK_OFFERED),
        call(0, 1, 60),
    )
    mean = means(centre_with(queues=(queue(callback=rules),)), legs_of(*rows))["calls"]
    names = ["callbacks_offered", "callbacks_taken", "callbacks_reached", "callback_delay"]
    assert mean[names].tolist() == [3, 2, 1, 90]


def test_attempts_are_told_by_their_cause() -> None:
    centre = centre_with(
        queues=(
            queue(
                retries=2,
                resolves=True,
                second=0,
                ticket=TicketRules(0, US),
                booking=BookingRules(0, 0),
                astray_to=((0, 1.0),),
            ),
        )
    )
    causes = ("first", "retry", "retry", "repeat", "second_channel", "ticket_call", "rebooking")
    rows = [gone(10, 5, contact=n, cause=cause) for n, cause in enumerate(causes)]
    rows += [
        call(10, 5, 20, contact=9, state="misdirected", flags=SOLD_OUT),
        call(40, 5, 20, contact=9, leg=2, agent=1),
    ]
    mean = means(centre, legs_of(*rows))["all"]
    assert mean["retrials"] == 2
    assert (mean[["repeats", "second_channel", "ticket_calls", "rebookings"]] == 1).all()
    assert mean["transferred"] == mean["misdirected"] == mean["sold_out"] == 1
    assert mean["transfer_rate"] == 0.5


def test_quality_surveys_and_feelings() -> None:
    centre = centre_with(
        queues=(queue(emotion=EmotionRules(0.1, 0.0), emotion_price=0.02),),
        quality=QualityRules(0.5),
        survey=SurveyRules(0.8, 0.0),
        knowledge=KnowledgeRules(0.9, (), 0.5, 0, 1_000_000),
        overflow=(OverflowRules(0, 0, 0),),
        groups=(GroupRules("team", {}, cost_per_hour=36.0),),
    )
    seen = intents.MONITORED | intents.BREACH | intents.CAUGHT
    asked = intents.SAMPLED | intents.RESPONDS
    rows = (
        call(0, 0, 100, 20, intent=seen | asked, flags=IS_SATISFIED | IS_UPSET),
        call(200, 0, 100, 20, intent=intents.REVIEWED | intents.BREACH | asked, flags=WRONG_ANSWER),
        call(400, 0, 100, 20, intent=intents.BREACH | intents.CAUGHT, flags=OVERFLOWED),
        gone(500, 9, intent=seen | asked),
    )
    spans = spans_of((0, 0, "logged_in", 0, 1000))
    mean = means(centre, legs_of(*rows), spans)["all"]
    assert mean["monitored"] == mean["reviewed"] == 1
    assert mean["supervisor_hours"] == pytest.approx((100 + 120) / 2 / 3600)
    assert mean[["breaches", "breaches_caught", "breaches_missed"]].tolist() == [3, 1, 2]
    assert mean["surveyed"] == mean["responses"] == 2
    assert mean["satisfaction"] == 0.5
    assert mean["upset"] == mean["wrong_answers"] == mean["overflowed"] == 1
    assert mean["cost_total"] == pytest.approx(10 + 4 * 0.02)
    assert mean["cost_per_contact"] == pytest.approx((10 + 4 * 0.02) / 3)


def test_worth_halves_with_the_wait_and_is_lost_with_the_customer() -> None:
    centre = centre_with(
        queues=(queue(worth=WorthRules(10.0, 60.0, 3.0, 0.1, 50.0)), queue("other")),
        segments=(SegmentRules("vip", 0.1, (0,), 1, -1, 4.0, (US, US), (0.9, 0.9)),),
    )
    rows = (call(0, 60, 10), call(0, 120, 10, segment=0), gone(0, 9), gone(0, 9, "open_at_end"))
    mean = means(centre, legs_of(*rows))
    assert mean["all", "worth"] == pytest.approx(10 / 2 + 40 / 4 - (3 + 5))
    assert ("other", "worth") not in mean.index
    assert ("calls", "worth") not in means(centre_with(), legs_of(rows[0])).index


def test_tickets_are_opened_done_and_late_by_stage() -> None:
    centre = centre_with(stages=(StageRules("store", 1, 0, ()), StageRules("yard", 1, 0, ())))
    ticket = {"kind": "ticket", "queue": 1}
    rows = (
        call(0, 0, 10),
        leg(arrived=10, entered=20, answered=30, talk_end=110, ended=110, contact=0, **ticket),
        leg(arrived=10, entered=20, talk_end=310, ended=310, flags=IS_LATE, contact=1, **ticket),
        leg(arrived=10, entered=20, state="open_at_end", contact=2, **ticket),
    )
    mean = means(centre, legs_of(*rows), by="stage")
    assert mean["yard"].tolist() == [3, 2, 1, 200]
    assert mean["store", "tickets_opened"] == 0
    assert means(centre, legs_of(*rows))["all", "entered"] == 1


def test_dials_count_apart_but_keep_agents_busy() -> None:
    list_ = CampaignRules("list", 9, 0, "progressive", (), 0, 0.5, 0.5, 1, 0, 0, 0)
    dial = {"kind": "dial", "cause": "dialled"}
    rows = (
        call(5, 0, 60, 10, arrived=0, **dial),
        call(5, 0, 10, 0, arrived=0, state="wrong_party", agent=1, **dial),
        leg(arrived=0, entered=6, ended=8, state="nuisance", **dial),
        leg(arrived=0, ended=20, state="no_answer", **dial),
    )
    mean = means(centre_with(campaigns=(list_,)), legs_of(*rows))["all"]
    assert mean[["dialled", "connected", "right_party", "no_answer"]].tolist() == [4, 3, 1, 1]
    assert mean["nuisance_rate"] == pytest.approx(1 / 3)
    assert mean["entered"] == 0
    assert mean["hours_busy"] == pytest.approx(80 / 3600)


def test_standby_people_cost_their_time_and_their_standing_by() -> None:
    rules = StandbyRules(4, None, None, 0, 0, 2.0)  # type: ignore[arg-type]
    group = GroupRules("help", {}, standby=rules, windows=((0, 1800 * US),), cost_per_hour=20.0)
    centre = centre_with(groups=(group, GroupRules("free", {})), notices_price=8.0)
    spans = spans_of((0, 0, "logged_in", 0, 360), (1, 0, "logged_in", 0, 720))
    called = np.array([False, True])
    mean = means(centre, legs_of(call(0, 0, 9)), spans, standby=called)["all"]
    assert mean["standby_hours"] == pytest.approx(0.2)
    assert mean["cost"] == pytest.approx(20 * 0.3 + 4 * 2.0 * 0.5)
    assert mean["cost_total"] == pytest.approx(mean["cost"] + 8)
    unknown = spans_of((0, 1, "logged_in", 0, 360))
    assert np.isnan(means(centre, legs_of(call(0, 0, 9)), unknown)["all", "cost"])


def test_a_day_meets_its_target_for_all_when_every_queue_does() -> None:
    centre = centre_with(
        queues=(queue("a"), queue("b"), queue("free", target=np.nan)),
        edges=np.arange(5, dtype=np.int64) * 43_200 * US,
    )
    day = 86_400
    rows = (
        call(0, 1, 9),
        call(0, 1, 9, queue=1),
        call(day, 1, 9),
        gone(day, 60, queue=1),
        gone(day + 50_000, 60, queue=2),
    )
    mean = means(centre, legs_of(*rows))
    assert mean["a", "days_meeting_target"] == 1
    assert mean["b", "days_meeting_target"] == 0.5
    assert mean["all", "days_meeting_target"] == 0.5
    assert mean["all", "intervals_meeting_target"] == 0.5
    assert np.isnan(mean["free", "days_meeting_target"])


def test_fairness_is_jains_index_of_service_levels() -> None:
    assert jain(np.array([0.8, 0.8])) == pytest.approx(1)
    centre = centre_with(queues=(queue("a"), queue("b")))
    rows = (call(0, 1, 9), call(0, 1, 9, queue=1), gone(9, 60, queue=1))
    mean = means(centre, legs_of(*rows))
    assert mean["all", "fairness_queues"] == pytest.approx((1.5**2) / (2 * 1.25))
    assert ("all", "fairness_segments") not in mean.index
    tallies = tuple(
        tally(centre, legs_of(*rows, *[gone(50, 60)] * extra), spans_of()) for extra in (0, 1, 2, 0)
    )
    low, high = (
        results_with(centre, tallies).kpis().loc[("all", "fairness_queues"), ["low", "high"]]
    )
    assert low < high <= 1


def test_wait_quantiles_are_within_their_bin_and_nought_is_nought() -> None:
    rows = [call(0, 0, 9)] * 60 + [call(0, wait, 9) for wait in range(1, 41)]
    mean = means(centre_with(), legs_of(*rows))["all"]
    assert mean["wait_p50"] == 0
    assert mean["wait_p90"] == pytest.approx(30, rel=0.02)
    assert mean["wait_p99"] == pytest.approx(39, rel=0.02)


CASES = range(300, 306)


@pytest.mark.parametrize("case", CASES)
def test_woodruff_intervals_cover_the_quantile_of_an_exponential(case: int) -> None:
    random = np.random.default_rng(case)
    times, replications, share = 400, 20, (0.5, 0.9)[case % 2]
    truth, covered = -60 * np.log(1 - share), 0
    for _ in range(times):
        size = random.poisson(100, replications)
        owner = np.repeat(np.arange(replications), size)
        counts = histogram(owner, replications, random.exponential(60, size.sum()))
        estimate = quantile(share, counts).estimate()
        covered += bool(estimate.low <= truth <= estimate.high)
    z = (covered / times - 0.95) / np.sqrt(0.95 * 0.05 / times)
    assert abs(z) < 3.5


@pytest.mark.parametrize("case", CASES)
def test_the_influence_of_a_quantile_tells_its_spread(case: int) -> None:
    random = np.random.default_rng(case)
    found, said = [], []
    for _ in range(300):
        counts = histogram(np.repeat(np.arange(20), 200), 20, random.exponential(60, 4000))
        one = quantile(0.9, counts)
        found.append(float(one.mean))
        said.append(float((one.influence**2).sum() / 19 / 20))
    assert np.mean(said) == pytest.approx(np.var(found), rel=0.35)


def test_features_a_centre_does_not_have_are_not_listed() -> None:
    names = set(means(centre_with(), legs_of(call(0, 0, 9)))["all"].index)
    assert not names & {"callbacks_taken", "nuisance", "worth", "satisfaction", "standby_hours"}
    assert {"entered", "service_level", "wait_p95", "cost_per_contact"} <= names


def test_deferred_channels_hold_no_lines() -> None:
    centre = centre_with(channels=(channel(deferred=True),))
    mean = means(centre, legs_of(call(0, 0, 9)), by="channel")
    assert ("voice", "lines_peak") not in mean.index
