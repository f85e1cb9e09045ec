"""Scenarios that contradict themselves are refused at load, with the place named."""

from __future__ import annotations

import pytest

GROUP = "    employed: 20\n"
OTHER = """\
  other: {{talk: 3min{}}}
groups:
"""


def queue(text: str) -> tuple[str, str]:
    """Give the queue `calls` another field."""
    return ("target: {service_level: 0.8}", text)


def other(text: str = "") -> tuple[tuple[str, str], ...]:
    """Add a queue `other` that the same group serves."""
    return (
        ("groups:\n", OTHER.format(text)),
        ("skills: {calls: 1}", "skills: {calls: 1, other: 2}"),
        ("rates: {calls: 60}", "rates: {calls: 60, other: 5}"),
    )


def told(desk, *changes: tuple[str, str], more: str = "") -> str:
    return "\n".join(desk.lines(*changes, more=more))


CHAT = ("channels:\n", "channels:\n  chat: {concurrency: 2}\n")
EMAIL = ("channels:\n", "channels:\n  email: {deferred: true}\n")
ON_EMAIL = ("    talk: {exponential: {mean: 4min}}", "    channel: email\n    talk: 4min")
CALLBACK = "callback: {when_wait_over: 1min, accept: 0.5, reach: 1}"


@pytest.mark.parametrize(
    ("channels", "message"),
    [
        ("voice: {concurrency: 2}", "channels.voice.concurrency: voice is one conversation at a"),
        ("voice: {slowdown: 0.1}", "channels.voice.slowdown: voice is one conversation at a time"),
        ("voice: {}\n  video: {concurrency: 2}", "channels.video.concurrency: video is one conve"),
        ("voice: {}\n  chat: {slowdown: 0.1}", "chat.slowdown: nobody has two contacts at once"),
        ("voice: {}\n  chat: {interruptible: true}", "chat.interruptible: only deferred work is"),
        ("voice: {}\n  email: {deferred: true, lines: 5}", "email.lines: deferred work holds no l"),
        ("voice: {}\n  email: {deferred: true, concurrency: 2}", "email.concurrency: deferred wor"),
    ],
)
def test_a_channel_that_cannot_work_like_that_is_refused(desk, channels, message):
    assert message in told(desk, ("voice: {within: 20s}", channels))


def test_a_group_has_several_at_once_only_where_the_channel_allows_it(desk):
    many = ("    employed: 20\n", "    employed: 20\n    concurrency: {voice: 2}\n")
    assert "groups.desk.concurrency.voice: voice is one conversation" in told(desk, many)
    chat = ("voice: {within: 20s}", "voice: {}\n  chat: {slowdown: 0.2}")
    chats = ("    employed: 20\n", "    employed: 20\n    concurrency: {chat: 2}\n")
    assert desk.load(chat, chats).groups["desk"].concurrency == {"chat": 2}


@pytest.mark.parametrize(
    "field",
    [
        "patience: 60s",
        "capacity: 9",
        "balk: 0.1",
        "announcement: {}",
        CALLBACK,
        "personal_agent: {share: 0.1}",
    ],
)
def test_nobody_waits_on_the_line_of_deferred_work(desk, field):
    name = field.split(":")[0]
    assert f"queues.calls.{name}: nobody waits on the line: email is deferred; allowed: " in told(
        desk, EMAIL, ON_EMAIL, queue(field)
    )


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("closing: callback", "closing: nobody says how customers are called back; found 'callb"),
        ("transfers: [{to: calls, probability: 0.1}]", "transfers.0.to: hands over to its own q"),
        (
            "transfers: [{to: other, probability: 0.1, on_emotion: true}]",
            "transfers.0.on_emotion: nobody is ever found upset",
        ),
        (
            "transfers: [" + "{to: other, probability: 0.01}, " * 17 + "]",
            "transfers: too many; found",
        ),
        (
            "wrong_department: {probability: 0.1, to: {calls: 1}, after: 30s}",
            "wrong_department.to.calls: is the wrong queue itself; found 'calls'; allowed: other",
        ),
        (
            "second_channel: {to: other, probability: 0.1, after: 30s}",
            "second_channel.to: is on the same channel, voice; found 'other'; allowed: a queue on",
        ),
        ("priority_growth: 11", "priority_growth: out of range; found 11"),
    ],
)
def test_a_contact_that_leads_nowhere_is_refused(desk, field, message):
    assert f"queues.calls.{message}" in told(desk, queue(field), *other())


