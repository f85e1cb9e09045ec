"""The number by which compiled code knows each distribution, and what its parameters hold.

| kind | parameters |
|---|---|
| `CONSTANT` | value |
| `EXPONENTIAL` | mean |
| `LOGNORMAL` | mean and standard deviation of the logarithm |
| `GAMMA` | shape, scale |
| `WEIBULL` | shape, scale |
| `HYPEREXPONENTIAL` | all means, then all weights |
| `EMPIRICAL` | the quantiles |
| `PIECEWISE_HAZARD` | all edges, then all rates, then the cumulative hazard at each edge |
"""

from __future__ import annotations

CONSTANT = 0
EXPONENTIAL = 1
LOGNORMAL = 2
GAMMA = 3
WEIBULL = 4
HYPEREXPONENTIAL = 5
EMPIRICAL = 6
PIECEWISE_HAZARD = 7
