"""What becomes of the contacts of a queue in the long run: the answer every closed form gives."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ccsim.distributions import Distribution


@dataclass(frozen=True)
class Queue:
    """One kind of contact and one group of agents.

    Attributes
    ----------
    load : float
        Offered load, Erlangs.
    handle_time : float
        Mean handle time, seconds.
    servers : int
        Contacts in service at once, at most.
    patience : Distribution or None
        Time after which a waiting contact hangs up; None is never.
    lines : float
        Contacts in the system at once, at most; may be inf.
    within : float
        Answer-time threshold, seconds.
    """

    load: float
    handle_time: float
    servers: int
    patience: Distribution | None
    lines: float
    within: float

    @property
    def rate(self) -> float:
        """Contacts per second."""
        return self.load / self.handle_time

    @property
    def capacity(self) -> float:
        """Contacts per second that all agents together can end."""
        return self.servers / self.handle_time


@dataclass(frozen=True)
class Outcome:
    """Shares and mean waits; all but `blocked` are of the contacts that got a line.

    Attributes
    ----------
    blocked : float
        Share of the contacts entering that find no line free.
    waits : float
        Share that finds every agent busy.
    served, abandoned : float
        Shares; each computed on its own, so that a small one keeps its digits.
    wait : float
        Mean wait of all, seconds.
    served_wait : float
        Mean wait of those served, seconds.
    served_within, abandoned_within : float
        Shares served and gone within the threshold.
    stable : bool
        False when the queue grows for ever.
    """

    blocked: float
    waits: float
    served: float
    abandoned: float
    wait: float
    served_wait: float
    served_within: float
    abandoned_within: float
    stable: bool = True


# No contacts: whoever might come would be answered at once.
QUIET = Outcome(0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0)

# More work than the agents can do and nobody hangs up.
UNSTABLE = Outcome(0.0, 1.0, 1.0, 0.0, math.inf, math.inf, 0.0, 0.0, stable=False)
