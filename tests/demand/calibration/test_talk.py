"""Talk times: what is short, what is chosen, what matters, and who is fast."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccsim.demand.calibration.talk import effects, short_calls, speeds, talk_times
from ccsim.distributions import Empirical, Lognormal

SHORT = 10.0


def talks(queues: dict[str, np.ndarray], seed: int = 1, agents: int = 4) -> pd.DataFrame:
    """Handled calls with agents and hours given at random."""
    generator = np.random.default_rng(seed)
    parts = [pd.DataFrame({"queue": name, "talk": values}) for name, values in queues.items()]
    frame = pd.concat(parts, ignore_index=True)
    frame["agent"] = generator.integers(0, agents, len(frame)).astype(str)
    frame["hour"] = generator.integers(8, 20, len(frame))
    frame["weekday"] = generator.integers(0, 5, len(frame))
    return frame


def lognormal(mean: float, cv: float, size: int, seed: int) -> np.ndarray:
    return Lognormal(mean, cv).ppf(np.random.default_rng(seed).random(size))


def test_what_is_written_has_the_mean_of_all_handled_calls_short_ones_included() -> None:
    real = np.concatenate([lognormal(200, 0.8, 4000, 2), np.full(300, 4.0), np.zeros(50)])
    found = talk_times(talks({"calls": real}), SHORT, 1)
    row = found.summary.loc["calls"]
    assert found.chosen["calls"].mean == pytest.approx(real.mean(), rel=1e-9)
    assert (row["handled"], row["no_talk"], row["n"]) == (4350, 50, 4300)
    assert row["short_share"] == pytest.approx((real[real > 0] < SHORT).mean())
    assert row["chosen"] == "lognormal"


def test_what_no_family_fits_is_kept_as_it_is() -> None:
    two_humps = np.concatenate([np.linspace(20, 30, 2000), np.linspace(900, 1000, 2000)])
    found = talk_times(talks({"calls": two_humps}), SHORT, 1)
    assert found.summary.loc["calls", "chosen"] == "empirical"
    assert isinstance(found.chosen["calls"], Empirical)
    assert found.chosen["calls"].mean == pytest.approx(two_humps.mean())


def test_small_samples_have_a_p_value_and_large_ones_a_distance_only() -> None:
    found = talk_times(
        talks({"few": lognormal(200, 1, 300, 3), "many": lognormal(200, 1, 3000, 4)}), SHORT, 1
    )
    assert found.fits.loc[("few", "lognormal"), "p_value"] > 0.05
    assert np.isnan(found.fits.loc[("many", "lognormal"), "p_value"])
    assert found.fits.loc[("many", "lognormal"), "rejects_from"] > 300


def test_intervals_by_hour_are_those_of_a_mean() -> None:
    frame = talks({"calls": lognormal(200, 1, 3000, 5)})
    table = talk_times(frame, SHORT, 1).by_hour.loc["calls"]
    own = frame.loc[frame["hour"] == 9, "talk"]
    half = 1.96 * own.std() / len(own) ** 0.5
    assert table.loc[9, ["mean", "low", "high"]].tolist() == pytest.approx(
        [own.mean(), own.mean() - half, own.mean() + half]
    )


def test_a_factor_without_effect_does_not_matter_and_one_with_an_effect_does() -> None:
    frame = talks({"a": lognormal(100, 0.8, 4000, 6), "b": lognormal(300, 0.8, 4000, 7)})
    table = effects(frame)
    assert bool(table.loc["queue", "matters"])
    assert not table.loc[["hour", "agent", "weekday"], "matters"].any()
    assert table.loc["queue", "spread"] == pytest.approx(3**0.8, rel=0.1)


def test_an_agent_who_has_the_long_queue_is_not_slow() -> None:
    frame = talks({"a": lognormal(100, 0.8, 4000, 8), "b": lognormal(300, 0.8, 4000, 9)})
    frame["agent"] = np.where(frame["queue"] == "a", "short one", "long one")
    assert not effects(frame).loc["agent", "matters"]
    assert speeds(frame, "agent")["speed"].tolist() == pytest.approx([1, 1], abs=1e-9)


def test_known_speeds_are_found_and_few_calls_are_drawn_to_the_mean() -> None:
    generator = np.random.default_rng(10)
    agents = [f"agent {n}" for n in range(20)]
    given = dict(zip(agents, np.linspace(0.8, 1.25, 20), strict=True))
    frame = talks({"calls": lognormal(200, 1, 20_000, 11)})
    frame["agent"] = generator.choice(agents, len(frame))
    frame["talk"] /= frame["agent"].map(given)
    rare = frame.iloc[:3].assign(agent="rare", talk=2000.0)
    table = speeds(pd.concat([frame, rare], ignore_index=True), "agent")
    # A thousand calls each with cv 1: a standard error of 3.2 %.
    known = table.loc[agents]
    truth = pd.Series(given)
    ratio = known["speed"] / truth / (known["speed"] / truth).mean()
    assert np.abs(ratio - 1).max() < 3.5 * 0.032
    assert table.loc["rare", "relative"] > 9
    assert 1 < table.loc["rare", "shrunk"] < 2


def test_agents_who_hang_up_on_customers_stand_out() -> None:
    frame = talks({"calls": lognormal(200, 0.8, 8000, 12)}, agents=8)
    guilty = frame["agent"] == "3"
    cut = guilty & (np.random.default_rng(13).random(len(frame)) < 0.15)
    frame.loc[cut, "talk"] = 3.0
    table = short_calls(frame, SHORT)
    assert table.loc["agent"].index[table.loc["agent"]["stands_out"]].tolist() == ["3"]
    row = table.loc[("agent", "3")]
    assert row["low"] < row["share"] < row["high"]
    assert row["share"] == pytest.approx(0.15, abs=3.5 * (0.15 * 0.85 / row["n"]) ** 0.5)
    assert not table.loc[("queue", "calls"), "stands_out"]


def test_groups_are_compared_as_agents_are() -> None:
    frame = talks({"calls": lognormal(200, 1, 4000, 14)})
    frame["group"] = np.where(frame["agent"] == "0", "new", "old")
    frame.loc[frame["group"] == "new", "talk"] *= 2
    table = speeds(frame, "group")
    # A quarter of the calls takes twice as long.
    assert table.loc["old", "speed"] / table.loc["new", "speed"] == pytest.approx(2, rel=0.12)
    assert bool(effects(frame).loc["group", "matters"])
