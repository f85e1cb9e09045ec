"""How people are hired: how long until they work, what they cost, what stands in for them."""

from __future__ import annotations

from pydantic import StrictBool

from ccsim.scenario.kinds import Amount, Count, Share, ShareBelowOne
from ccsim.scenario.setting import Section, setting


class Hiring(Section):
    """Hiring for a group, and what stands in where there are too few."""

    lead_months: Count = setting(
        0, unit="months", description="Paid months of training before a hire takes contacts", le=60
    )
    ramp: tuple[Share, ...] = setting(
        (),
        unit="share",
        description="Work done in each month after training, as a share of an experienced person's",
        max_length=60,
    )
    cost: Amount = setting(0.0, unit="money", description="Price of finding and hiring one person")
    training_cost: Amount = setting(
        0.0, unit="money", description="Price of training one person, wages apart"
    )
    most_per_month: Count | None = setting(
        None, unit="people", description="Hires a month at most; none: any number"
    )
    overtime: ShareBelowOne = setting(
        0.0, unit="share", description="Overtime at most, as a share of the work of those there"
    )
    outsourcing: Amount | None = setting(
        None,
        unit="money per hour",
        description="Price of an hour done elsewhere; none: nothing can be given away",
    )
    shortage: Amount = setting(
        5.0, unit="hourly cost", description="Price of an hour missing, as a multiple of the wage"
    )
    layoffs: StrictBool = setting(False, description="Whether people may be let go")
    layoff_cost: Amount = setting(0.0, unit="money", description="Price of letting one person go")
