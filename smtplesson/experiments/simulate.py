"""Simulate: many whole sessions through the real machine, in memory, and their tally."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import islice

from smtplesson.errors import LessonError
from smtplesson.experiments.outcomes import outcomes
from smtplesson.experiments.senders import ONE_MESSAGE, Sender, known_sender
from smtplesson.experiments.tally import Tally
from smtplesson.protocol.chance import known_seed
from smtplesson.protocol.scenario import Scenario
from smtplesson.protocol.scenario_file import scenario as find_scenario

MAX_SESSIONS = 1_000_000_000
# So many senders are one piece of work, some tenths of a second long at most where a crowd is led
# and where each is played by itself; so many pieces are handed to an executor before the first
# has come back.
LED_PIECE, LONE_PIECE, IN_FLIGHT = 100_000, 2_000, 64


def simulate(
    scenario: Scenario | str,
    sessions: int = 1_000,
    seed: int = 0,
    sender: Sender = ONE_MESSAGE,
    *,
    executor: Executor | None = None,
    progress: bool = True,
) -> Tally:
    """The tally of the replies that so many sessions draw.

    scenario: a Scenario, the name of a built-in one, or the path of a TOML file.
    sessions: how many are begun, each by a sender of its own; one that tries again adds more.
        Each is played to its end by the machine that also serves TCP.
    seed: decides all chance; the same seed gives the same tally, however it is divided.
    sender: how each sender behaves.
    executor: spreads the work: any of `concurrent.futures`, or Dask's `client.get_executor()`.
    progress: shows a bar on a terminal if it takes longer than two seconds; never in a notebook,
        whose outputs are compared and printed.
    Raises: LessonError if a value makes no sense, or a message is never done.

    Interrupted, it returns what it has: `sessions` of the tally says how many those are.
    """
    if isinstance(sessions, bool) or not isinstance(sessions, int):
        raise LessonError(f"sessions = {sessions!r}: a whole number is expected")
    if not 1 <= sessions <= MAX_SESSIONS:
        raise LessonError(f"sessions = {sessions}: 1 to {MAX_SESSIONS:,} is allowed")
    character = find_scenario(scenario)
    work = _Work(character, known_seed(seed), known_sender(sender))
    size = LONE_PIECE if sender.retries.jitter else LED_PIECE
    pieces = (range(n, min(n + size, sessions + 1)) for n in range(1, sessions + 1, size))
    tallies = work.spread(pieces, executor) if executor else map(work, pieces)
    return _summed(tallies, sessions, progress)


def simulate_part(
    scenario: Scenario, part: range, seed: int = 0, sender: Sender = ONE_MESSAGE
) -> Tally:
    """The tally of the senders with these numbers, from 1; parts add up to what `simulate` gives.

    For a caller with something else to do between two parts.
    """
    return _Work(scenario, seed, sender)(part)


def _summed(tallies: Iterator[Tally], sessions: int, progress: bool) -> Tally:
    """The sum of the tallies; what has come until now if it is interrupted."""
    from tqdm import tqdm

    total, hidden = Tally(), None if progress else True  # None: unless a terminal is there
    with tqdm(total=sessions, unit=" sessions", delay=2, leave=False, disable=hidden) as bar:
        try:
            for tally in tallies:
                total += tally
                bar.update(tally.sessions)
        except KeyboardInterrupt:
            pass
    return total


class _Work:
    """What has to be done for each piece; it can travel to another process."""

    def __init__(self, scenario: Scenario, seed: int, sender: Sender) -> None:
        self.scenario = scenario
        self.seed = seed
        self.sender = sender

    def __call__(self, piece: range) -> Tally:
        """The tally of the senders with these numbers."""
        return outcomes(self.scenario, self.sender).tally(piece, self.seed)

    def spread(self, pieces: Iterator[range], executor: Executor) -> Iterator[Tally]:
        """The tallies of the pieces as they come back from an executor.

        A piece that does not come back, whatever the executor died of, is done here.
        """
        running: dict[Future[Tally], range] = {}
        try:
            while (batch := list(islice(pieces, IN_FLIGHT - len(running)))) or running:
                for piece in batch:
                    try:
                        running[executor.submit(self, piece)] = piece
                    except RuntimeError:  # broken, or shut down
                        yield self(piece)
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    piece = running.pop(future)
                    failed = future.cancelled() or future.exception()
                    yield self(piece) if failed else future.result()
        finally:
            for future in running:  # interrupted: what has not begun need not
                future.cancel()
