"""Intents: comparisons of a mark with a fixed chance, one bit each.

Whether a customer hangs up on hearing that all are busy, would take a callback, would try again:
each is a mark compared with the chance its queue gives. The comparison needs nothing of the
centre's state, so it is made where the mark is; the mark itself stays the same under every chance.
"""

from __future__ import annotations

from ccsim.simulation import marks

# Bit by bit: what the customer would do or turn out to be, and the mark that says so.
INTENTS: tuple[tuple[str, int], ...] = (
    ("balks", marks.BALK),
    ("accepts_callback", marks.ACCEPT),
    ("retries", marks.RETRY),
    ("tries_other_channel", marks.SECOND),
    ("astray", marks.ASTRAY),  # in the wrong department
    ("upset", marks.UPSET),  # without having waited
    ("noticed", marks.NOTICED),  # if upset, that is noticed
    ("books", marks.BOOKS),
    ("rebooks", marks.REBOOKS),  # comes back when nothing was left
    ("resolved", marks.RESOLVED),  # if answered rightly
    ("returns", marks.RETURNS),  # if not resolved
    ("opens_ticket", marks.TICKET),
    ("calls_when_late", marks.TICKET_CALL),
    ("monitored", marks.MONITORED),
    ("reviewed", marks.REVIEWED),
    ("breach", marks.BREACH),
    ("caught", marks.CAUGHT),  # if monitored or reviewed
    ("sampled", marks.SAMPLED),  # asked in the survey
    ("responds", marks.RESPONDS),
    ("personal", marks.PERSONAL),  # has an agent of its own (a mark of the contact, not the leg)
)
(
    BALKS,
    ACCEPTS_CALLBACK,
    RETRIES,
    TRIES_OTHER_CHANNEL,
    ASTRAY,
    UPSET,
    NOTICED,
    BOOKS,
    REBOOKS,
    RESOLVED,
    RETURNS,
    OPENS_TICKET,
    CALLS_WHEN_LATE,
    MONITORED,
    REVIEWED,
    BREACH,
    CAUGHT,
    SAMPLED,
    RESPONDS,
    PERSONAL,
) = (1 << bit for bit in range(len(INTENTS)))

# From this bit on, one for each transfer of the queue: its own chance came true.
FIRST_TRANSFER_BIT = 32
MOST_TRANSFERS = 16
