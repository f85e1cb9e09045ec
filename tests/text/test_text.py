from __future__ import annotations

from importlib.resources import files
from string import Formatter

import pytest

from ccsim.errors import OptionError
from ccsim.simulation.breakdown import FAIR_ACROSS
from ccsim.simulation.kpis import (
    AGENT_KPIS,
    COST_KPIS,
    TICKET_KPIS,
    WAIT_QUANTILES,
    contact_kpis,
)
from ccsim.text import labels


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_catalogues_have_the_same_keys_with_the_same_fields() -> None:
    english, chinese = labels("en"), labels("zh")
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert fields(text) == fields(chinese[key]), key


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_catalogue_is_flat_text_sorted_by_key(language: str) -> None:
    lines = files("ccsim.text").joinpath(f"{language}.yaml").read_text("utf-8").splitlines()
    keys = [line.split(":")[0] for line in lines if line and not line.startswith(("#", " "))]
    assert keys == sorted(labels(language))
    assert all(isinstance(text, str) and text for text in labels(language).values())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kpi_has_a_label(language: str) -> None:
    kpis = {
        *contact_kpis("served_over_offered"),
        *AGENT_KPIS,
        *COST_KPIS,
        *TICKET_KPIS,
        *WAIT_QUANTILES,
        *(f"fairness_{kind}" for kind in FAIR_ACROSS.values()),
        "longest_wait",
        "intervals_meeting_target",
        "days_meeting_target",
        "lines_peak",
        "lines_p99",
    }
    labelled = {key.removeprefix("kpi.") for key in labels(language) if key.startswith("kpi.")}
    assert labelled == kpis


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(OptionError, match="allowed: en, zh"):
        labels("fr")
