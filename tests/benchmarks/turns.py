"""Measurements side by side: each does a little, then waits while the others do the same.

A small machine is half as fast in one minute as in the next. Two times that were taken one after the other say more of
the machine than of what was measured; taken in turns, their ratio holds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

TURN = "TURN"


def my_turn() -> None:
    """In a measuring process: wait until it is this one's turn."""
    print(TURN, flush=True)
    sys.stdin.readline()


def in_turns(processes: Sequence[subprocess.Popen[str]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Let each process go on until it waits again, in order, to the end of all; its number and a figure, as they come.

    A process that fails ends all of them: SystemExit with the last that it said.
    """
    going = dict(enumerate(processes))
    said: list[list[str]] = [[] for _ in processes]
    try:
        for number in _round_and_round(going):
            process = going[number]
            assert process.stdin is not None
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("FIGURE "):
                    yield number, json.loads(line.removeprefix("FIGURE "))
                elif line.strip() == TURN:
                    break
                else:
                    said[number].append(line)
            else:
                del going[number]
                if process.wait():
                    raise SystemExit(f"A benchmark failed:\n{''.join(said[number][-30:])}")
    finally:
        for process in going.values():
            process.kill()
            process.wait()


def _round_and_round(going: dict[int, subprocess.Popen[str]]) -> Iterator[int]:
    """Whose turn it is; from the second round on they wait to be told."""
    yield from list(going)
    while going:
        for number in list(going):
            stdin = going[number].stdin
            assert stdin is not None
            stdin.write("\n")
            stdin.flush()
            yield number
