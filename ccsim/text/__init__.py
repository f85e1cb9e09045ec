"""Text: every word of figures, reports and workbooks, in one catalogue for each language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml

from ccsim.errors import OptionError

__all__ = ["LANGUAGES", "labels"]

LANGUAGES = ("en", "zh")


@cache
def labels(language: str) -> Mapping[str, str]:
    """Return the words of one language by dotted key.

    Parameters
    ----------
    language
        `en` or `zh`.

    Raises
    ------
    OptionError
        When there is no catalogue in that language.

    Examples
    --------
    >>> labels("en")["figure.forecast.history"]
    'History'
    """
    if language not in LANGUAGES:
        raise OptionError(f"language '{language}' is not known; allowed: {', '.join(LANGUAGES)}")
    text = files(__name__).joinpath(f"{language}.yaml").read_text(encoding="utf-8")
    return MappingProxyType(yaml.safe_load(text))
