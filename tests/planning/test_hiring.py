"""Months ahead: hires with training and attrition, at least cost, against closed forms."""

from __future__ import annotations

import math
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import ccsim.cli.planning  # noqa: F401 - registers the command
from ccsim.cli.shared import app
from ccsim.errors import OptionError, ScenarioError
from ccsim.planning import HiringPlan, hiring_plan
from ccsim.planning.hiring_model import Team, hired
from ccsim.planning.months import hours_of
from ccsim.scenario import Scenario
from ccsim.staffing import require
from tests.conftest import made_scenario

YEAR = [f"2026-{month:02d}" for month in range(1, 13)]


def centre(attrition: float = 0.0, contract: Any = None, **hiring: Any) -> Scenario:
    group = {"skills": {"calls": 1}, "on_duty": 5, "cost_per_hour": 20, "attrition": attrition}
    sections = {} if contract is None else {"contract": contract}
    calls = {"talk": "3min", "patience": "5min", "target": {"service_level": 0.8, "within": "20s"}}
    groups = {"team": group | {"hiring": hiring}}
    return made_scenario(groups=groups, queues={"calls": calls}, **sections)


def need(people: list[float], months: list[str] = YEAR) -> pd.DataFrame:
    return pd.DataFrame({"month": months[: len(people)], "group": "team", "fte": people})


def planned(scenario: Scenario, people: list[float], heads: float) -> HiringPlan:
    return hiring_plan(scenario, need(people), heads={"team": heads}, gap=0)


def test_a_constant_requirement_is_met_by_replacing_those_who_leave() -> None:
    """Without training time it is best to hire as late as possible, and only whole people."""
    stays, heads, expected = 0.7 ** (1 / 12), 100.0, [0]
    for _ in YEAR[1:]:
        heads *= stays
        expected.append(math.ceil(100 - heads - 1e-9))
        heads += expected[-1]
    made = planned(centre(attrition=0.3, cost=1000), [100] * 12, 100)
    assert made.hires["hires"].tolist() == expected
    assert sum(expected) == pytest.approx(11 * 100 * (1 - stays), abs=1)
    assert made.hires["short"].max() < 1e-9
    assert made.gap < 1e-9


@pytest.mark.parametrize("lead", [0, 1, 3])
def test_training_takes_hires_earlier_by_its_length(lead: int) -> None:
    made = planned(centre(lead_months=lead, cost=500), [10] * 6 + [14] * 6, 10)
    assert made.hires.loc[made.hires["hires"] > 0, "month"].astype(str).tolist() == [YEAR[6 - lead]]
    assert made.hires["hires"].sum() == 4
    assert made.hires.loc[made.hires["trained"] > 0, "month"].astype(str).tolist() == [YEAR[6]]


def test_people_in_training_are_paid_and_do_no_work() -> None:
    made = planned(centre(lead_months=2), [10] * 3 + [11] * 3, 10)
    own = made.hires.set_index(made.hires["month"].astype(str))
    assert own["heads"].tolist() == [10, 11, 11, 11, 11, 11]
    assert own["productive"].tolist() == [10, 10, 10, 11, 11, 11]
    wages = own["heads"] * [20 * hours_of(centre(), "team", month) for month in own["month"]]
    np.testing.assert_allclose(own["cost"], wages)
    assert made.cost == pytest.approx(wages.sum())


def test_new_people_work_less_at_first() -> None:
    made = planned(centre(ramp=[0.5, 0.75], shortage=50), [0, 4, 4, 4], 0)
    first = made.hires.iloc[0]
    assert first["hires"] > 0  # four at half the work would not be enough in the second month
    assert made.hires["short"].max() < 1e-9
    work, hires = [0.5, 0.75, 1.0, 1.0], made.hires["hires"].to_numpy()
    expected = [sum(hires[j] * work[m - j] for j in range(m + 1)) for m in range(4)]
    np.testing.assert_allclose(made.hires["productive"], expected)


