"""Queues that are a birth-death chain: limited lines, or nobody hangs up."""

from __future__ import annotations

import math

import numpy as np

from ccsim.distributions.base import FloatArray
from ccsim.queueing.outcome import UNSTABLE, Outcome, Queue


def erlang_b(servers: int, load: float) -> float:
    """Return the share of contacts lost when none can wait.

    Parameters
    ----------
    servers : int
        At least 0.
    load : float
        Erlangs, above 0.

    Returns
    -------
    float
        Probability that all servers are busy.

    Notes
    -----
    1/B is the sum over i of s (s-1) ... (s-i+1) / load^i (Erlang 1917). Every term is
    positive; when they overflow, B is below the smallest float and 0 is its value.

    Examples
    --------
    >>> round(erlang_b(10, 5), 12)
    0.018384570337
    """
    with np.errstate(over="ignore", divide="ignore"):
        terms = np.cumprod(np.arange(servers, 0, -1) / load)
        return 1 / (1 + float(terms.sum()))


def erlang_c(queue: Queue) -> Outcome:
    """Return the outcome when everyone waits for as long as it takes (Erlang 1917).

    Parameters
    ----------
    queue : Queue
        With infinite patience and lines, and at least one server.

    Examples
    --------
    >>> from ccsim.queueing.outcome import Queue
    >>> round(erlang_c(Queue(10, 180, 14, None, math.inf, 20)).waits, 9)
    0.174131934
    """
    if queue.load >= queue.servers:
        return UNSTABLE
    spare = (queue.servers - queue.load) / queue.handle_time
    busy = erlang_b(queue.servers - 1, queue.load) * queue.rate / spare
    waits = busy / (1 + busy)
    wait = waits / spare
    late = waits * math.exp(-spare * queue.within)
    return Outcome(0.0, waits, 1.0, 0.0, wait, wait, 1 - late, 0.0)


def limited_lines(queue: Queue, hang_up_rate: float) -> Outcome:
    """Return the outcome with a limited number of lines and memoryless patience, or none.

    Parameters
    ----------
    queue : Queue
        With finite lines, at least as many as servers, and at least one server.
    hang_up_rate : float
        Per second and waiting contact: 1 / mean patience; 0 when nobody hangs up.

    Notes
    -----
    An arrival finds the chain as it is on average. Found i contacts waiting, it is served once
    i + 1 have left the queue before it; ahead of it they leave at rates c + i h, ..., c + h, c
    (c capacity, h hang-up rate), so that the number gone by a time is negative binomial, or
    Poisson without hang-ups (Riordan 1962; Palm 1957).

    Examples
    --------
    >>> from ccsim.queueing.outcome import Queue
    >>> round(limited_lines(Queue(5, 1, 10, None, 10, 20), 0).blocked, 12)
    0.018384570337
    """
    servers, lines = queue.servers, int(queue.lines)
    states = _balance(queue, lines, hang_up_rate)
    admitted = states[:-1].sum()
    at_once = float(states[:servers].sum() / admitted)
    found = states[servers:-1] / admitted

    ahead = np.arange(len(found))
    own = (ahead + 1) * hang_up_rate
    reaches_agent = queue.capacity / (queue.capacity + own)
    served_wait = np.cumsum(1 / (queue.capacity + own))
    calm = _left_queue(queue.capacity + hang_up_rate, hang_up_rate, queue.within, len(found))
    served_in_time = reaches_agent * calm
    any_wait = _left_queue(queue.capacity, hang_up_rate, queue.within, len(found))
    still_there = math.exp(-hang_up_rate * queue.within) * (1 - any_wait)
    gone_in_time = np.maximum(1 - still_there - served_in_time, 0.0)

    waiting = np.arange(1, len(found) + 1) @ states[servers + 1 :]
    served = at_once + float(found @ reaches_agent)
    return Outcome(
        blocked=float(states[-1]),
        waits=float(found.sum()),
        served=served,
        abandoned=float(hang_up_rate * waiting / (queue.rate * admitted)),
        wait=float(waiting / (queue.rate * admitted)),
        served_wait=float(found @ (reaches_agent * served_wait)) / served,
        served_within=at_once + float(found @ served_in_time),
        abandoned_within=float(found @ gone_in_time),
    )


def _balance(queue: Queue, lines: int, hang_up_rate: float) -> FloatArray:
    """Share of time with 0, 1, ..., `lines` contacts in the system, shape (lines + 1,)."""
    inside = np.arange(1, lines + 1)
    busy = np.minimum(inside, queue.servers)
    hang_ups = (inside - busy) * hang_up_rate * queue.handle_time
    return _normalised(queue.load / (busy + hang_ups))


def _left_queue(first: float, growth: float, within: float, most: int) -> FloatArray:
    """Probability that at least 1, 2, ..., `most` have left the queue in time, shape (most,).

    The k-th leaves at rate `first` + (k - 1) `growth`, per second.
    """
    from scipy.special import betainc, betaincc, gammainc, gammaincc

    if within == 0 or most == 0:
        return np.zeros(most)
    if growth == 0:
        beyond, up_to = gammainc(most, first * within), gammaincc(most, first * within)
        step = within
    else:
        # 1 - exp(-growth within) is the share of unit-rate lives that end in time.
        step = -math.expm1(-growth * within) / growth
        beyond = betainc(most, first / growth, step * growth)
        up_to = betaincc(most, first / growth, step * growth)
    gone = np.arange(1, most)
    exactly = up_to * _normalised((first + (gone - 1) * growth) * step / gone)
    return np.asarray(beyond + np.append(np.cumsum(exactly[:0:-1])[::-1], 0.0))


def _normalised(ratios: FloatArray) -> FloatArray:
    """Weights 1, r1, r1 r2, ... summing to 1, for ratios that fall through 1 at most once.

    Multiplied outwards from the largest, so that nothing overflows and what underflows is
    nothing beside it.
    """
    peak = int(np.count_nonzero(ratios > 1))
    with np.errstate(under="ignore"):
        rising = np.cumprod(1 / ratios[:peak][::-1])[::-1]
        falling = np.cumprod(ratios[peak:])
    weights = np.concatenate([rising, [1.0], falling])
    return np.asarray(weights / weights.sum())
