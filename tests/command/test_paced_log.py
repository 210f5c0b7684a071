"""The log of `serve`: written together, soon, and whole."""

import asyncio
from io import StringIO

from smtplesson.command.serve import PacedLog, as_lines
from smtplesson.loopback.transcript import Exchange
from smtplesson.protocol.states import State


class Counted(StringIO):
    """A stream that counts how often it is written to."""

    times = 0

    def write(self, text: str) -> int:
        self.times += 1
        return super().write(text)


def noop(octets: int = 6) -> Exchange:
    """A NOOP with as many octets, and the reply to it."""
    sent = b"NOOP".ljust(octets - 2) + b"\r\n"
    return Exchange("NOOP", sent, b"250 OK\r\n", State.GREETED, State.GREETED)


def test_what_is_said_in_a_moment_is_written_at_once_and_soon() -> None:
    log, stream = PacedLog(), Counted()
    log.streams.append((stream, as_lines))

    async def talk() -> None:
        for number in (1, 2, 1):
            log(number, noop())
            await asyncio.sleep(0)  # a turn of the loop
        assert stream.getvalue() == ""
        async with asyncio.timeout(10):
            while not stream.times:
                await asyncio.sleep(0.01)

    asyncio.run(talk())
    said = "".join(f"[{n}] C: NOOP\n[{n}] S: 250 OK\n" for n in (1, 2, 1))
    assert (stream.getvalue(), stream.times) == (said, 1)


def test_a_mebibyte_does_not_wait_and_the_rest_is_there_at_the_end() -> None:
    log, stream = PacedLog(), Counted()
    log.streams.append((stream, as_lines))

    async def talk() -> None:
        log(1, noop(600_000))
        assert stream.times == 0
        log(2, noop(600_000))
        assert stream.times == 1 and stream.getvalue().count("250 OK") == 2
        log(3, noop())

    asyncio.run(talk())  # the loop is closed before the time has come
    log.flush()
    assert stream.getvalue().endswith("[2] S: 250 OK\n[3] C: NOOP\n[3] S: 250 OK\n")