def test_without_hires_a_year_s_attrition_is_what_it_says() -> None:
    nobody = need([0.0] * 13, [*YEAR, "2027-01"])
    made = hiring_plan(centre(attrition=0.25), nobody, heads={"team": 80})
    assert made.hires["heads"].iloc[12] == pytest.approx(80 * 0.75)
    assert made.hires["hires"].sum() == 0


def test_months_before_anybody_can_be_trained_are_named() -> None:
    made = planned(centre(lead_months=3), [12] * 6, 10)
    assert made.hires["short"].tolist() == pytest.approx([2, 2, 2, 0, 0, 0])
    (note,) = made.notes
    assert note.startswith("team: 2026-01, 2026-02, 2026-03 cannot be met: who is hired in 2026-01")
    assert "works from 2026-04 on; at most 2.0 people are missing" in note


def test_months_that_too_few_hires_a_month_leave_short_are_named() -> None:
    made = planned(centre(most_per_month=2), [15] * 4, 10)
    assert made.hires["hires"].tolist() == [2, 2, 1, 0]
    assert made.notes[0].startswith("team: 2026-01, 2026-02 cannot be met with 2 hires a month")


def test_nobody_is_hired_who_costs_more_than_what_is_missing() -> None:
    made = planned(centre(shortage=0.5), [11] * 6, 10)
    assert made.hires["hires"].sum() == 0
    assert "are left short, which costs less than to fill" in made.notes[0]


def test_work_is_given_away_or_done_overtime_where_that_is_cheaper() -> None:
    peak = [10.0] * 5 + [11.0] + [10.0] * 6
    assert planned(centre(shortage=50), peak, 10).hires["hires"].sum() == 1
    over = planned(centre(overtime=0.1), peak, 10).hires
    assert over["hires"].sum() == 0
    assert over["overtime"].sum() == pytest.approx(1)
    away = planned(centre(outsourcing=25, overtime=0.05), peak, 10).hires
    assert away["outsourced"].sum() == pytest.approx(1)  # 25 an hour is less than 20 · 1.5


def test_nobody_is_let_go_unless_it_is_allowed() -> None:
    assert planned(centre(), [10, 5, 5], 10).hires["heads"].tolist() == [10, 10, 10]
    made = planned(centre(layoffs=True, layoff_cost=100), [10, 5, 5], 10).hires
    assert made["laid_off"].tolist() == [0, 5, 0]
    assert made["heads"].tolist() == [10, 5, 5]


def test_people_in_training_cannot_be_let_go_as_if_they_worked() -> None:
    made = planned(centre(layoffs=True, lead_months=2), [0, 0, 3], 0).hires
    assert made["hires"].tolist() == [3, 0, 0]
    assert made["laid_off"].sum() == 0


def brute_force(team: Team, most: int) -> float:
    """Try every number of hires each month; what is missing is filled the cheapest way."""
    best, months = math.inf, len(team.required)
    for hires in product(range(most + 1), repeat=months):
        cost = team.hire * sum(hires)
        for m in range(months):
            heads = team.heads * team.stays**m
            work = heads
            for j in range(m + 1):
                left = hires[j] * team.stays ** (m - j)
                heads, work = heads + left, work + left * team.work(m - j)
            missing = max(team.required[m] - work, 0.0)
            ways = [(team.overtime_price[m], team.overtime * work), (team.short[m], math.inf)]
            if team.outsourced is not None:
                ways.append((team.outsourced[m], math.inf))
            cost += heads * team.wage[m]
            for price, limit in sorted(ways):
                done = min(missing, limit)
                cost, missing = cost + price * done, missing - done
        best = min(best, cost)
    return best


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("solver", ["CBC", "HiGHS"])
def test_no_other_hires_cost_less(seed: int, solver: Any) -> None:
    random = np.random.default_rng(seed)
    months = 4
    wage = random.uniform(1, 2, months)
    team = Team(
        heads=float(random.integers(0, 6)),
        stays=float(random.uniform(0.7, 1)),
        lead=int(random.integers(0, 3)),
        ramp=tuple(random.uniform(0.3, 1, random.integers(0, 2))),
        required=random.uniform(0, 7, months),
        wage=wage,
        hire=float(random.uniform(0, 3)),
        most=3,
        overtime=float(random.uniform(0, 0.3)),
        overtime_price=1.5 * wage,
        outsourced=random.uniform(1, 6) * wage if seed % 2 else None,
        short=5 * wage,
        layoff=None,
    )
    found = hired(team, 30, solver, 0)
    assert found.solution.objective == pytest.approx(brute_force(team, 3), rel=1e-6)
    assert found.cost.sum() == pytest.approx(found.solution.objective, rel=1e-6)


