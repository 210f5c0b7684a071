"""However the sessions are divided, the counts are the same; and what breaks is made good."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest

from smtplesson import LessonError, Tally, simulate
from smtplesson.experiments.schedules import backoff
from smtplesson.experiments.senders import ONE_MESSAGE, PATIENT, Sender
from smtplesson.protocol.scenario_file import parse_scenario

SESSIONS = 5_000
RETRYING = Sender(retries=backoff(60, jitter=0.5))


@pytest.fixture(scope="module")
def serial() -> Tally:
    return simulate("busy", SESSIONS, seed=7, sender=RETRYING)


# More than two pieces of each: where every sender is played by itself, and where a crowd is led.
@pytest.mark.parametrize(
    ("sessions", "sender"), [(SESSIONS, RETRYING), (250_000, ONE_MESSAGE), (250_000, PATIENT)]
)
def test_two_processes_count_as_one(sessions: int, sender: Sender) -> None:
    with ProcessPoolExecutor(2) as executor:
        spread = simulate("busy", sessions, 7, sender, executor=executor)
    assert spread == simulate("busy", sessions, 7, sender)


def test_dask_counts_as_one(serial: Tally) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=False,
            # By themselves they ask for the machine's address and listen on all of them.
            protocol="tcp",
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
        ) as cluster,
        cluster.get_client() as client,
    ):
        executor = client.get_executor()
        assert simulate("busy", SESSIONS, 7, RETRYING, executor=executor) == serial


def test_the_first_sessions_are_those_of_a_smaller_run() -> None:
    small, large = (simulate("busy", n, seed=7) for n in (2_000, 4_000))
    assert small.counts <= large.counts


class Dying(Executor):
    """Gives up after some pieces: their results never come."""

    def __init__(self, pieces: int) -> None:
        self.left = pieces

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.left -= 1
        if self.left >= 0:
            future.set_result(fn(*args, **kwargs))
        elif self.left == -1:
            future.set_exception(EOFError("the worker is gone"))
        else:
            raise RuntimeError("cannot schedule new futures")
        return future


@pytest.mark.parametrize("pieces", [0, 1, 2])
def test_the_share_of_an_executor_that_dies_is_played_here(serial: Tally, pieces: int) -> None:
    assert simulate("busy", SESSIONS, 7, RETRYING, executor=Dying(pieces)) == serial


def test_a_killed_worker_costs_nothing_but_time() -> None:
    with ProcessPoolExecutor(1) as executor:
        killed = executor.submit(os._exit, 1)
        assert killed.exception() is not None
        tally = simulate("busy", SESSIONS, seed=7, executor=executor)
    assert tally == simulate("busy", SESSIONS, seed=7)


def test_an_interrupted_run_returns_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = sys.modules[simulate.__module__]
    played = module._Work.__call__

    def interrupted(work: Any, piece: range) -> Tally:
        if piece.start > 200_000:
            raise KeyboardInterrupt
        tally: Tally = played(work, piece)
        return tally

    monkeypatch.setattr(module._Work, "__call__", interrupted)
    tally = simulate("busy", 500_000, seed=7)
    monkeypatch.undo()
    assert tally == simulate("busy", 200_000, seed=7)


def test_a_real_fault_is_no_dead_worker() -> None:
    never = parse_scenario('[[rule]]\nat = "RCPT"\nreply = "450"', "never")
    with ThreadPoolExecutor(1) as executor, pytest.raises(LessonError, match="sender 1: a mess"):
        simulate(never, 2, sender=Sender(retries=backoff(1, factor=1)), executor=executor)


@pytest.mark.parametrize(
    ("sessions", "told"),
    [
        *((number, "1 to 1,000,000,000 is allowed") for number in (0, -5, 10**12)),
        *((other, "a whole number is expected") for other in (1.5, "many", True)),
    ],
)
def test_absurd_numbers_are_refused_in_one_line(sessions: Any, told: str) -> None:
    with pytest.raises(LessonError, match=f"^sessions = {sessions!r}: {told}$"):
        simulate("busy", sessions)