def test_a_second_channel_is_another_one(desk):
    loaded = desk.load(
        CHAT,
        queue("second_channel: {to: other, probability: 0.1, after: 30s}"),
        *other(", channel: chat"),
    )
    assert loaded.queues["other"].channel == "chat"


def test_contacts_handed_on_for_ever_are_refused(desk):
    back = ", transfers: [{to: calls, probability: 1}]"
    on = "transfers: [{to: other, probability: %s}]"
    both = told(desk, queue(on % 1), *other(back))
    assert "queues.calls.transfers: every contact is handed on for ever; found 'other'" in both
    assert "queues.other.transfers: every contact is handed on for ever; found 'calls'" in both
    assert desk.load(queue(on % 0.9), *other(back)).queues["calls"].transfers[0].probability == 0.9


SLOTS = "inventories: {slots: {releases: [{at: '%s', slots: 5%s}]}}\n"


def test_a_booking_says_when_those_come_back_who_found_nothing(desk):
    booking = queue("booking: {inventory: slots, sold_out_repeat: 0.5}")
    assert "booking.sold_out_repeat: nobody says when they come back; found 0.5" in told(
        desk, booking, more=SLOTS % ("08:00", "")
    )


def test_slots_that_are_never_released_are_refused(desk):
    two_days = ("days: 7", "days: 2")  # a Monday and a Tuesday
    message = "inventories.slots.releases: no slot is released within the horizon"
    assert message in told(desk, two_days, more=SLOTS % ("08:00", ", weekdays: [wed]"))
    assert message in told(desk, ("days: 7", "days: 1"), more=SLOTS % ("24:00", ""))


@pytest.mark.parametrize(
    ("knowledge", "message"),
    [
        ("changes: [2026-03-03]", "changes: means nothing without stale_accuracy"),
        ("stale_accuracy: 0.5, recovers_in: 1d", "stale_accuracy: means nothing without changes"),
        ("changes: [2026-03-03], stale_accuracy: 0.5", "stale_accuracy: nobody says how long it"),
    ],
)
def test_knowledge_goes_stale_by_a_change_and_recovers(line, knowledge, message):
    assert f"knowledge.{message}" in line(more=f"knowledge: {{accuracy: 0.9, {knowledge}}}\n")


def test_a_back_office_that_never_works_is_refused(line):
    stage = "{servers: 1, work: 5min, hours: {daily: closed}}"
    assert "back_office.depot.hours: never open within" in line(
        more=f"back_office: {{depot: {stage}}}\n"
    )


def test_a_segment_whose_skill_nobody_has_is_refused(line):
    assert line(more="segments: {north: {share: 0.1, skill: dialect}}\n").endswith(
        "segments.north.skill: no group has this skill; found 'dialect'; allowed: calls"
    )


def test_shares_of_segments_add_up_queue_by_queue(desk):
    apart = "segments: {a: {share: 0.6, queues: [calls]}, b: {share: 0.6, queues: [other]}}\n"
    assert len(desk.load(*other(), more=apart).segments) == 2


MENU = "ivr:\n  start: hello\n  nodes:\n    hello: {then: calls}\n"


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ("    lost: {then: calls}\n", "ivr.nodes.lost: no caller ever comes here; allowed: a way "),
        ("    a: {then: b}\n    b: {then: a}\n", "ivr.nodes.a: never reaches a queue: callers go"),
    ],
)
def test_a_menu_with_a_blind_alley_is_refused(desk, node, message):
    assert message in told(desk, more=MENU + node)


def test_a_caller_opts_out_to_a_queue(desk):
    more = MENU.replace("{then: calls}", "{then: two, opt_out: 0.1, opt_out_to: two}")
    assert "ivr.nodes.hello.opt_out_to: is a node; who opts out asks for a person" in told(
        desk, more=more + "    two: {then: calls}\n"
    )


def test_a_step_of_the_menu_where_everybody_hangs_up_is_an_end(desk):
    more = MENU.replace("{then: calls}", "{choose: {calls: 0.9, closed: 0.1}}")
    assert desk.load(more=more + "    closed: {hang_up: 1, then: closed}\n").ivr is not None


def elastic(text: str) -> str:
    return f"elasticity: [{{by: 5, {text}}}]\n"


