"""kill -9 in the middle of many submissions: each one that was acknowledged is there, none is there twice."""

from __future__ import annotations

import http.client
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from leeward.config.postgres import DatabaseProblem
from tests.soak.house import House
from tests.soak.visitors import Asker

LOST = (OSError, http.client.HTTPException)
PATIENCE = 90
MANY = 1000
pytestmark = pytest.mark.soak


@dataclass
class Crowd:
    """Many who send at the same time, and try again where they were cut off."""

    askers: list[Asker]
    shown: dict[int, str] = field(default_factory=dict)
    cut_off: int = 0
    wrong: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, number: int) -> None:
        """One of them, until they have their reference."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                reference = self.askers[number].send()
            except LOST:
                with self._lock:
                    self.cut_off += 1
                time.sleep(0.2)
                continue
            except AssertionError as problem:
                with self._lock:
                    self.wrong.append(str(problem))
                return
            with self._lock:
                self.shown[number] = reference
            return
        with self._lock:
            self.wrong.append(f"{number} waited {PATIENCE} s")


def askers(port: int, number: int) -> list[Asker]:
    """Half ask for help, half refer; of those who refer, one in ten is signed in."""
    return [
        Asker(port, journey="refer" if n % 2 else "ask", as_persona="gp" if n % 20 == 1 else "") for n in range(number)
    ]


@pytest.mark.parametrize("what", ["web", "postgres"])
def test_what_was_acknowledged_is_there_once(house: House, what: str) -> None:
    before = {row[0] for row in house.ask("SELECT reference FROM front_door_contact")}
    crowd = Crowd(askers(house.port, MANY))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(Asker.prepare, crowd.askers))
    with ThreadPoolExecutor(64) as pool:
        running = [pool.submit(crowd.send, each) for each in range(MANY)]
        until = time.monotonic() + PATIENCE
        while len(crowd.shown) < MANY // 4 and time.monotonic() < until:
            time.sleep(0.005)
        if what == "web":
            house.kill_web()
        else:
            house.kill_postgres()
        acknowledged = dict(crowd.shown)
        assert len(acknowledged) < MANY, "it was killed in the middle, not afterwards"
        if what == "web":
            house.serve()
        else:
            time.sleep(0.5)
            house.postgres.start()  # what an administrator does, or systemd; the web server is left as it is
        for each in running:
            each.result()
    assert not crowd.wrong
    assert crowd.cut_off, "somebody was cut off, or nothing was proved"
    there = [row[0] for row in house.ask("SELECT reference FROM front_door_contact") if row[0] not in before]
    assert set(acknowledged.values()) <= set(there), "acknowledged before the kill, and there"
    assert sorted(there) == sorted(crowd.shown.values()), "each one sent is there, none twice"
    assert len(set(there)) == MANY


def test_a_killed_worker_process_is_replaced_by_itself(house: House) -> None:
    assert house.web is not None
    from tests.soak.house import _children

    (master,) = _children(house.web.pid)
    workers = set(_children(master))
    os.kill(min(workers), 9)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        now = set(_children(master))
        if len(now) == len(workers) and min(workers) not in now:
            break
        time.sleep(0.1)
    else:
        pytest.fail("no new worker came")
    one = Asker(house.port)
    one.prepare()
    assert one.send()


def test_a_second_start_after_a_kill_needs_no_hand(house: House) -> None:
    """The postmaster was killed: its backends may live on for a moment. Starting at once works all the same."""
    house.kill_postgres()
    try:
        house.postgres.start()
    except DatabaseProblem as problem:
        pytest.fail(str(problem))
    assert house.ask("SELECT 1") == [(1,)]
