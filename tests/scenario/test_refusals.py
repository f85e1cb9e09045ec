"""Fields and what they say of each other: each mistake is one line a planner can act on."""

from __future__ import annotations

import pytest


def test_a_misspelt_field_is_refused_with_its_line_and_the_nearest_name(line):
    told = line(("employed: 20", "emploied: 20"))
    assert told.startswith(
        "small.yaml:16: groups.desk.emploied: unknown field; did you mean 'employed'?; allowed: "
        "skills, site, employed,"
    )


def test_a_misspelt_section_is_refused_with_the_nearest_name(line):
    assert "quues: unknown field; did you mean 'queues'?" in line(more="quues: {}\n")


def test_every_mistake_is_told_in_one_run_in_the_order_of_the_file(desk):
    told = desk.lines(
        ("Europe/Paris", "Europe/Pari"),
        ("employed: 20", "emploied: 20"),
        ("lengths: [4h, 8h]", "lengths: [4h, 25h]"),
        ("skills: {calls: 1}", "skills: {cals: 1}"),
    )
    assert [entry.split(": ")[0] for entry in told] == [
        "small.yaml:2",
        "small.yaml:10",
        "small.yaml:15",
        "small.yaml:16",
        "small.yaml:19",
    ]


WRONG_TYPES = {
    "groups.desk.cost_per_hour: not a number; found 'thirty'": (
        "cost_per_hour: 30",
        "cost_per_hour: thirty",
    ),
    "groups.desk.employed: not a whole number; found 2.5": ("employed: 20", "employed: 2.5"),
    "groups.desk.employed: not a whole number; found True": ("employed: 20", "employed: true"),
    "groups.desk.employed: out of range; found -1": ("employed: 20", "employed: -1"),
    "hours: not a section; found '08:00-20:00'; allowed: a section with always, daily": (
        '{daily: "08:00-20:00"}',
        '"08:00-20:00"',
    ),
    "hours.daily: not a time of day; found '8-20'": ("08:00-20:00", "8-20"),
    "hours.daily: opening hours without length": ("08:00-20:00", "08:00-08:00"),
    "hours.daily: 24:00 is the end of a day": ("08:00-20:00", "24:00-06:00"),
    "hours.daily: opening hours overlap": (
        '"08:00-20:00"',
        '["08:00-14:00", "13:00-20:00"]',
    ),
    "horizon.start: not a date; found '2026-02-30'": ("2026-03-02", "2026-02-30"),
    "horizon.start: not between 1900 and 2199; found 9999-12-30": ("2026-03-02", "9999-12-30"),
    "horizon.days: out of range; found 1000000000; allowed: at most 3660": (
        "days: 7",
        "days: 1000000000",
    ),
    "horizon.days: nought is not allowed here": ("days: 7", "days: 0"),
    "queues: not a section": (
        "calls:\n    talk: {exponential: {mean: 4min}}\n    target: {service_level: 0.8}\n",
        "[calls]\n",
    ),
    "queues.calls.talk: negative, or longer than thirty years": ("4min", "'" + "9" * 400 + "s'"),
    "queues.calls.talk: not a duration": ("4min", "4 mins"),
    "queues.calls.talk: duration 'exponental' is not known": ("exponential", "exponental"),
    "queues.calls.talk: exponential needs its parameters by name": ("{mean: 4min}", "[4min]"),
    "queues.calls.target.service_level: out of range; found 80; allowed: a fraction above 0 and "
    "below 1": ("service_level: 0.8", "service_level: 80"),
    "queues.calls.target.service_level: out of range; found 1": (
        "service_level: 0.8",
        "service_level: 1",
    ),
    "queues.calls.priority: not a whole number; found True": (
        "target:",
        "priority: true\n    target:",
    ),
    "queues.calls.priority: out of range; found 2000; allowed: at most 1000": (
        "target:",
        "priority: 2000\n    target:",
    ),
    "name: not text; found 2026-03-02; allowed: text; in quotes where": ("Small", "2026-03-02"),
    "groups.desk.skills: empty": ("skills: {calls: 1}", "skills: {}"),
    "groups.desk.skills.calls: not a skill; found 'yes'": ("{calls: 1}", "{calls: yes}"),
    "groups.desk.skills.calls: nought is not allowed here; found 0": ("{calls: 1}", "{calls: 0}"),
    "groups.desk.skills.calls.rnk: unknown field; did you mean 'rank'?": (
        "{calls: 1}",
        "{calls: {rnk: 1}}",
    ),
    "demand.rates.calls: out of range; found -60": ("calls: 60", "calls: -60"),
    "demand.rates.calls: the first step starts at nought": ("calls: 60", "calls: [[1h, 60]]"),
    "demand.rates.calls: steps start later and later": (
        "calls: 60",
        "calls: [[0h, 60], [2h, 30], [1h, 20]]",
    ),
    "demand.model: value not allowed; found 'multiplicativ'; did you mean 'multiplicative'?": (
        "rates: {calls: 60}",
        "history: a.csv\n  model: multiplicativ",
    ),
    "demand.columns.stat: unknown value; found 'stat'; did you mean 'start'?": (
        "rates: {calls: 60}",
        "history: a.csv\n  columns: {stat: When}",
    ),
    "demand.closed_on.0: value not allowed; found 5; allowed: a date such as 2026-11-09, or text": (
        "rates: {calls: 60}",
        "rates: {calls: 60}\n  calendar: US\n  closed_on: [5]",
    ),
    "shifts.lengths: empty": ("[4h, 8h]", "[]"),
}