RISES = "when: {contacts_waiting: 9}, until: {contacts_waiting: 3}"
SITES = "sites: {main: {seats: %s}, far: {}}\n"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (elastic(f"what: seats, {RISES}"), "elasticity.0: raises seats where none are counted; f"),
        (SITES % 9 + elastic(f"what: seats, {RISES}"), "found 'no site'; allowed: main"),
        (SITES % 9 + elastic(f"what: seats, site: far, {RISES}"), "found 'far'; allowed: main"),
        (elastic(f"what: lines, {RISES}"), "elasticity.0: raises lines where none are counted; "),
        (SITES % 9 + elastic(f"what: lines, site: main, {RISES}"), "allowed: sites.main.lines"),
        (
            elastic("what: lines, when: {}, until: {occupancy: 0.5}"),
            "elasticity.0.when: no figure at all; allowed: at least one of contacts_waiting, wait",
        ),
        (
            elastic("what: lines, when: {occupancy: 0.9}, until: {}"),
            "elasticity.0.until: no figure at all",
        ),
        (
            elastic("what: lines, when: {occupancy: 0.9}, until: {wait_over: 9s}"),
            "elasticity.0.until.wait_over: is not among the figures of when; allowed: occupancy",
        ),
        (
            elastic("what: lines, when: {occupancy: 0.8}, until: {occupancy: 0.9}"),
            "elasticity.0.until.occupancy: above the figure of when; found 0.9; allowed: at most",
        ),
        (SITES % 0, "sites.main.seats: nobody of desk can sit down; found 0; allowed: seats, or"),
    ],
)
def test_a_rule_that_raises_what_is_not_there_is_refused(desk, more, message):
    assert message in told(desk, more=more)


def test_no_seats_are_enough_where_a_rule_raises_them(desk):
    one = "sites: {main: {seats: 0}}\n" + elastic(f"what: seats, {RISES}")
    assert desk.load(more=one).sites["main"].seats == 0


def test_standby_people_are_called_by_a_figure_and_let_go_by_it(desk):
    standby = (
        "    standby: {people: 2, when: {contacts_waiting: 5}, until: {contacts_waiting: 6}}\n"
    )
    assert "groups.desk.standby.until.contacts_waiting: above the figure of when" in told(
        desk, (GROUP, GROUP + standby)
    )


def test_standby_people_whose_group_never_works_are_refused(desk):
    standby = (
        "    standby: {people: 2, when: {contacts_waiting: 5}, until: {contacts_waiting: 1}}\n"
    )
    never = "    hours: {daily: closed}\n"
    assert "groups.desk.hours: never open within" in told(desk, (GROUP, GROUP + standby + never))


def test_the_personal_agent_rule_needs_customers_with_an_agent(line):
    told = line(more="routing: {agent: personal_agent}\n")
    assert "routing.agent: nobody has an agent of their own; found 'personal_agent'" in told


CAMPAIGN = "campaigns: {{c: {{records: 9, window: '{}', queue: calls, pick_up: 0.5}}}}\n"


def test_a_campaign_outside_the_hours_of_its_queue_is_refused(desk, line):
    told = line(more=CAMPAIGN.format("21:00-23:00"))
    assert "campaigns.c.window: lies outside the hours of queue 'calls' on every day" in told
    assert "found '21:00-23:00'; allowed: a window in which queue and" in told
    assert desk.load(more=CAMPAIGN.format("19:00-23:00")).campaigns["c"].wrong_party_talk == 20


def test_a_campaign_outside_the_hours_of_every_group_is_refused(desk):
    morning = (GROUP, GROUP + '    hours: {daily: "08:00-12:00"}\n')
    message = "campaigns.c.window: lies outside the hours of every group that serves it"
    assert message in told(desk, morning, more=CAMPAIGN.format("13:00-15:00"))
    assert desk.load(morning, more=CAMPAIGN.format("11:00-15:00")).campaigns


def test_a_campaign_dials_on_voice(desk):
    chat = ("    talk: {exponential: {mean: 4min}}", "    channel: chat\n    talk: 4min")
    assert "campaigns.c.queue: is on channel chat, which is not dialled; found 'calls'" in told(
        desk, CHAT, chat, more=CAMPAIGN.format("09:00-12:00")
    )


@pytest.mark.parametrize(
    ("changes", "notice", "message"),
    [
        ((), "at: '21:00', within: 1h, prevents: 0.1", "it is never open in the time over which"),
        ((("calls: 60", "calls: 0"),), "at: '09:00', prevents: 0.1", "it has no contacts to prev"),
        ((("rates: {calls: 60}", "log: a.csv"),), "at: '09:00', causes: 0.1", "takes its contacts"),
    ],
)
def test_a_notice_for_a_queue_it_cannot_change_is_refused(desk, changes, notice, message):
    more = f"notices: {{n: {{messages: 100, queue: calls, {notice}}}}}\n"
    found = told(desk, *changes, more=more)
    assert f"notices.n.queue: cannot be changed: it {message.removeprefix('it ')}" in found


