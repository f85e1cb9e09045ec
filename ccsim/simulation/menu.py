"""The menu: where callers go, how long it takes them, and who needs nobody afterwards.

A walk through the menu hangs on the caller's marks alone, so it is made in the draw; the engine
decides only whether there is a line and a port. Who already knows the queue (counts taken in the
queue, a second attempt) walks as those do who end up there: choices are weighed by the chance of
getting there from each (Doob's h-transform; Norris 1997, 'Markov Chains', section 1.3 gives the
chances as the solution of linear equations). Who hangs up or is contained is for the queue the walk
would have led to.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from ccsim.distributions import Constant, Distribution
from ccsim.scenario import Scenario
from ccsim.scenario.contacts import Node, SelfService
from ccsim.simulation.centre import microseconds, millionths
from ccsim.simulation.durations import Durations, duration
from ccsim.simulation.marks import (
    CHOICE,
    CONTAINED,
    DIALOGUE,
    HANG_UP,
    OPT_OUT,
    SPEECH,
    mark,
)

Floats = NDArray[np.float64]

# What a walk comes to.
ASKS, IS_CONTAINED, IS_LOST = range(3)
# Who is still in the menu after so many steps hangs up.
MOST_STEPS = 500


class Menu(NamedTuple):
    """A menu in arrays; places are nodes, then queues; the last target is nobody's: free choice.

    Attributes
    ----------
    start
        First node.
    prompt
        ndarray of int64, shape (nodes,): µs.
    hang_up, contains
        ndarrays of float64, shape (nodes,).
    mishears
        ndarray of float64, shape (nodes,): chance of not being understood, per prompt.
    reprompts
        ndarray of int64, shape (nodes,).
    gives_up, opt_out
        ndarrays of float64, shape (nodes, targets): chance of going to ``out`` because nothing
        was understood, or on one's own wish.
    out
        ndarray of int64, shape (nodes,): that place; -1 is none.
    follow
        ndarray of float64, shape (nodes, targets, places): cumulative chances of going on.
    dialogue
        ndarray of int64, shape (nodes,): row of its duration; -1 is none.
    price, price_per_minute
        ndarrays of int64, shape (nodes,): of a virtual agent, millionths of the currency.
    """

    start: int
    prompt: NDArray[np.int64]
    hang_up: Floats
    contains: Floats
    mishears: Floats
    reprompts: NDArray[np.int64]
    gives_up: Floats
    opt_out: Floats
    out: NDArray[np.int64]
    follow: Floats
    dialogue: NDArray[np.int64]
    price: NDArray[np.int64]
    price_per_minute: NDArray[np.int64]


def dialogues(scenario: Scenario) -> list[Distribution]:
    """Durations of the nodes' dialogues, a row a node."""
    nodes = scenario.ivr.nodes.values() if scenario.ivr else ()
    return [service.duration if (service := _service(n)) else Constant(0.0) for n in nodes]


def menu_of(scenario: Scenario, first_row: int) -> Menu:
    """Put the menu into arrays; `first_row` is the row of the first node's dialogue."""
    nodes = scenario.ivr.nodes if scenario.ivr else {}
    rows = list(nodes.values())
    services = [_service(node) for node in rows]
    start = list(nodes).index(scenario.ivr.start) if scenario.ivr else 0
    fails, opt_out, out, follow = _ways(scenario)
    chances = _chances(fails, opt_out, out, follow)
    targets = chances.shape[1]
    conditional = [_towards(fails, opt_out, out, follow, chances, q) for q in range(targets)]
    conditional.append((fails, opt_out, follow))
    shape = (len(rows), targets + 1)
    return Menu(
        start=start,
        prompt=np.array([microseconds(node.prompt) for node in rows], dtype=np.int64),
        hang_up=np.array([node.hang_up for node in rows], dtype=float),
        contains=np.array([one.contains if one else 0.0 for one in services], dtype=float),
        mishears=np.array(
            [node.speech.misrecognition if node.speech else 0.0 for node in rows], dtype=float
        ),
        reprompts=np.array(
            [node.speech.reprompts if node.speech else 0 for node in rows], dtype=np.int64
        ),
        gives_up=np.array([one[0] for one in conditional]).T.reshape(shape).copy(),
        opt_out=np.array([one[1] for one in conditional]).T.reshape(shape).copy(),
        out=out,
        follow=np.cumsum(np.array([one[2] for one in conditional]), axis=2)
        .transpose(1, 0, 2)
        .copy(),
        dialogue=np.array(
            [first_row + n if one else -1 for n, one in enumerate(services)], dtype=np.int64
        ),
        price=np.array([millionths(getattr(s, "price", 0.0)) for s in services], dtype=np.int64),
        price_per_minute=np.array(
            [millionths(getattr(s, "price_per_minute", 0.0)) for s in services], dtype=np.int64
        ),
    )


