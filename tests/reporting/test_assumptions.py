from __future__ import annotations

from ccsim.reporting import Facts
from ccsim.reporting.assumptions import first_lines, inputs
from ccsim.text import labels


def test_sourced_inputs_show_the_value_as_written(facts: Facts) -> None:
    patience = next(item for item in inputs(facts.scenario) if item.path == "queues.sales.patience")
    assert patience.value == "{exponential: {mean: 2min}}"
    assert patience.quality == "assumption"
    assert patience.range == "1min … 4min"


def test_inputs_nobody_vouches_for_are_listed_even_where_the_file_is_silent(facts: Facts) -> None:
    unsourced = {item.path: item.value for item in inputs(facts.scenario) if item.quality == "none"}
    assert unsourced == {
        "queues.sales.wrap": "30s",
        "queues.care.talk": "{exponential: {mean: 180s}}",
        "queues.care.wrap": None,
        "queues.care.patience": None,
        "groups.seniors.shrinkage": "0.1",
        "groups.seniors.cost_per_hour": "50",
        "groups.juniors.shrinkage": None,
        "groups.juniors.cost_per_hour": "40",
    }


def test_a_source_for_a_section_vouches_for_the_fields_in_it(facts: Facts) -> None:
    sources = {"queues.care.talk.exponential.mean": {"source": "log", "quality": "A"}}
    scenario = facts.scenario.change({"sources": sources})
    sourced, *unsourced = inputs(scenario)
    assert sourced.value == "180s"
    assert "queues.care.talk" not in {item.path for item in unsourced}


def test_the_first_lines_name_assumptions_and_what_other_handle_times_would_do(
    facts: Facts,
) -> None:
    assumed, unsourced, at_aht = first_lines(facts.scenario, facts.at_aht, labels("en"))
    assert assumed[1] == "queues.sales.patience"
    assert "groups.juniors.shrinkage" in unsourced[1]
    label = "Service level at AHT −10% / ±0% / +10% (same 3 runs)"
    assert at_aht == (label, "90.0% / 80.0% / 60.0%")
