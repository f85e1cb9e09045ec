"""What may be changed while the day runs: how far, how soon, and at what price."""

from __future__ import annotations

from ccsim.scenario.contacts import Callback
from ccsim.scenario.kinds import Amount, Count, Duration, PositiveDuration, ShareInside
from ccsim.scenario.setting import Section, setting


class Intraday(Section):
    """Limits and prices of what is done during the day."""

    step: PositiveDuration = setting(
        1800.0, unit="s", description="Shifts are prolonged and cut by whole numbers of this"
    )
    overtime: Duration = setting(
        7200.0, unit="s", description="Longest time by which a shift is prolonged"
    )
    time_off: Duration = setting(
        14400.0, unit="s", description="Longest time before its end at which a shift is left"
    )
    people: ShareInside = setting(
        0.1, unit="share", description="Share of a group's people of the day asked at once"
    )
    notice: Duration = setting(0.0, unit="s", description="Nobody's day changes sooner than this")
    callback: Callback | None = setting(
        None, description="Offer of a callback that can be switched on; none: it cannot"
    )
    burst_seats: Count = setting(
        0, unit="seats", description="Seats a site can have on top for the rest of the day"
    )
    burst_seat_price: Amount = setting(
        0.0, unit="money per hour", description="Price of such a seat for an hour"
    )
