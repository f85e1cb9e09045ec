"""What is paid: labour for the schedule, and the seats tariffs would bill for it.

Public names: `labour_cost`, `seats_billed`, `load_tariff`.
"""

from ccsim.purchasing.labour import labour_cost
from ccsim.purchasing.seats import seats_billed
from ccsim.purchasing.tariffs import load_tariff

__all__ = ["labour_cost", "load_tariff", "seats_billed"]
