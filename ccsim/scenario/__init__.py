"""What a contact centre *is*: the scenario file as immutable, validated models.

A scenario is read by `load`, checked whole, copied with `Scenario.change` and
`Scenario.override`, and refused by `require_support` where it asks for behaviour that this
version does not have, by `require_closed_form` where only the simulator has it. Public names:
`load`, `Scenario`, `Hours`, `require_support`, `require_closed_form`, `unsupported`,
`json_schema`, `markdown`.
"""

from ccsim.scenario.arrivals import Hours
from ccsim.scenario.load import load
from ccsim.scenario.model import Scenario
from ccsim.scenario.reference import json_schema, markdown
from ccsim.scenario.support import require_closed_form, require_support, unsupported

__all__ = [
    "Hours",
    "Scenario",
    "json_schema",
    "load",
    "markdown",
    "require_closed_form",
    "require_support",
    "unsupported",
]
