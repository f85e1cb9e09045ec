"""Schedules draw themselves."""

from __future__ import annotations

import datetime as dt

import pytest

from ccsim.errors import OptionError
from ccsim.scheduling import schedule
from ccsim.text import labels

from .made import centre, needs


@pytest.fixture(scope="module")
def two_days():
    scenario = centre({"lengths": ["4h"]}, hours="08:00-12:00", days=2)
    return schedule(scenario, needs(scenario, {"08:00": 2}))


def test_the_gantt_is_of_the_busiest_day_or_of_the_one_asked_for(two_days):
    assert "Mon 03-02" in two_days.gantt().layout.title.text
    assert "Tue 03-03" in two_days.gantt("2026-03-03").layout.title.text
    assert two_days.gantt(dt.date(2026, 3, 3)) == two_days.gantt("2026-03-03")


def test_a_date_without_shifts_or_no_date_is_refused(two_days):
    with pytest.raises(OptionError, match="no shift starts on 2026-03-04; allowed: dates from"):
        two_days.gantt("2026-03-04")
    with pytest.raises(OptionError, match="allowed: as '2026-11-09'"):
        two_days.gantt("3 March")


def test_the_heat_map_speaks_the_reader_s_language(two_days):
    assert "不缺人" in two_days.heat_map(labels("zh")).layout.title.text
