"""Sweeps: many scenarios on the same customers, kept on disk point by point."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccsim.errors import CcsimError, OptionError, ScenarioError
from ccsim.scenario import Scenario
from ccsim.simulation import Sweep, compare, simulate, sweep
from tests.conftest import made_scenario

AGENTS, TALK = "groups.team.on_duty", "queues.calls.talk"
GRID = {AGENTS: [2, 3], TALK: ["2min", "3min"]}


def centre(**sections: Any) -> Scenario:
    return made_scenario(
        demand={"rates": {"calls": 40}},
        queues={
            "calls": {
                "talk": {"exponential": {"mean": 180}},
                "patience": {"exponential": {"mean": 120}},
            }
        },
        groups={"team": {"skills": {"calls": 1}, "on_duty": 3, "cost_per_hour": 20}},
        overrides={"more": {AGENTS: 4}, "slow": {TALK: "5min"}},
        **sections,
    )


def tried(folder: Path, points: Any = GRID, **options: Any) -> Sweep:
    given = {"replications": 4, "workers": 1, "progress": False} | options
    return sweep(centre(), points, folder=folder, **given)


def test_every_point_is_what_simulating_it_alone_gives(tmp_path: Path) -> None:
    made = tried(tmp_path)
    assert made.points[[AGENTS, TALK]].to_numpy().tolist() == [
        [2, "2min"], [2, "3min"], [3, "2min"], [3, "3min"],
    ]  # fmt: skip
    for point, row in made.points.iterrows():
        alone = simulate(
            centre().change({AGENTS: row[AGENTS], TALK: row[TALK]}),
            replications=4, workers=1, progress=False,
        )  # fmt: skip
        kept = made.table.loc[point][["mean", "low", "high"]]
        pd.testing.assert_frame_equal(kept, alone.kpis(), check_exact=True)


def test_names_of_overrides_stack_and_as_is_is_no_change(tmp_path: Path) -> None:
    made = tried(tmp_path, ["as is", "more", "more+slow", {AGENTS: 4, TALK: "5min"}])
    level = made.of("service_level")["mean"]
    assert made.points["name"].tolist()[:3] == ["as is", "more", "more+slow"]
    assert level[1] > level[0]
    assert level[2] == level[3]


def test_customers_are_common_and_differences_are_those_of_compare(tmp_path: Path) -> None:
    made = tried(tmp_path, {AGENTS: [2, 4]})
    assert made.of("entered")["mean"].nunique() == 1
    apart = made.differences("service_level").iloc[1]
    a, b = (centre().change({AGENTS: n}) for n in (2, 4))
    row = compare(a, b, replications=4, workers=1, progress=False).loc[("all", "service_level")]
    assert apart[["difference", "low", "high"]].tolist() == row.iloc[2:5].tolist()


def test_workers_never_change_a_number(tmp_path: Path) -> None:
    one = tried(tmp_path / "one")
    two = tried(tmp_path / "two", workers=2)
    again = tried(tmp_path / "two", workers=2)
    pd.testing.assert_frame_equal(two.table, again.table, check_exact=True)
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)


def test_what_is_on_disk_is_not_simulated_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tried(tmp_path)
    asked: list[int] = []

    def counted(studies: Any, numbers: Any, workers: Any) -> Any:
        asked.append(len(studies))
        return really(studies, numbers, workers)

    module = sys.modules["ccsim.simulation.sweep"]
    really = module.run_studies
    monkeypatch.setattr(module, "run_studies", counted)
    again = tried(tmp_path)
    pd.testing.assert_frame_equal(before.table, again.table, check_exact=True)
    wider = tried(tmp_path, GRID | {AGENTS: [2, 3, 4]})
    tried(tmp_path, seed=2)
    tried(tmp_path, replications=5)
    assert asked == [0, 2, 4, 4]
    assert len(wider.points) == 6


def test_another_version_of_ccsim_finds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried(tmp_path)
    files = set(tmp_path.iterdir())
    store = sys.modules["ccsim.simulation.sweep_store"]
    monkeypatch.setattr(store, "fingerprint", lambda: ("ccsim", "other"))
    tried(tmp_path)
    assert len(set(tmp_path.iterdir()) - files) == 4


def test_a_sweep_killed_half_way_carries_on_and_ends_with_the_same_numbers(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from tests.simulation.test_sweep import tried\n"
        "from pathlib import Path\n"
        "tried(Path(sys.argv[1]), {'groups.team.on_duty': range(2, 40)}, replications=40)\n"
    )
    folder = tmp_path / "killed"
    running = subprocess.Popen([sys.executable, "-c", script, str(folder)], start_new_session=True)
    try:
        while not list(folder.glob("*.npz")):
            assert running.poll() is None, "it ended before anything was on disk"
            time.sleep(0.05)
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    done = {file.name: file.stat().st_mtime_ns for file in folder.glob("*.npz")}
    assert 0 < len(done) < 38
    points = {AGENTS: range(2, 40)}
    resumed = tried(folder, points, replications=40)
    assert {f.name: f.stat().st_mtime_ns for f in folder.glob("*.npz") if f.name in done} == done
    whole = tried(tmp_path / "whole", points, replications=40)
    pd.testing.assert_frame_equal(resumed.table, whole.table, check_exact=True)


def test_a_file_that_somebody_changed_is_named(tmp_path: Path) -> None:
    tried(tmp_path)
    file = next(tmp_path.glob("*.npz"))
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(OptionError, match=f"{file.name}: not a finished point"):
        tried(tmp_path)


@pytest.mark.parametrize(
    ("points", "error", "message"),
    [
        ({}, OptionError, "no points"),
        ([], OptionError, "no points"),
        ({AGENTS: []}, OptionError, "no values"),
        ({AGENTS: 3}, OptionError, "allowed: a list of values"),
        ({AGENTS: "345"}, OptionError, "allowed: a list of values"),
        ("more", OptionError, "allowed: a grid"),
        (["more", "more"], OptionError, "given twice"),
        ([3], OptionError, "allowed: a grid"),
        (["mor"], ScenarioError, "no such override.*did you mean 'more'"),
        ({"groups.taem.on_duty": [1]}, ScenarioError, "did you mean 'team'"),
        ({AGENTS: [1, -1]}, ScenarioError, "on_duty"),
        ({AGENTS: range(10**6)}, OptionError, "at most 100,000"),
    ],
)
def test_points_that_cannot_be_are_refused_before_anything_is_simulated(
    tmp_path: Path, points: Any, error: type[CcsimError], message: str
) -> None:
    with pytest.raises(error, match=message):
        tried(tmp_path, points)
    assert not list(tmp_path.iterdir())


def test_the_frontier_of_a_sweep_has_more_service_at_each_step(tmp_path: Path) -> None:
    made = tried(tmp_path, {AGENTS: [2, 3, 4], TALK: ["2min", "3min"]})
    front = made.frontier()
    best = front[front["efficient"]]
    assert best["cost"].is_monotonic_increasing
    assert best["service"].is_monotonic_increasing
    assert set(best[TALK]) == {"2min"}  # shorter talks cost no more


costs = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12)


@given(costs)
def test_a_point_is_efficient_when_no_other_is_as_good_for_less_or_better_for_the_same(
    pairs: list[tuple[int, int]],
) -> None:
    made = Sweep(
        pd.DataFrame({"name": [str(n) for n in range(len(pairs))]}).rename_axis("point"),
        tuple(
            {("all", name): linear(value) for name, value in zip(("c", "s"), pair, strict=True)}
            for pair in pairs
        ),
        "queue",
        2,
    )
    front = made.frontier("c", "s")["efficient"]
    for point, (cost, service) in enumerate(pairs):
        beaten = any(
            (other[0] < cost and other[1] >= service)
            or (other[0] == cost and other[1] > service)
            or (other == (cost, service) and place < point)
            for place, other in enumerate(pairs)
        )
        assert front[point] == (not beaten)


def linear(value: float) -> Any:
    from ccsim.simulation.estimate import Linear

    return Linear(np.array(float(value)), np.zeros(2))


def test_pictures_say_what_they_show(tmp_path: Path) -> None:
    made = tried(tmp_path)
    heat = made.heat_map()
    assert heat.data[0].z.shape == (2, 2)
    assert heat.data[0].z.ravel().tolist() == pytest.approx(
        made.of("service_level").pivot(index=TALK, columns=AGENTS, values="mean").to_numpy().ravel()
    )
    assert (heat.layout.xaxis.title.text, heat.layout.yaxis.title.text) == (AGENTS, TALK)
    assert len(made.figures(("service_level", "asa"))) == 3
    with pytest.raises(OptionError, match="two paths that change"):
        tried(tmp_path, {AGENTS: [2, 3]}).heat_map()
    with pytest.raises(OptionError, match="did you mean 'service_level'"):
        made.of("service_levle")


def test_without_wages_the_frontier_says_so(tmp_path: Path) -> None:
    free = centre().change({"groups.team.cost_per_hour": None})
    made = sweep(free, {AGENTS: [2, 3]}, folder=tmp_path, replications=2, workers=1, progress=False)
    with pytest.raises(OptionError, match="wages"):
        made.frontier()
    assert made.frontier("hours_at_work")["cost"].is_monotonic_increasing
