from __future__ import annotations

from dataclasses import replace

import pytest

from ccsim.reporting import Facts, summary
from ccsim.reporting.headline import headline
from ccsim.reporting.wording import clipped, padded, width
from ccsim.text import labels


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_summary_fits_on_one_screen(facts: Facts, language: str) -> None:
    lines = summary(facts, labels(language)).splitlines()
    assert len(lines) <= 24
    assert max(map(width, lines)) <= 100


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_summary_begins_with_name_assumptions_and_other_handle_times(
    facts: Facts, language: str
) -> None:
    words = labels(language)
    lines = summary(facts, words).splitlines()
    assert lines[0] == facts.scenario.name
    assert lines[1].startswith(words["assumptions.assumed"])
    assert lines[2].startswith(words["assumptions.unsourced"])
    assert "90.0% / 80.0% / 60.0%" in next(line for line in lines[3:] if line[0] != " ")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_values_line_up_whatever_the_script(facts: Facts, language: str) -> None:
    words = labels(language)
    lines = summary(facts, words).splitlines()
    rows = headline(facts, words)
    ends = set()
    for row in rows:
        line = next(line for line in lines if line.startswith(f"  {row.label} "))
        ends.add(width(line[: line.index(row.value, len(row.label) + 2)] + row.value))
    assert len(ends) == 1


def test_a_name_cannot_break_out_of_its_line(facts: Facts) -> None:
    scenario = facts.scenario.change({"name": "a\nb\x1b[2J" + "长" * 90})
    first = summary(replace(facts, scenario=scenario), labels("en")).splitlines()[0]
    assert "\x1b" not in first
    assert first.startswith("a b")
    assert width(first) <= 100


def test_chinese_characters_take_two_columns() -> None:
    assert width("AHT 时长") == 8
    assert padded("时长", 6) == "时长  "
    assert clipped("平均处理时长", 7) == "平均处…"


def test_a_long_list_of_inputs_goes_on_in_a_second_line_and_no_further(facts: Facts) -> None:
    assumed = {"source": "guess", "quality": "assumption"}
    paths = (
        "queues.sales.talk",
        "queues.sales.wrap",
        "queues.sales.patience",
        "queues.sales.target.within",
        "queues.sales.target.service_level",
        "queues.care.talk",
        "queues.care.target.within",
        "groups.seniors.shrinkage",
        "groups.seniors.cost_per_hour",
        "groups.juniors.cost_per_hour",
    )
    sources = dict.fromkeys(paths, assumed)
    scenario = facts.scenario.change({"sources": sources})
    lines = summary(replace(facts, scenario=scenario), labels("en")).splitlines()
    assert lines[1].endswith(",")
    assert lines[2].endswith(", …")
    assert len(lines) <= 24
    assert max(map(width, lines)) <= 100