@pytest.mark.parametrize(
    ("demand", "message"),
    [
        ("measured_at: door", "measured_at: there is no door: no menu decides the queue; found 'd"),
        (
            "uncertainty: {day_factor: {gamma: {mean: 1.1, cv: 0.2}}}",
            "uncertainty.day_factor: its mean is not 1: it would move demand, not only spread it; "
            "found 1.1",
        ),
        (
            "surges: [{name: x, start: 1h, duration: 1h, uplift: 2, queues: [cals]}]",
            "surges.0.queues.0: unknown queue; found 'cals'; did you mean 'calls'?",
        ),
        (
            "surges: [{name: x, start: 167h, duration: 2h, uplift: 2}]",
            "surges.0.start: the surge does not lie within the horizon; found '167 h to 169 h'",
        ),
        (
            "events: [{name: x, dates: [2026-03-03], uplift: 2, uplift_range: [3, 1]}]",
            "events.0.uplift_range: ends below its start; found [3.0, 1.0]",
        ),
    ],
)
def test_demand_that_contradicts_itself_is_refused(line, demand, message):
    assert f"demand.{message}" in line(("rates: {calls: 60}", f"rates: {{calls: 60}}\n  {demand}"))


@pytest.mark.parametrize(
    ("demand", "message"),
    [
        ("history: a.csv\n  uncertainty: {}", "uncertainty: only given rates lack uncertainty; a"),
        ("history: a.csv\n  arrivals: fixed", "arrivals: evenly spaced contacts need given rates"),
        (
            "log: a.csv\n  surges: [{name: x, start: 1h, duration: 1h, uplift: 2}]",
            "surges: a log holds the contacts that came; nothing is added to them; found 'log'",
        ),
    ],
)
def test_what_goes_with_given_rates_only_is_refused_elsewhere(line, demand, message):
    assert f"demand.{message}" in line(("rates: {calls: 60}", demand))


def test_a_queue_that_only_a_transfer_reaches_needs_no_rate(desk):
    loaded = desk.load(
        queue("transfers: [{to: other, probability: 0.1}]"),
        *other()[:2],
    )
    assert loaded.demand.rates == {"calls": 60}


VIPS = "segments: {vip: {share: 0.1%s}}\n"
KEPT = "routing: {reserve: [{group: desk, idle: %s, segments: [vip]}]}\n"
ON_DUTY = ("    employed: 20\n", "    employed: 20\n    on_duty: 5\n")
SECOND = (
    "shifts:\n",
    "  second:\n    skills: {calls: 1}\n    cost_per_hour: 30\nshifts:\n",
)


def kept(idle: int, vip: str = "") -> str:
    return VIPS % vip + KEPT % idle


def test_a_reserve_that_leaves_nobody_for_the_others_is_refused(desk):
    message = (
        "routing.reserve.0.idle: only vip would ever be served in calls: desk never has more than "
        "5; found 5; allowed: fewer than there are, or another group that serves the others"
    )
    assert message in told(desk, ON_DUTY, more=kept(5))
    assert "found 9" in told(desk, ON_DUTY, more=kept(9))
    assert desk.load(ON_DUTY, more=kept(4)).routing.reserve[0].idle == 4


def test_the_most_that_are_ever_there_count_for_a_reserve(desk):
    by_time = ("    employed: 20\n", "    on_duty: [['00:00', 2], ['12:00', 6]]\n")
    assert "desk never has more than 6; found 6" in told(desk, by_time, more=kept(6))
    desk.load(by_time, more=kept(5))
    standby = (
        "    employed: 20\n",
        "    on_duty: 5\n    standby: {people: 2, when: {contacts_waiting: 3}, "
        "until: {contacts_waiting: 0}}\n",
    )
    assert "desk never has more than 7" in told(desk, standby, more=kept(7))
    desk.load(standby, more=kept(6))
    # Who is planned is bounded by who is employed, if at all.
    assert "desk never has more than 20" in told(desk, more=kept(20))
    desk.load(("    employed: 20\n", ""), more=kept(20))
    desk.load(("    employed: 20\n", "    on_duty: 0\n"), more=kept(1))