@pytest.mark.parametrize("message", WRONG_TYPES)
def test_a_value_of_the_wrong_kind_is_refused_with_what_was_found_and_what_is_allowed(
    line, message
):
    told = line(WRONG_TYPES[message])
    assert message in told
    assert "; allowed: " in told


UPLIFT = "rates: {{calls: 60}}\n  events: [{{name: sale, dates: [2026-03-03], uplift: {}}}]"


@pytest.mark.parametrize(
    ("uplift", "message"),
    [
        ("big", "uplift: value not allowed; found 'big'; allowed: a number above nought, or a sec"),
        ("{calls: big}", "uplift.calls: not a number; found 'big'"),
        ("{cals: 2}", "uplift.cals: unknown queue; found 'cals'; did you mean 'calls'?"),
        ("0", "uplift: value not allowed; found 0; allowed: a number above nought"),
    ],
)
def test_a_field_that_takes_two_forms_is_refused_once_and_says_both(line, uplift, message):
    assert message in line(("rates: {calls: 60}", UPLIFT.format(uplift)))


def test_a_wrong_time_zone_is_refused_with_the_nearest_one(line):
    told = line(("Europe/Paris", "Europe/Pariss"))
    assert told.startswith("small.yaml:2: timezone: unknown time zone; found 'Europe/Pariss'; ")
    assert "did you mean 'Europe/Paris'?" in told


def test_a_required_field_that_is_missing_is_named(line):
    assert "queues.calls.talk: required field is missing; allowed: Time with the" in line(
        ("    talk: {exponential: {mean: 4min}}\n", "")
    )


def test_a_queue_no_group_serves_is_refused(line):
    told = line(
        ("calls: 60", "calls: 60, chats: 5"),
        ("groups:", "  chats: {talk: 5min}\ngroups:"),
    )
    assert told == (
        "small.yaml:13: queues.chats: no group can serve this queue; allowed: a group with "
        "'chats' among its skills"
    )


def test_a_group_nobody_can_be_served_by_is_refused(line):
    told = line(("shifts:", "  ghosts: {skills: {chats: 1}}\nshifts:"))
    assert "groups.ghosts.skills.chats: unknown queue; found 'chats'" in told


def test_a_queue_without_a_rate_is_refused(line):
    told = line(
        ("skills: {calls: 1}", "skills: {calls: 1, chats: 2}"),
        ("groups:", "  chats: {talk: 5min}\ngroups:"),
    )
    assert told.startswith("small.yaml:6: demand.rates: no rate for queue 'chats'")


