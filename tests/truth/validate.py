"""`make validate`: every truth check with ten other seeds, and `docs/validation.md` from it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from scipy.stats import kstest

from ccsim import __version__
from ccsim.files import replacing
from tests.truth.case import FRACTION, LARGEST_Z, RELATIVE, Case, Check, checks
from tests.truth.cases import CASES

# Far from the case numbers that `make test` uses as seeds.
SEEDS = range(1001, 1011)
PAGE = Path(__file__).parents[2] / "docs" / "validation.md"

OPENING = f"""# Validation

<!-- Written by `make validate`; do not edit by hand. -->

Every figure below is simulated by ccsim {__version__} (compiled engine; the SimPy engine gives the
same numbers, which `tests/agreement` holds) and compared with a closed form, an exact
chain or a published output. `make test` runs each case once (seed = case number; half-width at
most {RELATIVE:.0%} of the value, {FRACTION} for fractions; |z| < {LARGEST_Z}). This page repeats
each with {len(SEEDS)} other seeds: *mean* is over all seeds, *z of the mean* its distance from the
truth in standard errors.
"""


def main() -> None:
    """Run everything, write the page, and fail when a figure or the z-scores as a whole do."""
    workers = os.cpu_count() or 1
    scores: list[float] = []
    rows, failed = [], []
    for case in CASES:
        runs = [checks(case, case.run(seed, workers)) for seed in SEEDS]
        for same in zip(*runs, strict=True):
            z = np.array([check.z for check in same])
            scores.extend(z)
            pooled = _pooled(same)
            rows.append(_row(case, same, pooled))
            if abs(pooled) >= LARGEST_Z or (np.abs(z) >= LARGEST_Z).any():
                failed.append(f"{case.number} {same[0].what}: z of the mean {pooled:.2f}")
            print(rows[-1], flush=True)
    # Figures of one run depend on each other, so this is a rough test of the z-scores as a whole.
    p_value = kstest(scores, "norm").pvalue
    closing = (
        f"\n{len(scores)} z-scores: mean {np.mean(scores):.3f}, sd {np.std(scores):.3f}, "
        f"Kolmogorov-Smirnov against the standard normal p = {p_value:.3f}.\n"
    )
    if p_value < 1e-3:
        failed.append(f"all z-scores: Kolmogorov-Smirnov p = {p_value:.2g}")
    header = (
        "| case | figure | truth | mean | largest half-width | z of the mean | largest |z| |\n"
        "|---|---|---|---|---|---|---|"
    ).replace("largest |z|", "largest \\|z\\|")
    sources = "\n".join(f"{case.number}. {case.name}: {case.source}" for case in CASES)
    page = "\n".join((OPENING, header, *rows, closing, "## Sources\n", sources, ""))
    with replacing(PAGE) as unfinished:
        unfinished.write_text(page, encoding="utf-8")
    if failed:
        raise SystemExit("these figures disagree:\n" + "\n".join(failed))


def _pooled(same: tuple[Check, ...]) -> float:
    """Distance of the mean over seeds from the truth, in standard errors."""
    noise = np.sqrt(sum(check.noise**2 for check in same)) / len(same)
    mean = np.mean([check.simulated for check in same])
    return float((mean - same[0].expected) / np.hypot(noise, same[0].error))


def _row(case: Case, same: tuple[Check, ...], pooled: float) -> str:
    mean = np.mean([check.simulated for check in same])
    half = max(check.half_width for check in same)
    largest = max(abs(check.z) for check in same)
    where, kpi = same[0].what
    return (
        f"| {case.number} {case.name} | {where} {kpi} | {same[0].expected:.5g} | {mean:.5g} | "
        f"{half:.2g} | {pooled:+.2f} | {largest:.2f} |"
    )


if __name__ == "__main__":
    main()
