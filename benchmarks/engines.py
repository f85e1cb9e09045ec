"""How fast, how large: both engines beside named peers, and how the work grows."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from benchmarks.measure import cpu_rate, heading, peak_gib, seconds
from benchmarks.peers import ciw_day, textbook_simpy
from ccsim.figures.page import page
from ccsim.figures.theme import register
from ccsim.files import replacing
from ccsim.scenario import Scenario, load
from ccsim.simulation import simulate
from ccsim.simulation.prepare import prepared
from ccsim.simulation.rates import Rates
from ccsim.simulation.study import Study
from tests.truth.cases import day_a, day_b

ROOT = Path(__file__).parents[1]
ENGINES = ("compiled", "simpy")
# Contacts and agents of the growth tables.
CONTACTS = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
AGENTS = (10, 50, 200, 1_000, 5_000)


@dataclass(frozen=True)
class Work:
    """A scenario ready to run on an engine."""

    study: Study
    rates: Rates

    @classmethod
    def of(cls, scenario: Scenario, engine: str) -> Work:
        """Prepare a scenario whose groups say who is on duty."""
        return cls(*prepared(scenario, engine=engine))

    @property
    def expected(self) -> NDArray[np.float64]:
        """An average replication's expected contacts: day factors as they are on average."""
        return self.rates.mean

    def contacts(self, number: int) -> int:
        """Draw and run one replication; say how many contacts it had."""
        return len(self.study.replicate(number, self.expected)[0])


def main() -> None:
    """Print every figure on the engines."""
    _rates()
    _peak_day()
    _slider()
    _first_call()
    _growth()
    _memory()


def _rates() -> None:
    heading("Engines: calls per CPU second, draw included, one core")
    rates = {"textbook SimPy, day A": cpu_rate(textbook_simpy)}
    for engine in ENGINES:
        for name, scenario in (("A", day_a()), ("B", day_b())):
            work = Work.of(scenario, engine)
            work.contacts(0)  # compiled, or loaded from the cache
            runs = 40 if engine == "compiled" else 5
            rates[f"{engine} engine, day {name}"] = cpu_rate(work.contacts, runs)
    rates["Ciw, day A"] = cpu_rate(ciw_day, runs=3)
    for name, rate in rates.items():
        ratio = rate / rates["textbook SimPy, day A"]
        print(f"{name:<36}{rate:>12,.0f}  {ratio:7.2f} × textbook SimPy")


def _peak_day() -> None:
    heading("E-commerce peak day, all features: one replication on one core, draw included")
    scenario = load(ROOT / "scenarios" / "ecommerce.yaml")
    for engine in ENGINES:
        work = Work.of(scenario, engine)
        work.study.tally(0, work.expected)
        runs = 5 if engine == "compiled" else 1
        rate = cpu_rate(work.contacts, runs)
        contacts, legs, _ = work.study.replicate(1, work.expected)
        _, cpu = seconds(lambda work=work: work.study.tally(1, work.expected))
        print(f"{engine + ' engine: contacts per CPU second':<44}{rate:>12,.0f}")
        print(f"{engine + ' engine: CPU seconds, sums included':<44}{cpu:>12.2f}")
    print(f"{len(contacts):,} contacts at the door, {len(legs):,} legs, tickets and dials")
    print(f"{'largest process so far':<44}{peak_gib():>12.2f} GiB")


def _slider() -> None:
    heading("Slider: 100 replications of day A, KPIs with intervals, one core")
    for engine in ENGINES:
        options = {"engine": engine, "workers": 1, "progress": False}
        simulate(day_a(), replications=2, **options).kpis()
        wall, _ = seconds(
            lambda options=options: simulate(day_a(), replications=100, **options).kpis()
        )
        print(f"{engine + ' engine, wall seconds':<44}{wall:>12.2f}")


def _first_call() -> None:
    heading("The compiled engine's first call, draw and sums included, wall seconds")
    script = (
        "import time, ccsim; from tests.truth.cases import day_a;"
        "scenario = {};"
        "ccsim.simulate;"
        "begin = time.perf_counter();"
        "ccsim.simulate(scenario, replications=1, workers=1, progress=False);"
        "print(time.perf_counter() - begin)"
    )
    for name, scenario in (
        ("straight path", "day_a()"),
        ("all features", "ccsim.load('scenarios/ecommerce.yaml')"),
    ):
        for file in (ROOT / "ccsim").rglob("*.nb[ic]"):
            file.unlink()
        for how in ("compiled anew", "from the cache"):
            command = [sys.executable, "-c", script.format(scenario)]
            told = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
            print(f"{f'{name}, {how}':<44}{float(told.stdout.split()[-1]):>12.2f}", flush=True)


def _growth() -> None:
    heading("Growth, compiled engine: microseconds a call, draw included")
    print("contacts (50 agents, days in a row)")
    by_contacts = []
    for contacts in CONTACTS:
        # 600 calls an hour round the clock: 14,400 a day.
        work = Work.of(_flat(rate=600, agents=50, days=-(-contacts // 14_400)), "compiled")
        by_contacts.append(_line(contacts, work, min(1.0, contacts / 14_400)))
    print("agents (100,000 calls, as busy)")
    by_agents = []
    for agents in AGENTS:
        rate = 12 * agents
        days = max(1, round(100_000 / (24 * rate)))
        work = Work.of(_flat(rate=rate, agents=agents, days=days), "compiled")
        by_agents.append(_line(agents, work, min(1.0, 100_000 / (24 * rate * days))))
    figure = go.Figure()
    figure.add_scatter(x=CONTACTS, y=by_contacts, name="contacts, 50 agents")
    figure.add_scatter(x=AGENTS, y=by_agents, name="agents, 100,000 calls")
    figure.update_layout(template=register(), title="Time a call, compiled engine", height=480)
    figure.update_xaxes(type="log", dtick=1, title="contacts, or agents")
    figure.update_yaxes(rangemode="tozero", title="µs a call")
    with replacing(ROOT / "out" / "growth.html") as unfinished:
        unfinished.write_text(page([figure], "Growth"), encoding="utf-8")
    print("figure: out/growth.html")


def _line(label: int, work: Work, part: float) -> float:
    expected = work.expected * part

    def run(number: int) -> int:
        return len(work.study.replicate(number, expected)[0])

    small = run(0) < 200_000
    rate = cpu_rate(run, runs=7 if small else 1)
    print(f"{label:>16,}{1e6 / rate:>12.3f} µs", flush=True)
    return 1e6 / rate


def _flat(rate: float, agents: int, days: int) -> Scenario:
    """The steady day A, round the clock, of any size."""
    return day_a().change(
        {
            "horizon.days": days,
            "hours": {"daily": "00:00-24:00"},
            "demand.rates.calls": rate,
            "groups.team.on_duty": agents,
        }
    )


def _memory() -> None:
    heading("A thousand replications of the peak day")
    # Not ru_maxrss: a process that was started by a large one begins with the large one's.
    script = (
        "import re, ccsim;"
        "day = ccsim.load('scenarios/ecommerce.yaml');"
        "made = ccsim.simulate(day, replications=1000, workers=1, progress=False);"
        "made.kpis();"
        "status = open('/proc/self/status').read();"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', status)[1]) / 2**20)"
    )
    begin = time.perf_counter()
    command = [sys.executable, "-c", script]
    told = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    print(f"{'memory, GiB':<44}{float(told.stdout.split()[-1]):>12.2f}")
    print(f"{'wall seconds, one core':<44}{time.perf_counter() - begin:>12.0f}")