@pytest.mark.parametrize(
    ("sources", "found"),
    [("calendar: FR", "no source"), ("rates: {calls: 60}\n  counts: a.csv", "rates, counts")],
)
def test_there_is_exactly_one_source_of_contacts(desk, sources, found):
    told = desk.lines(("rates: {calls: 60}", sources))[0]
    assert told.startswith("small.yaml:5: demand: exactly one source of contacts is needed")
    assert found.replace("no source", "none") in told


def test_only_a_forecast_has_quantiles(line):
    told = line(("rates: {calls: 60}", "rates: {calls: 60}\n  quantile: 0.8"))
    assert "demand.quantile: only a forecast has quantiles; found 'rates'" in told


@pytest.mark.parametrize("interval", ["7min", "90s", "5h", "1s"])
def test_an_interval_that_does_not_divide_a_day_is_refused(desk, interval):
    told = desk.lines(("interval: 30min", f"interval: {interval}"))
    assert told[0].startswith("small.yaml:3: horizon.interval: does not divide a day")


def test_intervals_longer_than_an_hour_are_for_days_of_24_hours(desk):
    long = ("interval: 30min", "interval: 2h")
    assert desk.load(long, ("lengths:", "starts: 2h\n  lengths:")).horizon.interval == 7200
    told = desk.lines(long, ("2026-03-02", "2026-03-23"))[0]
    assert "does not divide an hour, and the clock changes within the horizon" in told
    told = desk.lines(long, ("rates: {calls: 60}", "history: a.csv"))[0]
    assert "does not divide an hour, and a history is forecast in intervals of at most" in told


@pytest.mark.parametrize("hours", ["{daily: closed}", "{}", "{sat: closed, closed: [2026-03-02]}"])
def test_hours_that_never_open_are_refused(line, hours):
    told = line(('{daily: "08:00-20:00"}', hours))
    assert told.startswith("small.yaml:4: hours: never open within the horizon")


def test_more_on_duty_than_are_employed_is_refused(line):
    assert "groups.desk.on_duty: more on duty than are employed; found 21; allowed: at most 20" in (
        line(("employed: 20", "employed: 20\n    on_duty: 21"))
    )
    steps = "employed: 20\n    on_duty: [['00:00', 5], ['09:00', 21]]"
    assert "more on duty than are employed; found 21" in line(("employed: 20", steps))


@pytest.mark.parametrize(("room", "old"), [("queues", "  calls:\n"), ("groups", "  desk:\n")])
def test_the_name_of_the_total_is_not_free(desk, room, old):
    told = desk.lines((old, "  all:\n"))
    assert any(f"{room}.all: is the name of the total in every table" in entry for entry in told)


def test_contacts_take_time(line):
    told = line(("{exponential: {mean: 4min}}", "0s"))
    assert told.startswith("small.yaml:11: queues.calls.talk: takes no time, nor does wrap")


@pytest.mark.parametrize(
    ("shifts", "message"),
    [
        ("lengths: [25h]", "lengths.0: a shift longer than a day; found '25 h'"),
        ("lengths: [8h, 4h15min]", "lengths.1: not a multiple of horizon.interval"),
        ("lengths: [8h]\n  starts: 20min", "starts: not a grid of intervals; found '1200 s'"),
        ("lengths: [8h]\n  starts: 5h", "starts: not a grid of intervals"),
        ("lengths: [8h]\n  meal: {length: 20min}", "meal.length: not a multiple of horizon.int"),
        ("lengths: [8h]\n  meal: {between: [5h, 3h]}", "meal.between: ends before it starts"),
        (
            "lengths: [8h]\n  weekly: {max_hours: 6}",
            "lengths.0: longer than a person may work in a week; found '8 h paid'; allowed: at mo",
        ),
        (
            "lengths: [8h]\n  minimum_staff: {dsk: 2}",
            "minimum_staff.dsk: unknown group; found 'dsk'",
        ),
        ("lengths: [8h]\n  window: '20:00'", "window: not opening hours; found '20:00'"),
        ("lengths: [8h]\n  weekly: {days_off: 7}", "weekly.days_off: out of range; found 7"),
    ],
)
def test_shift_rules_nobody_can_work_by_are_refused(line, shifts, message):
    assert f"shifts.{message}" in line(("lengths: [4h, 8h]", shifts))