def reached(scenario: Scenario) -> tuple[Floats, Floats]:
    """Chances that a walk is for each queue, and that who is for it gets there.

    Returns
    -------
    (for_queue, arrives)
        ndarrays of float64, shape (queues,); ``arrives`` is 1 where no walk leads.
    """
    queues = len(scenario.queues)
    if scenario.ivr is None:
        return np.zeros(queues), np.ones(queues)
    rows = list(scenario.ivr.nodes.values())
    start = list(scenario.ivr.nodes).index(scenario.ivr.start)
    fails, opt_out, out, follow = _ways(scenario)
    chances = _chances(fails, opt_out, out, follow)
    skips = np.array([_failure(node) if out[n] < 0 else 0.0 for n, node in enumerate(rows)])
    contained = np.array([one.contains if (one := _service(n)) else 0.0 for n in rows])
    stays = 1 - np.array([node.hang_up for node in rows])
    arrives = np.ones(queues)
    for queue in range(queues):
        if chances[start, queue] == 0:
            continue
        lost, opts, goes = _towards(fails, opt_out, out, follow, chances, queue)
        to_out = stays * (lost + (1 - lost) * opts)
        to_next = stays * (1 - lost) * (1 - opts) * (1 - contained * (1 - skips))
        ways = to_next[:, None] * goes
        for node, place in enumerate(out):
            if place >= 0:
                ways[node, place] += to_out[node]
        nodes = len(rows)
        solved = np.linalg.solve(
            np.eye(nodes) - ways[:, :nodes] * (chances[:, queue] > 0), ways[:, nodes + queue]
        )
        arrives[queue] = solved[start]
    return chances[start], arrives


def _service(node: Node) -> SelfService | None:
    return node.self_service or node.virtual_agent


def _failure(node: Node) -> float:
    """Chance that speech is not understood at all."""
    if node.speech is None:
        return 0.0
    return float(node.speech.misrecognition ** (node.speech.reprompts + 1))


def _ways(scenario: Scenario) -> tuple[Floats, Floats, NDArray[np.int64], Floats]:
    """Chances of giving up on speech, of opting out, where that leads, and of going on."""
    nodes = scenario.ivr.nodes if scenario.ivr else {}
    places = {name: n for n, name in enumerate([*nodes, *scenario.queues])}
    out = np.array([places[n.opt_out_to] if n.opt_out_to else -1 for n in nodes.values()], np.int64)
    fails = np.array(
        [_failure(node) if out[n] >= 0 else 0.0 for n, node in enumerate(nodes.values())]
    )
    opt_out = np.array([node.opt_out for node in nodes.values()], dtype=float)
    follow = np.zeros((len(nodes), len(places)))
    for number, node in enumerate(nodes.values()):
        for name, share in (node.choose or {str(node.then): 1.0}).items():
            follow[number, places[name]] += share
    return fails, opt_out, out, follow


def _chances(fails: Floats, opt_out: Floats, out: NDArray[np.int64], follow: Floats) -> Floats:
    """Chance that a walk from each node is for each queue, shape (nodes, queues)."""
    nodes = len(follow)
    ways = ((1 - fails) * (1 - opt_out))[:, None] * follow
    for node, place in enumerate(out):
        if place >= 0:
            ways[node, place] += fails[node] + (1 - fails[node]) * opt_out[node]
    chances = np.linalg.solve(np.eye(nodes) - ways[:, :nodes], ways[:, nodes:])
    return chances.astype(np.float64)


