"""Random small centres with random features switched on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from ccsim.scenario import Scenario
from tests.conftest import made_scenario

SECONDS = st.sampled_from([0.1, 7, 30, 60, 240])
SHARES = st.sampled_from([0, 0.2, 0.5, 1])
DURATIONS = st.one_of(
    SECONDS, SECONDS.map(lambda mean: {"exponential": {"mean": mean}})
)  # fmt: skip
QUEUES = ("calls", "help", "chats", "mail")

Draw = Callable[[Any], Any]


def _maybe(draw: Draw, strategy: Any, chance: float = 0.35) -> Any:
    """None more often than not."""
    return draw(strategy) if draw(st.floats(0, 1)) < chance else None


def _queue(draw: Draw, name: str) -> dict[str, Any]:
    others = [other for other in ("calls", "help", "chats") if other != name]
    voice = name in ("calls", "help")
    made = {
        "talk": draw(DURATIONS),
        "wrap": draw(st.one_of(st.just(0), DURATIONS)),
        "priority": draw(st.integers(-1, 1)),
        "priority_growth": draw(st.sampled_from([0, 0, 0.5])),
        "resolution": _maybe(draw, st.fixed_dictionaries(
            {"first_contact": st.sampled_from([0.5, 1]), "returns": SHARES,
             "returns_after": st.sampled_from(["20min", "3h"])})),
        "ticket": _maybe(draw, st.fixed_dictionaries(
            {"to": st.just("stage"), "probability": SHARES,
             "promise": st.sampled_from(["1min", "2h"]), "calls_when_late": SHARES})),
        "booking": _maybe(draw, st.fixed_dictionaries(
            {"inventory": st.just("slots"), "probability": SHARES,
             "sold_out_talk": st.sampled_from([1, 1.5]), "sold_out_repeat": SHARES,
             "repeat_after": st.just("1h")})),
        "emotion": _maybe(draw, st.fixed_dictionaries(
            {"probability": SHARES, "rises_per_minute": st.sampled_from([0, 0.3]),
             "detected": SHARES})),
    }  # fmt: skip
    if name == "mail":
        return {"channel": "email", **_given(made)}
    callback = _maybe(draw, st.fixed_dictionaries(
        {"when_wait_over": st.sampled_from([0, 30]), "accept": SHARES, "reach": SHARES,
         "attempts": st.integers(1, 3), "retry_after": st.sampled_from([30, 600])},
        optional={"window": st.sampled_from([60, 3600])}))  # fmt: skip
    made |= {
        "patience": _maybe(draw, DURATIONS, 0.7),
        "capacity": _maybe(draw, st.integers(1, 6), 0.2),
        "balk": draw(st.sampled_from([0, 0, 0.3])),
        "announcement": _maybe(draw, st.fixed_dictionaries(
            {"leaves_if_over": st.sampled_from([0.5, 1, 3]),
             "patience_factor": st.sampled_from([0.5, 1, 2])})),
        "callback": callback,
        "retry": _maybe(draw, st.fixed_dictionaries(
            {"probability": SHARES, "after": DURATIONS, "attempts": st.integers(1, 3)})),
        "wrong_department": _maybe(draw, st.fixed_dictionaries(
            {"probability": SHARES, "to": st.sampled_from([{others[0]: 1.0},
             {others[0]: 0.5, others[1]: 0.5}]), "after": DURATIONS}), 0.2),
        "personal_agent": _maybe(draw, st.fixed_dictionaries(
            {"share": SHARES, "wait": st.sampled_from([0, 20, 100])}), 0.2),
        "second_channel": _maybe(draw, st.fixed_dictionaries(
            {"to": st.just("chats"), "probability": SHARES, "after": DURATIONS})) if voice else None,  # noqa: E501
        "closing": draw(st.sampled_from(
            ["serve", "turn_away", *(["callback"] if callback else [])])),
    }  # fmt: skip
    moves = st.fixed_dictionaries(
        {"to": st.sampled_from([*others, "mail"]), "probability": st.sampled_from([0.2, 0.8]),
         "kind": st.sampled_from(["warm", "cold"]), "talk_share": st.sampled_from([0.1, 1]),
         "on_emotion": st.booleans() if made["emotion"] else st.just(False)})  # fmt: skip
    made["transfers"] = _maybe(draw, st.lists(moves, min_size=1, max_size=2), 0.3)
    return {"channel": "chat" if name == "chats" else "voice", **_given(made)}


def _given(rules: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rules.items() if value is not None}


def _group(draw: Draw, skills: set[str], site: str, chat: int) -> dict[str, Any]:
    when = draw(st.integers(0, 5))
    made = {
        "site": site,
        "skills": {
            name: {"rank": draw(st.integers(1, 2)), "speed": draw(st.sampled_from([1, 1.3]))}
            for name in sorted(skills)
        },
        "on_duty": [["00:00", draw(st.integers(0, 4))], ["09:10", draw(st.integers(0, 4))]],
        "learning": draw(st.sampled_from([0, 0.1])),
        "switching_cost": draw(st.sampled_from([0, 15])),
        "concurrency": _maybe(draw, st.just({"chat": chat + 1})),
        "shrinkage": _maybe(draw, st.just(
            {"absence": 0.2, "off_phone": 0.1,
             "lateness": {"probability": 0.5, "delay": {"exponential": {"mean": 600}}}})),
        "standby": _maybe(draw, st.fixed_dictionaries(
            {"people": st.integers(1, 3), "when": st.just({"contacts_waiting": when + 1}),
             "until": st.just({"contacts_waiting": when}),
             "ready_in": st.sampled_from([0, 60]), "at_least": st.sampled_from([0, 300])})),
    }  # fmt: skip
    return _given(made)


def _menu(draw: Draw) -> dict[str, Any]:
    bot = {"duration": {"exponential": {"mean": 30}}, "contains": draw(st.sampled_from([0, 0.4]))}
    first = {"prompt": 5, "hang_up": draw(st.sampled_from([0, 0.1])), "opt_out": 0.1,
             "opt_out_to": "help", "choose": {"bot": 0.5, "calls": 0.5}}  # fmt: skip
    nodes = {
        "first": first,
        "bot": {"virtual_agent": bot | {"price": 0.1}, "then": "help",
                "speech": {"misrecognition": 0.3, "reprompts": 1}},
    }  # fmt: skip
    return _given({"start": "first", "nodes": nodes, "ports": _maybe(draw, st.integers(1, 5))})


def _campaign(draw: Draw) -> dict[str, Any]:
    return draw(
        st.fixed_dictionaries(
            {
                "records": st.integers(1, 40),
                "window": st.sampled_from(["08:30-09:30", "08:00-12:00"]),
                "queue": st.sampled_from(["calls", "help"]),
                "pacing": st.sampled_from(["preview", "progressive", "predictive"]),
                "ring": DURATIONS,
                "pick_up": st.sampled_from([0.3, 1]),
                "right_party": SHARES,
                "retry_after": st.sampled_from([300, 5000]),
                "nuisance_cap": st.sampled_from([0.03, 0.5]),
            }
        )
    )


@st.composite
def scenarios(draw: Draw) -> Scenario:
    """Draw a centre of four queues, two sites and up to three groups."""
    count = draw(st.integers(1, 3))
    segments = _maybe(draw, st.sampled_from([
        {"vip": {"share": 0.3, "priority": 2}},
        {"vip": {"share": 0.3, "priority": 1, "patience_factor": 0.5}, "cantonese":
         {"share": 0.3, "skill": "cantonese"}},
    ]), 0.5) or {}  # fmt: skip
    skills = [*QUEUES, *(["cantonese"] if "cantonese" in segments else [])]
    own = [
        draw(st.sets(st.sampled_from(skills), min_size=1, max_size=len(skills)))
        for _ in range(count)
    ]
    own[0] |= set(skills) - set().union(*own)
    chat = draw(st.integers(1, 3))
    sites = ["here", "there"]
    groups = {
        f"group{n}": _group(draw, skill, draw(st.sampled_from(sites)), chat)
        for n, skill in enumerate(own)
    }
    used = {group["site"] for group in groups.values()}
    seats = {name: _maybe(draw, st.integers(1, 4)) for name in sorted(used)}
    helps = [(name, queue) for name, group in groups.items() for queue in group["skills"]
             if queue in QUEUES]  # fmt: skip
    overflow = _maybe(draw, st.sampled_from(helps))
    # A reserve of all there are is refused: it would leave nobody for the others.
    several = [name for name in sorted(groups) if max(n for _, n in groups[name]["on_duty"]) > 1]
    reserve = _maybe(draw, st.sampled_from(several), 0.3) if several and "vip" in segments else None
    lines = _maybe(draw, st.integers(1, 8))
    raised = [name for name, number in seats.items() if number is not None]
    change = {"when": {"contacts_waiting": 3}, "until": {"contacts_waiting": 1}, "by": 2,
              "ready_in": draw(st.sampled_from([0, 40]))}  # fmt: skip
    elastic = [{"what": "seats", "site": name, **change} for name in raised if draw(st.booleans())]
    if lines and draw(st.booleans()):
        elastic.append({"what": "lines", **change})
    sections = {
        "ivr": _menu(draw) if draw(st.booleans()) else None,
        "segments": segments,
        "knowledge": _maybe(draw, st.just({"accuracy": 0.8, "wrong_talk": 1.3})),
        "quality": _maybe(draw, st.just({"monitored": 0.5, "talk_factor": 1.2, "breach": 0.1})),
        "campaigns": {f"sale{n}": _campaign(draw) for n in range(draw(st.integers(0, 2)))},
    }
    queues = {name: _queue(draw, name) for name in QUEUES}
    personal = any("personal_agent" in rules for rules in queues.values())
    return made_scenario(
        horizon={"start": dt.date(2026, 1, 5), "days": draw(st.integers(1, 2))},
        hours={"daily": draw(st.sampled_from(["08:00-10:00", "08:15-11:45", "22:00-24:00"]
                                             if not sections["campaigns"] else ["08:00-10:00"]))},
        demand={"rates": {name: draw(st.sampled_from([1, 10, 60])) for name in QUEUES},
                "measured_at": draw(st.sampled_from(["queue", "door"]))
                if sections["ivr"] else "queue"},
        channels={
            "voice": _given({"lines": lines}),
            "chat": _given({"concurrency": chat, "lines": _maybe(draw, st.integers(1, 6)),
                            "slowdown": draw(st.sampled_from([0, 0.3])) if chat > 1 else None}),
            "email": {"deferred": True, "interruptible": draw(st.booleans())},
        },
        queues=queues,
        groups=groups,
        sites={name: _given({"seats": seats[name],
                             "lines": _maybe(draw, st.integers(1, 4))}) for name in sorted(used)},
        routing={
            "agent": draw(st.sampled_from(
                ["fewest_skills_then_longest_idle", "longest_idle", "ranked", "lowest_occupancy",
                 *(["personal_agent"] if personal else [])])),
            "contact": draw(st.sampled_from(
                ["priority_then_longest_wait", "weighted_wait", "service_level_risk"])),
            "unified": draw(st.sampled_from(["unified", "unified", "siloed"])),
            "overflow": [{"queue": overflow[1], "to": overflow[0], "after": 20}]
            if overflow else [],
            "reserve": [{"group": reserve, "idle": 1, "segments": ["vip"]}] if reserve else [],
        },
        back_office={"stage": {"servers": 1, "work": draw(DURATIONS), "delay": 20}},
        inventories={"slots": {"releases": [{"at": "08:20", "slots": 3}],
                               "keeps": draw(st.sampled_from(["day", "horizon"]))}},
        elasticity=elastic,
        **_given(sections),
    )  # fmt: skip
