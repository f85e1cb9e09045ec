from __future__ import annotations

from ccsim.simulation.centre import centre_of
from ccsim.simulation.simpy_engine.waiting import RETURNED, WaitingRoom
from tests.conftest import made_scenario


def test_who_leaves_a_line_and_joins_it_again_stands_at_its_end() -> None:
    scenario = made_scenario(
        queues={"calls": {"talk": 60, "callback": {"when_wait_over": 60, "accept": 1, "reach": 1}}},
        groups={"team": {"skills": {"calls": 1}, "on_duty": 1}},
        demand={"rates": {"calls": 1}},
    )
    room = WaitingRoom(centre_of(scenario), 4)
    line = room.stream(0, -1, RETURNED)
    for case in (1, 3, 2):
        room.join(line, case)
    # Closing time puts all three aside, the next opening brings them back by number.
    for case in (1, 2, 3):
        room.leave(case)
    for case in (1, 2, 3):
        room.join(line, case)
    served = []
    while room.total:
        served.append(room.first(line))
        room.leave(served[-1])
    assert served == [1, 2, 3]