def test_an_unpaid_meal_does_not_count_against_the_hours_of_the_week(desk):
    shifts = "lengths: [9h]\n  meal: {length: 1h}\n  weekly: {max_hours: 8}"
    assert desk.load(("lengths: [4h, 8h]", shifts)).shifts.paid(9 * 3600) == 8 * 3600


MENU = """\
ivr:
  start: welcome
  nodes:
    welcome: {prompt: 12s, choose: {status: 0.4, calls: 0.6}}
    status: {prompt: 20s, then: welcome}
"""


def test_a_menu_that_leads_to_people_loads(desk):
    assert desk.load(more=MENU).ivr.start == "welcome"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{status: 0.4, calls: 0.6}", "{status: 1}", "never reaches a queue: callers go round for"),
        ("{status: 0.4, calls: 0.6}", "{status: 1, calls: 0}", "never reaches a queue: callers go"),
        ("calls: 0.6", "calls: 0.7", "welcome.choose: shares do not add up to 1; found 1.1"),
        ("calls: 0.6", "cals: 0.6", "unknown node or queue; found 'cals'; did you mean 'calls'?"),
        ("start: welcome", "start: welcom", "ivr.start: unknown node; found 'welcom'; did you me"),
        (", then: welcome", "", "status: leads nowhere or two ways; allowed: either choose or"),
        ("then: welcome", "then: welcome, opt_out: 0.1", "status.opt_out: leads nowhere; allowed"),
        ("status: {prompt", "calls: {prompt", "calls: is the name of a queue too"),
    ],
)
def test_a_menu_that_loses_callers_is_refused(desk, old, new, message):
    assert any(message in entry for entry in desk.lines(more=MENU.replace(old, new)))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            "segments: {a: {share: 0.6}, b: {share: 0.5}}\n",
            "segments: shares add up to more than 1",
        ),
        ("segments: {a: {share: 0.6, queues: [cals]}}\n", "segments.a.queues.0: unknown queue"),
        ("routing: {overflow: [{queue: calls, after: 1min, to: dsk}]}\n", "unknown group; found"),
        ("routing: {reserve: [{group: desk, idle: 1, segments: [vip]}]}\n", "unknown segment"),
        ("campaigns: {a: {records: 9, window: '09:00-12:00', queue: x, pick_up: 1}}\n", "queue: u"),
        (
            "sites: {paris: {seats: 9}}\n",
            "groups.desk.site: unknown site; found 'main'; allowed: p",
        ),
        ("sources: {queues.calls.tlk: {source: x, quality: A}}\n", "did you mean 'talk'?; allowed"),
        ("sources: {queues.chats.talk: {source: x, quality: A}}\n", "names a field the scenario d"),
        ("sources: {shifts.lengths.2: {source: x, quality: A}}\n", "found '2'; allowed: 0, 1"),
        ("sources: {horizon.days: {source: x, quality: Z}}\n", "unknown value; found 'Z'; allowed"),
        ("contract: {tariff: 5}\n", "contract.tariff: value not allowed; found 5; allowed: text"),
        ("contract: {tariff: [5]}\n", "contract.tariff.0: not text; found 5"),
        ("overrides: {late: [1]}\n", "overrides.late: not a section; found [1]"),
    ],
)
def test_names_and_sums_across_sections_are_checked(line, more, message):
    assert message in line(more=more)


def test_a_source_may_name_an_entry_of_a_list(desk):
    named = desk.load(more="sources: {shifts.lengths.1: {source: house rule, quality: A}}\n")
    assert named.sources["shifts.lengths.1"].source == "house rule"


def test_wrong_department_shares_add_up_to_one(desk):
    told = desk.lines(
        (
            "target: {service_level: 0.8}",
            "wrong_department: {probability: 0.1, to: {calls: 0.9}, after: 30s}",
        )
    )
    assert any("wrong_department.to: shares do not add up to 1; found 0.9" in t for t in told)
