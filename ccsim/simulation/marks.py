"""A customer's own luck: uniforms that are a pure function of who, which time and what for.

One counter-based generator: SplitMix64 (Steele, Lea & Flood 2014, 'Fast splittable pseudorandom
number generators', OOPSLA; finaliser by Stafford, variant 13), split by replication, contact and
leg, and counted by purpose. Nothing is consumed in sequence, so adding an agent, a queue or a
replication shifts nobody else's luck. A mark costs a quarter of one of Philox4x32-10, and marks
are most of what a draw is made of.
"""

from __future__ import annotations

import hashlib

import numba
import numpy as np

# What a mark is for. Numbers are part of the contract: never change or reuse one.
COUNT, ARRIVAL, TALK, WRAP, PATIENCE, ABSENCE = range(1, 7)
# A contact as it comes: who it is, and its way through the menu (leg: step of the menu).
SEGMENT, PERSONAL, HANG_UP, OPT_OUT, CHOICE, SPEECH, DIALOGUE, CONTAINED = range(7, 15)
# Waiting.
BALK, ACCEPT, REACH, RETRY, RETRY_AFTER, SECOND, SECOND_AFTER, REOPENING = range(15, 23)
# Being served.
TRANSFER, UPSET, NOTICED, ASTRAY, ASTRAY_TO, ASTRAY_AFTER, ANSWER, BOOKS = range(23, 31)
# What comes of it.
RESOLVED, RETURNS, RETURNS_AFTER, TICKET, TICKET_WORK, TICKET_CALL = range(31, 37)
REBOOKS, REBOOK_AFTER, MONITORED, REVIEWED, BREACH, CAUGHT = range(37, 43)
SAMPLED, RESPONDS, SATISFIED = range(43, 46)
# Dialling; the attempt is the dial.
RING, PICK_UP, RIGHT_PARTY = range(46, 49)
# The day and its people, not the contact.
DAY, SURGE, UPLIFT, LATE, LATENESS, OFF_PHONE = range(49, 55)
# A purpose that is asked several times within a leg counts on in steps of this.
AGAIN = 1 << 8


def name_key(*names: str) -> np.uint64:
    """Turn stable names into a 64-bit key (BLAKE2b), the same on every machine.

    Examples
    --------
    >>> int(name_key("orders")) == int(name_key("orders"))
    True
    """
    digest = hashlib.blake2b("\x1f".join(names).encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


@numba.njit(cache=True)
def mix(a: np.uint64, b: np.uint64) -> np.uint64:
    """Output number b (from 0) of SplitMix64 seeded with a; also its child of that number."""
    z = np.uint64(a) + np.uint64(0x9E3779B97F4A7C15) * (np.uint64(b) + np.uint64(1))
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@numba.njit(cache=True)
def stream(seed: int, replication: int) -> np.uint64:
    """Key of one replication's marks."""
    return mix(np.uint64(seed), np.uint64(replication))


@numba.njit(cache=True)
def mark(stream_key: np.uint64, key: np.uint64, attempt: int, leg: int, purpose: int) -> float:
    """Uniform on the open interval (0, 1), 52 bits, for one purpose of one leg of one attempt.

    Parameters
    ----------
    stream_key
        From `stream(seed, replication)`.
    key
        Key of the contact (or agent), 64 bits.
    attempt, leg
        Numbers below 65,536; the first attempt is 1, the first leg 1.
    purpose
        One of the constants of this module.
    """
    of_leg = mix(mix(stream_key, key), (np.uint64(attempt) << np.uint64(16)) | np.uint64(leg))
    # 52 bits and a half: neither 0 nor 1 can come out.
    return (np.float64(mix(of_leg, np.uint64(purpose)) >> np.uint64(12)) + 0.5) * 2.0**-52
