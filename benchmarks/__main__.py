"""Print every speed and memory figure that the README and the notes quote."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulp

from benchmarks import cluster, engines, forecasts, rosters, shifts
from benchmarks.measure import cpu_rate, heading, peak_gib, seconds
from ccsim.demand.scenarios import backtest_scenario, forecast_scenario, read_scenario_history
from ccsim.queueing import agents_for, erlang
from ccsim.scenario import load
from ccsim.scenario.opening import interval_starts
from ccsim.scheduling import schedule
from ccsim.simulation import simulate
from ccsim.staffing import require

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Run all benchmarks."""
    engines.main()
    cluster.main()
    forecasts.main()
    rosters.main()
    _closed_forms()
    _requirement()
    _bank_week()
    shifts.main()


def _closed_forms() -> None:
    heading("Closed forms: milliseconds a call")
    lognormal = {"lognormal": {"mean": 240, "cv": 2}}
    cases = {
        "Erlang C, 1,000 agents": lambda: erlang(19_500, 180, 1000),
        "Erlang A, 1,000 agents": lambda: erlang(20_000, 180, 1000, patience=180),
        "M/M/n+G lognormal, 1,000 agents": lambda: erlang(20_000, 180, 1000, patience=lognormal),
        "agents_for, Erlang A, about 1,000": lambda: agents_for(20_000, 180, patience=180),
        "Erlang A, 10,000 agents": lambda: erlang(200_000, 180, 10_000, patience=180),
    }
    for name, call in cases.items():
        call()

        def many(_: int, call: Callable[[], object] = call) -> int:
            for _ in range(50):
                call()
            return 50

        print(f"{name:<36}{1000 / cpu_rate(many, runs=3):8.2f}")


def _requirement() -> None:
    heading("The bank's week with rates known exactly: service level of the requirement itself")
    scenario = load(ROOT / "scenarios" / "finance.yaml")
    mean = forecast_scenario(scenario).mean.stack().reset_index()
    mean.columns = ["start", "queue", "offered"]
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder, "counts.csv")
        mean.assign(start=mean["start"].dt.strftime("%Y-%m-%d %H:%M")).to_csv(counts, index=False)
        known = scenario.change({"demand": {"counts": str(counts)}, "sources": {}})
        net = require(known).table.pivot(index="start", columns="group", values="net_whole")
        every = interval_starts(known)
        duty = net.reindex(every, fill_value=0)
        results = simulate(known, duty, replications=30, progress=False)
    level = results.intervals()["service_level"]
    whole = results.kpis().loc[("all", "service_level")]
    first = level[level.index.get_level_values("start").strftime("%H:%M") == "07:00"]
    print(f"target 0.80; week {whole['mean']:.3f} [{whole['low']:.3f}, {whole['high']:.3f}]")
    print(
        f"half-hours: lowest {level.min():.3f}, mean {level.mean():.3f}, highest {level.max():.3f}"
    )
    hours = net.sum().sum() / 2
    print(f"first half-hour of the day, mean {first.mean():.3f}; agent-hours {hours:,.0f}")


def _bank_week() -> None:
    scenario = load(ROOT / "scenarios" / "finance.yaml")
    heading("The bank's week, step by step: wall seconds (CPU seconds of this process)")
    made: dict[str, Any] = {}

    def step(name: str, work: Callable[[], Any]) -> None:
        wall, cpu = seconds(lambda: made.__setitem__(name, work()))
        print(f"{name:<36}{wall:8.2f}  ({cpu:.2f})", flush=True)

    step("read history", lambda: read_scenario_history(scenario))
    step("forecast", lambda: forecast_scenario(scenario, made["read history"]))
    step(
        "backtest, 21 origins, 4 models",
        lambda: backtest_scenario(scenario, made["read history"], workers=2),
    )
    step("requirement", lambda: require(scenario, made["forecast"]))
    solvers = ["CBC", "HiGHS"] if pulp.HiGHS().available() else ["CBC"]
    for solver in solvers:
        step(
            f"schedule, {solver}",
            lambda s=solver: schedule(scenario, made["requirement"], solver=s),
        )
        found = made[f"schedule, {solver}"]
        print(f"{'':<36}cost {found.cost:,.0f}, gap {found.gap:.3%}, {found.people.sum()} people")
    print(made["backtest, 21 origins, 4 models"].to_string(index=False))
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "ccsim.cli",
            "plan",
            "scenarios/finance.yaml",
            "--out",
            folder,
        ]
        wall, _ = seconds(
            lambda: subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
        )
    print(f"{'ccsim plan, 20 replications, all of it':<36}{wall:8.2f}")
    print(f"{'largest process':<36}{peak_gib():8.2f} GiB")


if __name__ == "__main__":
    main()