# What is needed


def test_hours_become_people_by_the_contract_and_the_days_of_the_month() -> None:
    hours = pd.DataFrame({"month": ["2026-01", "2026-02"], "group": "team", "hours": [1000, 1000]})
    made = hiring_plan(centre(), hours, heads={"team": 10})
    np.testing.assert_allclose(made.hires["required"], [1000 / (40 * 31 / 7), 1000 / (40 * 4)])


def test_a_requirement_is_carried_on_with_growth_and_the_yearly_profile(tmp_path: Path) -> None:
    profile = tmp_path / "year.csv"
    index = [100.0] * 11 + [150.0]
    pd.DataFrame({"month": range(1, 13), "index": index}).to_csv(profile, index=False)
    contract = {
        "start": "2026-12-01",
        "months": 2,
        "growth": 0.21,
        "yearly_profile": str(profile),
    }
    scenario = centre(contract=contract)
    needed = require(scenario)
    made = hiring_plan(scenario, needed, heads={"team": 20}).hires
    weekly = needed.table["scheduled"].sum() * 0.5 * 7  # the horizon is one day
    assert made["month"].astype(str).tolist() == ["2026-12", "2027-01"]
    expected = [weekly / 40 * 1.21 ** (11 / 12) * 1.5, weekly / 40 * 1.21]
    np.testing.assert_allclose(made["required"], expected)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (need([1]).drop(columns="fte"), "allowed: month, group, and fte or hours"),
        (need([1]).assign(group="crew"), "unknown group 'crew'; allowed: team"),
        (need([-1]), "allowed: a number, 0 or more"),
        (need([1]).assign(month="soon"), "allowed: a month such as"),
        (pd.concat([need([1]), need([2])]), "twice"),
        (need([1, 2, 3]).drop(index=1), "no requirement for 'team' in 2026-02"),
    ],
)
def test_a_requirement_that_cannot_be_is_refused(table: pd.DataFrame, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        hiring_plan(centre(), table, heads={"team": 1})


def test_what_nobody_says_is_asked_for() -> None:
    with pytest.raises(ScenarioError, match="allowed: employed, or heads="):
        hiring_plan(centre(), need([1]))
    with pytest.raises(OptionError, match="allowed: start= and months="):
        hiring_plan(centre(), require(centre()), heads={"team": 1})
    with pytest.raises(OptionError, match="heads of 'crew'; allowed: team"):
        hiring_plan(centre(), need([1]), heads={"crew": 1})


def test_a_profile_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "year.csv").write_text("month,index\n1,100\n")
    contract = {"start": "2026-12-01", "months": 2, "yearly_profile": str(tmp_path / "year.csv")}
    scenario = centre(contract=contract)
    with pytest.raises(ScenarioError, match="is no yearly profile"):
        hiring_plan(scenario, require(scenario), heads={"team": 1})


def test_the_shell_plans_hires(tmp_path: Path) -> None:
    (tmp_path / "centre.yaml").write_text(
        "name: desk\n"
        "horizon: {start: 2026-01-05, days: 1}\n"
        "demand: {rates: {calls: 60}}\n"
        "queues: {calls: {talk: 3min}}\n"
        "groups: {team: {skills: {calls: 1}, employed: 10, cost_per_hour: 20, attrition: 0.3}}\n"
    )
    need([10] * 12).to_csv(tmp_path / "need.csv", index=False)
    arguments = ["hire", str(tmp_path / "centre.yaml"), "--requirement", str(tmp_path / "need.csv")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "team: 4 hires" in result.output or "team: 3 hires" in result.output