def test_another_group_may_serve_those_a_reserve_keeps_out(desk):
    assert len(desk.load(ON_DUTY, SECOND, more=kept(5)).groups) == 2
    both = (
        "    employed: 20\n    on_duty: 5\n",
        SECOND[1].replace("cost", "on_duty: 3\n    cost"),
    )
    reserves = (
        VIPS % "" + "routing: {reserve: [{group: desk, idle: 5, segments: [vip]}, "
        "{group: second, idle: 3, segments: [vip]}]}\n"
    )
    text = told(desk, (ON_DUTY[0], both[0]), ("shifts:\n", both[1]), more=reserves)
    assert "routing.reserve.0.idle" in text
    assert "routing.reserve.1.idle: only vip would ever be served in calls: second never" in text


def test_a_reserve_matters_only_where_others_ask(desk):
    assert desk.load(ON_DUTY, more=kept(5, ", queues: [calls]").replace("0.1", "1"))
    # Those of another queue are kept out, those of this one are all VIPs.
    text = told(desk, ON_DUTY, *other(), more=kept(5, ", queues: [calls]").replace("0.1", "1"))
    assert "only vip would ever be served in other: desk" in text
    # Others who ask for a skill the group does not have are not its business.
    chinese = VIPS.replace("}}", "}, chinese: {share: 0.9, skill: chinese}}") % ""
    speak = SECOND[1].replace("calls: 1", "chinese: 1")
    desk.load(ON_DUTY, ("shifts:\n", speak), more=chinese + KEPT % 5)


def test_agents_who_have_several_contacts_at_once_pass_by_a_reserve(desk):
    by_chat = ("    talk: {exponential: {mean: 4min}}", "    channel: chat\n    talk: 4min")
    desk.load(ON_DUTY, CHAT, by_chat, more=kept(5))
    alone = (ON_DUTY[0], ON_DUTY[1] + "    concurrency: {chat: 1}\n")
    assert "only vip would ever be served in calls" in told(
        desk, alone, CHAT, by_chat, more=kept(5)
    )


def test_interruptible_work_and_agents_of_their_own_pass_by_a_reserve(desk):
    emails = ("channels:\n", "channels:\n  email: {deferred: true, interruptible: true}\n")
    text = told(desk, ON_DUTY, emails, *other(", channel: email"), more=kept(5))
    assert "only vip would ever be served in other: desk" in text
    desk.load(ON_DUTY, queue("personal_agent: {share: 0.5, wait: 1min}"), more=kept(5))


def demand(text: str) -> tuple[str, str]:
    return ("  rates: {calls: 60}\n", f"  rates: {{calls: 60}}\n{text}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "  events: [{name: x, dates: [2026-03-04]}]\n",
            "demand.events.0.uplift: there is no history to learn it from",
        ),
        (
            "  events: [{name: x, dates: [2026-03-04], uplift: 2, fades: 3}]\n",
            "demand.events.0.fades: goes with an uplift that is learned",
        ),
        (
            "  adjustments: [{dates: [2026-03-04], queue: calls, factor: 2, reason: x}]\n",
            "demand.adjustments: only a forecast can be adjusted",
        ),
        (
            "  adjustments: [{dates: [2026-03-04], queue: calls, reason: x}]\n",
            "demand.adjustments.0.factor: says nothing, or two things",
        ),
        ("  calendar_file: days.csv\n", "demand.calendar: needed by open_on, closed_on and"),
        ("  profile: day.csv\n", "demand.profile: goes with a file of counts"),
        (
            "  cold_start: {calls: {customers: 10, contact_rate: 1, profile: finance}}\n",
            "demand: exactly one source of contacts is needed",
        ),
    ],
)
def test_what_belongs_to_a_forecast_is_refused_without_one(desk, text, message):
    assert message in told(desk, demand(text))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("customers: 0, contact_rate: 1, profile: finance", "customers: nobody would call"),
        (
            "customers: 9, contact_rate: 1, profile: finance, range: [2, 3]",
            "range: does not hold 1, the volume itself",
        ),
        ("customers: 9, contact_rate: 1, profile: 'queue:cals'", "profile: unknown queue"),
    ],
)
def test_a_cold_start_that_cannot_be_is_refused(desk, settings, message):
    cold = ("  rates: {calls: 60}\n", f"  cold_start: {{calls: {{{settings}}}}}\n")
    assert message in told(desk, cold)
