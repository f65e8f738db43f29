"""All mutants on trial, each in a process of its own, forked from one that has everything loaded.

A mutant costs milliseconds so: nothing is imported again, and the scenarios that use what is wrong are asked
first. Needs a system that can fork; start it in a program of its own (`docs/generate_mutation.py` is one),
because forking a program with threads is asking for trouble.
"""

import json
import os
import selectors
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import NoReturn

from calltape.conformance.mutants import Mutant
from calltape.conformance.trial import Verdict, Witnesses, judge, witnesses
from calltape.core import BadInput

ENDLESS_S = 20.0
"""A mutant that takes this much of a processor's time has a scenario without an end; that is noticed."""

Progress = Callable[[int, int], None]


def try_all(
    mutants: Sequence[Mutant],
    *,
    processes: int | None = None,
    budget_s: float = 3600.0,
    progress: Progress | None = None,
    seen_by: Witnesses | None = None,
) -> list[Verdict]:
    """What becomes of each mutant, in their order.

    Args:
        mutants: those to try.
        processes: how many at once; as many as there are processors when None.
        budget_s: after this long no more are begun.
        progress: told how many of how many are done, each time one is.
        seen_by: who may notice; all scenarios when None.

    Raises:
        BadInput: this system cannot fork, or the time was not enough.
    """
    if not hasattr(os, "fork"):
        raise BadInput(
            "mutants are tried in forked processes, and this system cannot fork; use Linux or macOS"
        )
    asked = witnesses() if seen_by is None else seen_by
    found = dict(
        _judged(mutants, asked, processes or os.cpu_count() or 1, time.monotonic() + budget_s, progress)
    )
    if len(found) < len(mutants):
        raise BadInput(
            f"only {len(found)} of {len(mutants)} mutants were tried in {budget_s:g} s; give more time"
        )
    return [found[place] for place in range(len(mutants))]


def _judged(
    mutants: Sequence[Mutant], asked: Witnesses, processes: int, until: float, progress: Progress | None
) -> Iterator[tuple[int, Verdict]]:
    waiting = iter(enumerate(mutants))
    running: dict[int, tuple[int, int]] = {}
    done = 0
    with selectors.DefaultSelector() as ready:
        while True:
            while len(running) < processes and time.monotonic() < until:
                place, mutant = next(waiting, (-1, None))
                if mutant is None:
                    break
                pid, pipe = _forked(mutant, asked)
                running[pipe] = (place, pid)
                ready.register(pipe, selectors.EVENT_READ)
            if not running:
                return
            for key, _ in ready.select():
                place, pid = running.pop(key.fd)
                ready.unregister(key.fd)
                yield place, _read(key.fd, pid, mutants[place])
                done += 1
                if progress is not None:
                    progress(done, len(mutants))


def _forked(mutant: Mutant, asked: Witnesses) -> tuple[int, int]:
    """A process that judges `mutant`, and the pipe on which it says what became of it."""
    reads, writes = os.pipe()
    pid = os.fork()
    if not pid:
        _judge_and_end(mutant, asked, writes)
    os.close(writes)
    return pid, reads


def _judge_and_end(mutant: Mutant, asked: Witnesses, pipe: int) -> NoReturn:
    """In the forked process: judge, say so, and end without any of what ending a program does."""
    try:
        signal.signal(signal.SIGVTALRM, _stop)
        signal.setitimer(signal.ITIMER_VIRTUAL, ENDLESS_S)
        verdict = judge(mutant, asked.for_mutant(mutant))
        os.write(pipe, json.dumps([verdict.by, verdict.told[:300]]).encode())
    finally:
        os._exit(0)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise RuntimeError(f"no end after {ENDLESS_S:g} s")


def _read(pipe: int, pid: int, mutant: Mutant) -> Verdict:
    said = b""
    while part := os.read(pipe, 65536):
        said += part
    os.close(pipe)
    os.waitpid(pid, 0)
    if not said:
        raise RuntimeError(f"the process that tried {mutant.name!r} ended without a word")
    by, told = json.loads(said)
    return Verdict(mutant.name, mutant.kind, mutant.lifecycle, by, told)
