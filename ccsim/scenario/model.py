"""The whole scenario: its sections, and copies with changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import PrivateAttr

from ccsim.scenario.arrivals import Demand, Horizon, Hours, Source
from ccsim.scenario.centre import (
    BackOffice,
    Campaign,
    Contract,
    Elastic,
    Inventory,
    Knowledge,
    Notice,
    Quality,
    Routing,
    Survey,
)
from ccsim.scenario.contacts import Channel, Ivr, Queue, Segment
from ccsim.scenario.contracts import ContractType, RosterRules
from ccsim.scenario.intraday import Intraday
from ccsim.scenario.kinds import Duration, Name, TimeZone
from ccsim.scenario.origin import Origin
from ccsim.scenario.people import Group, Shifts, Site, Support
from ccsim.scenario.setting import Section, setting
from ccsim.scenario.staffing import Staffing

Industry = Literal[
    "ecommerce", "finance", "education", "healthcare", "government", "logistics", "other"
]


class ServiceLevel(Section):
    """Which service level is meant; every table says it."""

    definition: Literal[
        "served_over_offered",
        "served_over_served",
        "excluding_short_abandons",
        "short_abandons_good",
    ] = setting("served_over_offered", description="Named definition")
    short_abandon: Duration | None = setting(
        None, unit="s", description="What counts as a short abandon; the threshold where not given"
    )


class Scenario(Section):
    """A contact centre, its demand and the period looked at.

    Immutable. Made by `ccsim.load`; `change` and `override` give validated copies.

    Examples
    --------
    >>> import ccsim
    >>> bank = ccsim.load("scenarios/finance.yaml")            # doctest: +SKIP
    >>> bank.change({"groups.bank.on_duty": 90}).groups["bank"].on_duty   # doctest: +SKIP
    90
    """

    name: str = setting(description="Title of the scenario")
    industry: Industry = setting("other", description="Industry the scenario belongs to")
    currency: str = setting("USD", description="ISO 4217 code of all money", pattern="^[A-Z]{3}$")
    timezone: TimeZone = setting("UTC", description="IANA time zone of all clock times")
    language: Literal["en", "zh"] = setting("en", description="Language of report and figures")
    horizon: Horizon = setting(description="The days looked at")
    hours: Hours = setting(
        lambda: Hours(always=True), description="Opening hours; round the clock where not given"
    )
    service_level: ServiceLevel = setting(ServiceLevel, description="Which service level is meant")
    demand: Demand = setting(description="Where contacts come from")
    channels: dict[Name, Channel] = setting(
        lambda: {"voice": Channel()},
        description="Channels by name: voice, chat, social, video, ticket, email",
    )
    ivr: Ivr | None = setting(None, description="The menu callers meet first")
    queues: dict[Name, Queue] = setting(description="Queues by name", min_length=1)
    segments: dict[Name, Segment] = setting(
        {}, description="Customers treated differently, by name"
    )
    groups: dict[Name, Group] = setting(description="Groups of agents by name", min_length=1)
    sites: dict[Name, Site] = setting({}, description="Sites by name")
    routing: Routing = setting(Routing, description="Who serves whom")
    back_office: dict[Name, BackOffice] = setting(
        {}, description="Stages that work on tickets, by name"
    )
    inventories: dict[Name, Inventory] = setting({}, description="Bookable slots, by name")
    knowledge: Knowledge | None = setting(None, description="The knowledge base")
    quality: Quality | None = setting(None, description="Quality sampling")
    survey: Survey | None = setting(None, description="Customer survey")
    campaigns: dict[Name, Campaign] = setting({}, description="Outbound campaigns, by name")
    notices: dict[Name, Notice] = setting({}, description="Automated messages, by name")
    elasticity: tuple[Elastic, ...] = setting((), description="Rules that raise seats or lines")
    staffing: Staffing = setting(Staffing, description="How agents are required")
    shifts: Shifts = setting(Shifts, description="Which shifts may be planned")
    contracts: dict[Name, ContractType] = setting({}, description="Contract types by name")
    rosters: RosterRules = setting(RosterRules, description="How shifts are given to named people")
    intraday: Intraday = setting(Intraday, description="What may be changed during the day")
    support: Support | None = setting(
        None, planned=True, description="People needed who take no contacts"
    )
    contract: Contract | None = setting(None, description="The purchase the scenario is sized for")
    sources: dict[str, Source] = setting(
        {}, description="Field (dotted path) → where its value comes from"
    )
    overrides: dict[Name, dict[str, Any]] = setting(
        {}, description="Named what-ifs: dotted path → value; stacked and compared by name"
    )

    _origin: Origin = PrivateAttr()
    _base: Scenario | None = PrivateAttr(None)

    @property
    def origin(self) -> Origin:
        """Where the scenario was read from: file, lines and the plain document."""
        return self._origin

    @property
    def base(self) -> Scenario:
        """The scenario as its file describes it, before `change` and `override`.

        Counts were taken in the centre as it is: a what-if must not change who turns up.
        """
        from ccsim.scenario.load import build

        if self._origin.base is self._origin:
            return self
        if self._base is None:
            self._base = build(self._origin.base)
        return self._base

    def change(self, changes: Mapping[str, Any]) -> Scenario:
        """Copy the scenario with some fields changed, validated whole.

        Parameters
        ----------
        changes
            Dotted path to value as a scenario file would have it, e.g.
            ``{"groups.bank.on_duty": 90, "queues.calls.talk": "4min"}``.

        Raises
        ------
        ScenarioError
            When a path does not exist or the result is not valid.
        """
        from ccsim.scenario.load import build

        return build(self._origin.changed(changes, self))

    def override(self, *names: str) -> Scenario:
        """Copy the scenario with its named overrides applied, later ones on top of earlier ones."""
        scenario = self
        for name in names:
            scenario = scenario.change(scenario.origin.override(name))
        return scenario