def _towards(
    fails: Floats,
    opt_out: Floats,
    out: NDArray[np.int64],
    follow: Floats,
    chances: Floats,
    queue: int,
) -> tuple[Floats, Floats, Floats]:
    """Weigh every branch by the chance of ending at a queue."""
    nodes, places = follow.shape
    of_place = np.zeros(places)
    of_place[:nodes] = chances[:, queue]
    of_place[nodes + queue] = 1.0
    ahead = follow * of_place
    onward = ahead.sum(axis=1)
    aside = np.where(out >= 0, of_place[np.maximum(out, 0)], 0.0)
    later = opt_out * aside + (1 - opt_out) * onward
    with np.errstate(invalid="ignore", divide="ignore"):
        lost = np.nan_to_num(fails * aside / (fails * aside + (1 - fails) * later))
        opts = np.nan_to_num(opt_out * aside / later)
        goes = np.nan_to_num(ahead / onward[:, None])
    return lost, opts, goes


@numba.njit(cache=True)
def walk(
    menu: Menu, of: Durations, luck: np.uint64, key: np.uint64, attempt: int, target: int
) -> tuple[int, int, int, int]:
    """Walk through the menu.

    Parameters
    ----------
    target
        Queue the caller is for; -1 where the menu decides.

    Returns
    -------
    (outcome, queue, elapsed, price)
        `ASKS`, `IS_CONTAINED` or `IS_LOST`; the queue it is, or would have been, for; µs in the
        menu; millionths of the currency for virtual agents.
    """
    nodes = len(menu.prompt)
    column = target if target >= 0 else menu.gives_up.shape[1] - 1
    outcome, elapsed, price, gone = ASKS, 0, 0, False
    place = menu.start
    for step in range(1, MOST_STEPS + 1):
        fails, skips = menu.gives_up[place, column], False
        heard = 0
        if menu.mishears[place] > 0:
            u = mark(luck, key, attempt, step, SPEECH)
            never = menu.mishears[place] ** (menu.reprompts[place] + 1)
            if menu.out[place] < 0:
                skips = u < never
                fails = 0.0
                given_up = skips
            else:
                given_up = u < fails
                # Those who are understood after all: their luck on its own scale again.
                u = never + (u - fails) / (1 - fails) * (1 - never) if fails < 1 else never
            if given_up:
                heard = menu.reprompts[place]
            else:
                level = menu.mishears[place]
                while u < level and heard < menu.reprompts[place]:
                    heard += 1
                    level *= menu.mishears[place]
        else:
            given_up = False
        if not gone:
            elapsed += menu.prompt[place] * (1 + heard)
            if mark(luck, key, attempt, step, HANG_UP) < menu.hang_up[place]:
                outcome, gone = IS_LOST, True
        if (given_up and not skips) or (
            menu.out[place] >= 0
            and mark(luck, key, attempt, step, OPT_OUT) < menu.opt_out[place, column]
        ):
            place = menu.out[place]
        else:
            row = menu.dialogue[place]
            if row >= 0 and not gone and not skips:
                took = duration(of, row, 0, luck, key, attempt, step, DIALOGUE)
                elapsed += took
                price += menu.price[place]
                price += (2 * menu.price_per_minute[place] * took + 60_000_000) // 120_000_000
                if mark(luck, key, attempt, step, CONTAINED) < menu.contains[place]:
                    outcome, gone = IS_CONTAINED, True
            u = mark(luck, key, attempt, step, CHOICE)
            chosen = 0
            while chosen < menu.follow.shape[2] - 1 and u >= menu.follow[place, column, chosen]:
                chosen += 1
            place = chosen
        if place >= nodes:
            return outcome, place - nodes, elapsed, price
    return IS_LOST, max(target, 0), elapsed, price
