"""The models by name."""

from __future__ import annotations

from ccsim.demand.models.base import Model, RollingModel
from ccsim.demand.models.multiplicative import multiplicative
from ccsim.demand.models.naive import last_week, mean_of_4
from ccsim.demand.wording import nearest
from ccsim.errors import OptionError

AUTO = "multiplicative"

MODELS: dict[str, Model] = {
    "multiplicative": RollingModel("multiplicative", multiplicative),
    "last_week": RollingModel("last_week", last_week),
    "mean_of_4": RollingModel("mean_of_4", mean_of_4),
}


def model_names() -> tuple[str, ...]:
    """Names of the models there are."""
    return tuple(MODELS)


def model_named(name: str) -> Model:
    """Return the model with this name; `auto` is the multiplicative one.

    Raises
    ------
    OptionError
        When there is no such model; names the nearest.
    """
    known = MODELS[AUTO] if name == "auto" else MODELS.get(name)
    if known is None:
        allowed = ("auto", *MODELS)
        raise OptionError(
            f"model '{name}' is not known; allowed: {', '.join(allowed)}{nearest(name, allowed)}"
        )
    return known
