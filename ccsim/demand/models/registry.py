"""The rules by name, and the leagues made of them."""

from __future__ import annotations

from collections.abc import Sequence

from ccsim.demand.models import day_totals, like_days
from ccsim.demand.models.averaged import over_beliefs
from ccsim.demand.models.base import Rule
from ccsim.demand.models.boosting import boosting
from ccsim.demand.models.glm import glm
from ccsim.demand.models.heavy import HEAVY, installed
from ccsim.demand.models.low_rank import low_rank
from ccsim.demand.models.multiplicative import multiplicative
from ccsim.demand.wording import nearest
from ccsim.errors import OptionError

AUTO = "auto"

# A rule that knows calendar and level is believed to be 30 % better than one that does not, until
# forecasts of the past say otherwise.
RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("multiplicative", over_beliefs(multiplicative), 1.0),
        Rule("glm", over_beliefs(glm), 1.0),
        Rule("low_rank", over_beliefs(low_rank), 1.0, by_slot=True),
        Rule("ets", day_totals.ets, 1.3),
        Rule("arima", day_totals.arima, 1.3),
        Rule("mstl", day_totals.mstl, 1.3),
        Rule("unobserved_components", day_totals.unobserved_components, 1.3),
        Rule("boosting", boosting, 1.3),
        Rule("last_week", like_days.last_week, 1.3),
        Rule("mean_of_4", like_days.mean_of_4, 1.3),
        Rule("mean_of_8", like_days.mean_of_8, 1.3),
        Rule("median_of_6", like_days.median_of_6, 1.3),
        *installed(),
    )
}


def model_names() -> tuple[str, ...]:
    """Names a model may have."""
    return (AUTO, *RULES)


def is_list(model: object) -> bool:
    """Say whether a model is given as a list of names."""
    return isinstance(model, Sequence) and all(isinstance(name, str) for name in model)


def rules_of(model: str | Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules a model combines: all for `auto`, else those named.

    Raises
    ------
    OptionError
        When there is no such model; names the nearest.
    """
    if model == AUTO:
        return tuple(RULES.values())
    names = (model,) if isinstance(model, str) else tuple(model) if is_list(model) else ()
    if AUTO in names:
        raise OptionError("model 'auto' stands alone: it combines every model there is")
    for name in names:
        if name not in RULES:
            allowed = model_names()
            absent = {rule.name: package for package, rule in HEAVY.items()}
            if name in absent:
                raise OptionError(
                    f"model '{name}' needs the package {absent[name]}; run: pip install "
                    "ccsim[heavy]"
                )
            raise OptionError(
                f"model '{name}' is not known; allowed: {', '.join(allowed)}"
                f"{nearest(name, allowed)}"
            )
    if not names:
        raise OptionError(
            f"model {model!r} is not allowed; allowed: {AUTO}, a name, or at least one in a list"
        )
    return tuple(RULES[name] for name in dict.fromkeys(names))
