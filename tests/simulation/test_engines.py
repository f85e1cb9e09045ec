"""Which engine runs, what is said of it, and that it changes no number."""

from __future__ import annotations

import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from ccsim.errors import OptionError
from ccsim.scenario import load
from ccsim.simulation import simulate
from ccsim.simulation.compiled_engine.engine import say_when_compiling
from ccsim.simulation.prepare import prepared
from tests.conftest import made_scenario


class FirstCome:
    """A router of one's own: the contact that came first to whoever is idle."""

    def choose(self, waiting: Any, idle: Any, now: float) -> Any:
        return next(
            ((c, a) for c in waiting for a in idle if c.queue in a.skills), None
        )  # fmt: skip


def test_auto_takes_the_compiled_engine() -> None:
    assert prepared(made_scenario())[0].engine == "compiled"
    assert prepared(made_scenario(), engine="simpy")[0].engine == "simpy"


@pytest.mark.parametrize("name", ["two-queues"])
def test_both_engines_give_the_same_kpis(name: str) -> None:
    scenario = load(f"scenarios/{name}.yaml")
    one, other = (
        simulate(scenario, replications=3, engine=engine, workers=1, progress=False).kpis()
        for engine in ("simpy", "compiled")
    )
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_a_router_of_ones_own_falls_back_and_says_so_once() -> None:
    with pytest.warns(UserWarning, match="router of your own runs in the SimPy engine") as told:
        results = simulate(made_scenario(), replications=2, router=FirstCome(), progress=False)
    assert len(told) == 1
    assert results.study.engine == "simpy"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        simulate(
            made_scenario(), replications=2, router=FirstCome(), engine="simpy", progress=False
        )


def test_the_compiled_engine_refuses_a_router_of_ones_own() -> None:
    with pytest.raises(OptionError, match="cannot run a router of your own; allowed: 'auto', 'sim"):
        simulate(made_scenario(), replications=1, router=FirstCome(), engine="compiled")


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(OptionError, match="engine='fast'; allowed: 'auto', 'simpy', 'compiled'"):
        simulate(made_scenario(), engine="fast")  # type: ignore[arg-type]


@pytest.mark.parametrize("cached", [True, False])
def test_compiling_is_announced_when_nothing_is_in_the_cache(
    cached: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def play() -> None:
        """Stand for a program that was never called."""

    play.stats = SimpleNamespace(cache_path=str(tmp_path))  # type: ignore[attr-defined]
    play.signatures = []  # type: ignore[attr-defined]
    if cached:
        (tmp_path / "engine.play-1.py311.nbi").touch()
    say_when_compiling(play)
    say_when_compiling(play)
    told = capsys.readouterr().err
    assert told.count("compiling the engine, once") == (0 if cached else 1)
