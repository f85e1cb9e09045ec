"""Agents found by simulation, beside what exhaustive search finds and what closed forms say."""

from __future__ import annotations

import time
from itertools import product
from pathlib import Path

import ccsim
from benchmarks.measure import heading, peak_gib
from ccsim.queueing import agents_for
from ccsim.scenario import Scenario
from ccsim.staffing import Requirement, require
from tests.staffing.made import two_skills, worst_margin
from tests.truth.cases import day_b

ROOT = Path(__file__).parents[1]
TARGETS = {f"queues.{queue}.target.scope": "day" for queue in ("one", "two", "three")}
DEAR = 1.3
# Replications with which all mixes are tried, none of which a search has seen.
UNSEEN = range(1000, 1100)


def main() -> None:
    """Print every figure on requirements."""
    _two_skills()
    _day_b()
    _bank()
    _one_step()


def _timed(scenario: Scenario, time_limit: float = 30) -> Requirement:
    before = time.perf_counter()
    found = require(scenario, method="simulation", time_limit=time_limit)
    wall = time.perf_counter() - before
    rows = found.proof.promises if found.proof else None
    assert rows is not None
    print(
        f"{wall:6.1f} s; promises met {rows['met'].sum()} of {len(rows)}, proven "
        f"{rows['proven'].sum()}; lowest {rows['mean'].min():.4f}",
        flush=True,
    )
    return found


def _heads(found: Requirement) -> dict[str, int]:
    return {str(k): int(v) for k, v in found.table.groupby("group")["net_whole"].max().items()}


def _two_skills() -> None:
    heading(
        "Two skills of 10 Erlangs, infinitely patient, 80/20 on each, headcount steady for 8 h "
        "(asked: 24 in all, the pooled Erlang C minimum)"
    )
    print(f"Erlang C: pooled {agents_for(400, 180)}, apart {2 * agents_for(200, 180)}")
    found = _timed(two_skills())
    print(f"found {_heads(found)}: {sum(_heads(found).values())} in all")
    print(f"flexible agents {DEAR - 1:.0%} dearer: cheapest mix, and all mixes to 3 % above it")
    scenario = two_skills(DEAR)
    heads = _heads(_timed(scenario))
    mix = tuple(heads.get(name, 0) for name in scenario.groups)
    print(f"found {mix}, price {_price(mix):.1f}")
    for agents in sorted(product(range(7, 15), range(7, 15), range(10)), key=_price):
        if agents[0] > agents[1] or not 24 <= _price(agents) <= 1.03 * _price(mix):
            continue
        margin = worst_margin(scenario, agents, UNSEEN)
        if margin > -0.02:
            word = "keeps" if margin >= 0 else "fails"
            print(f"  {agents} price {_price(agents):.1f}: worst margin {margin:+.4f}, {word}")


def _price(agents: tuple[int, ...]) -> float:
    return agents[0] + agents[1] + DEAR * agents[2]


def _day_b() -> None:
    heading("Reference day B, three skills, three groups, 80/20 on every type (asked: 2 %, 60 s)")
    steady = day_b().change({**TARGETS, "staffing.block": "24h"})
    found = _timed(steady)
    heads = _heads(found)
    mix = tuple(heads.get(name, 0) for name in steady.groups)
    total = sum(mix)
    print(f"steady headcount, target over the day: {mix}, {total} agents")
    best = _exhaustive(steady, mix, total)
    print(f"exhaustive around it, no more than {total} agents: best {best}")
    for name, scenario in (
        ("headcount free in every half-hour, target over the day", day_b().change(TARGETS)),
        ("headcount free, target in every half-hour", day_b()),
    ):
        found = _timed(scenario)
        print(f"{name}: {found.agent_hours / 12:.2f} agents on average")


def _exhaustive(scenario: Scenario, around: tuple[int, ...], most: int) -> int:
    """Fewest agents that keep the targets among all mixes within five of a staffing."""
    best = most
    ranges = [range(max(n - 5, 0), n + 6) for n in around]
    for agents in sorted(product(*ranges), key=sum):
        if most - 3 <= sum(agents) < best and worst_margin(scenario, agents, UNSEEN) >= 0:
            best = sum(agents)
    return best


def _bank() -> None:
    heading("The bank's week: 80 % within 20 s on each day, demand uncertain, one group")
    scenario = ccsim.load(ROOT / "scenarios" / "finance.yaml")
    found = _timed(scenario, 20)
    mean = require(scenario.change({"queues.calls.target.scope": "interval"}), method="erlang")
    print(f"{found.agent_hours:,.0f} agent-hours; Erlang for the mean {mean.agent_hours:,.0f}")
    print(f"largest process {peak_gib():.2f} GiB")


def _one_step() -> None:
    heading("Schedule in one step beside two: the bank's week")
    scenario = ccsim.load(ROOT / "scenarios" / "finance.yaml")
    before = time.perf_counter()
    both = ccsim.schedule_in_one_step(scenario)
    print(both.comparison.to_string())
    print(f"saving {both.saving:.2%}, {time.perf_counter() - before:.0f} s")
    print(f"dates with an event or the worst day:\n{both.proof.days.to_string(index=False)}")


if __name__ == "__main__":
    main()
