"""Senders: what they make of the replies, on a clock that nobody waits for."""

from collections import Counter
from functools import partial
from itertools import islice
from typing import Any

import pytest

from smtplesson import LessonError, simulate
from smtplesson.experiments import attempts, expected, watch
from smtplesson.experiments.deliveries import Deliveries
from smtplesson.experiments.errand import Delivery, Fate, fate, split_replies
from smtplesson.experiments.schedules import RFC_5321, Schedule, backoff, every
from smtplesson.experiments.senders import PATIENT, Sender
from smtplesson.protocol.scenario_file import parse_scenario

MINUTE, HOUR, DAY = 60, 3_600, 86_400
UNKNOWN = ("nobody@example.test",)


NO_SENDER: list[tuple[dict[str, Any], str]] = [
    ({"recipients": "bob@example.test"}, "recipients = 'bob@.*': a list of addresses is expected"),
    ({"recipients": [5]}, "recipients = .*: an address is expected"),
    ({"recipients": ("bob@example.test\r\nQUIT",)}, "recipients = .*: an address is expected"),
    ({"sender": None}, "sender = None: an address is expected"),
    ({"sender": "\ud800@client.example"}, "sender = .*: an address is expected"),
    ({"messages": -1}, "messages = -1: 0 to 1,000 is allowed"),
    ({"messages": 1.5}, "messages = 1.5: a whole number is expected"),
    ({"messages": 10**9}, "messages = 1000000000: 0 to 1,000 is allowed"),
    ({"gap": -1}, "gap = -1: 0 or more is allowed"),
    ({"gap": float("nan")}, "gap = nan: 0 or more is allowed"),
    ({"pipelined": "no"}, "pipelined = 'no': True or False is expected"),
    ({"retries": 60}, r"retries = 60: a Schedule, such as backoff\(60\), is expected"),
]
NO_SCHEDULE: list[tuple[dict[str, Any], str]] = [
    ({"first": -1}, "first = -1: 0 or more is allowed"),
    ({"first": "60"}, "first = '60': a number is expected"),
    ({"first": 60, "factor": -2}, "factor = -2: 0 or more is allowed"),
    ({"first": 60, "longest": -1}, "longest = -1: 0 or more is allowed"),
    ({"first": 60, "give_up": -1}, "give_up = -1: 0 or more is allowed"),
    ({"first": 60, "jitter": 1.1}, "jitter = 1.1: 0 to 1 is allowed"),
]


def middle() -> float:
    return 0.5


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [*((Sender, *each) for each in NO_SENDER), *((Schedule, *each) for each in NO_SCHEDULE)],
)
def test_what_makes_no_sense_is_refused_in_a_line(
    kind: type[Sender] | type[Schedule], values: dict[str, Any], said: str
) -> None:
    with pytest.raises(LessonError, match=f"^{kind.__name__}: {said}$"):
        kind(**values)


def test_recipients_may_be_a_list() -> None:
    assert Sender(recipients=[*UNKNOWN]) == Sender(recipients=UNKNOWN)  # type: ignore[arg-type]


@pytest.mark.parametrize("use", [simulate, expected, partial(watch, number=1), attempts])
def test_what_is_no_sender(use: Any) -> None:
    with pytest.raises(LessonError, match=r"^'patient' is no Sender; "):
        use("busy", sender="patient")


@pytest.mark.parametrize(
    "use", [partial(simulate, "busy"), partial(watch, "busy", 1), partial(attempts, "busy")]
)
@pytest.mark.parametrize("seed", ["x", 1.5, None, True])
def test_a_seed_is_a_whole_number(use: Any, seed: Any) -> None:
    with pytest.raises(LessonError, match=r"^seed .*: a whole number .* is expected$"):
        use(seed=seed)


@pytest.mark.parametrize(
    ("schedule", "waits"),
    [
        (every(300), [300, 300, 300]),
        (every(300, give_up=700), [300, 300]),
        (every(300, give_up=600), [300, 300]),  # no later than that, and that is not later
        (every(300, give_up=599), [300]),
        (Schedule(60, factor=2, longest=200), [60, 120, 200, 200]),
        (backoff(60, factor=3), [60, 180, 540]),
        (every(0), []),  # no wait at all would never end
    ],
)
def test_waits(schedule: Schedule, waits: list[float]) -> None:
    assert list(islice(schedule.waits(middle), len(waits))) == waits
    if len(waits) < 3:
        assert list(schedule.waits(middle)) == waits


def test_jitter_spreads_the_waits_around_the_schedule() -> None:
    schedule = backoff(100, jitter=0.5)
    least = next(schedule.waits(lambda: 0.0))
    most = next(schedule.waits(lambda: 0.999999))
    assert (least, round(most)) == (50, 150)


def test_the_advice_of_the_standard() -> None:
    # RFC 5321 §4.5.4.1: 30 minutes at least between attempts, two attempts in the first hour,
    # then one every two or three hours, and 4 to 5 days before giving up.
    waits = list(RFC_5321.waits(middle))
    assert min(waits) >= 30 * MINUTE
    assert sum(waits[:2]) > HOUR >= waits[0]
    assert all(2 * HOUR <= wait <= 3 * HOUR for wait in waits[3:])
    assert 4 * DAY <= sum(waits) <= 5 * DAY


@pytest.mark.parametrize(
    ("reply", "end"),
    [
        (b"250 ok\r\n", Fate.ACCEPTED),
        (b"354 go on\r\n", Fate.ACCEPTED),
        (b"450 later\r\n", Fate.DEFERRED),
        (b"421 bye\r\n", Fate.DEFERRED),
        (b"550 no\r\n", Fate.REFUSED),
        (b"", Fate.DEFERRED),  # RFC 5321 §3.8: a lost connection counts as 451
    ],
)
def test_the_first_digit_decides(reply: bytes, end: Fate) -> None:
    assert fate(reply) is end


def test_replies_are_taken_apart() -> None:
    replies = [b"250-a\r\n250 b\r\n", b"354\r\n", b"450 c\r\n"]
    assert split_replies(b"".join(replies)) == replies


def test_who_comes_back_passes_greylisting_and_who_does_not_is_kept_out() -> None:
    patient = simulate("greylist", 20, sender=Sender(retries=every(4 * MINUTE))).deliveries
    # Five minutes have to pass: the attempts at 4 and at 8 minutes are the second and third.
    assert patient.attempts() == {3: 20}
    assert patient.delays() == {8 * MINUTE: 20}
    spammer = simulate("greylist", 20).deliveries
    assert spammer.share("deferred")[:2] == (20, 20)


def test_an_outage_of_an_hour_costs_a_patient_sender_nothing_but_time() -> None:
    deliveries = simulate("outage", 5, sender=PATIENT).deliveries
    # Attempts at 0, 30 and 90 minutes: the third comes after the hour.
    assert deliveries.attempts() == {3: 5}
    assert deliveries.quantile(0.5) == 90 * MINUTE


def test_a_mailbox_fills_up() -> None:
    tally = simulate("filling", 4, sender=Sender(messages=8, gap=10))
    assert tally.to_dict()["end-of-data"] == {"250": 4 * 5, "452": 4 * 3}
    assert tally.deliveries.share("accepted")[:2] == (20, 32)


def test_a_rate_limit_looks_at_the_last_minute_only() -> None:
    fast = simulate("limited", 1, sender=Sender(messages=20, gap=1)).to_dict()["end-of-data"]
    assert fast == {"250": 10, "421": 5, "450": 5}
    slow = simulate("limited", 1, sender=Sender(messages=20, gap=7)).to_dict()["end-of-data"]
    assert slow == {"250": 20}


@pytest.mark.parametrize(
    ("share", "delay"), [(0.01, 1), (0.07, 7), (0.071, 8), (0.5, 50), (0.95, 95), (1, 100)]
)
def test_a_quantile_is_the_delay_within_which_so_many_were_accepted(
    share: float, delay: int
) -> None:
    accepted = Counter(Delivery(Fate.ACCEPTED, 1, n) for n in range(1, 101))
    deliveries = Deliveries(accepted + Counter({Delivery(Fate.REFUSED, 1, 0): 50}))
    assert deliveries.quantile(share) == delay


@pytest.mark.parametrize("share", [0, -0.5, 1.01, float("nan")])
def test_what_is_no_share_has_no_quantile(share: float) -> None:
    with pytest.raises(LessonError, match="is not a share: more than 0 and at most 1 is allowed"):
        Deliveries().quantile(share)


def test_each_recipient_has_a_fate_of_its_own() -> None:
    three = ("alice@example.test", "bob@example.test", *UNKNOWN)
    deliveries = simulate("example", 10, sender=Sender(recipients=three)).deliveries
    assert [deliveries.share(end).hits for end in Fate] == [10, 10, 10]


@pytest.mark.parametrize("recipients", [("alice@example.test",), ("bob@example.test", *UNKNOWN)])
def test_pipelining_changes_nothing_but_what_was_already_on_its_way(
    recipients: tuple[str, ...],
) -> None:
    plain = simulate("busy", 300, seed=3, sender=Sender(recipients=recipients))
    piped = simulate("busy", 300, seed=3, sender=Sender(recipients=recipients, pipelined=True))
    assert plain.to_dict()["MAIL"] == piped.to_dict()["MAIL"]
    assert plain.deliveries == piped.deliveries


def test_a_stubborn_sender_earns_more_errors_and_no_delivery() -> None:
    tally = simulate("example", 1, sender=Sender(recipients=UNKNOWN, stubborn=True))
    # The text that nobody asked for is read as commands: 500 each.
    assert tally.to_dict() == {
        "connect": {"220": 1},
        "EHLO": {"250": 1},
        "MAIL": {"250": 1},
        "RCPT": {"550": 1},
        "DATA": {"503": 1},
        "end-of-data": {"500": 1},
        "QUIT": {"221": 1},
        "unknown": {"500": 3},
    }
    assert tally.deliveries.share("refused")[:2] == (1, 1)


def test_a_dropped_connection_is_tried_again() -> None:
    rude = parse_scenario('[[rule]]\nat = "DATA"\nattempts = [1]\ndrop = true', "rude")
    assert simulate(rude, 3).deliveries.share("deferred").hits == 3
    again = simulate(rude, 3, sender=Sender(retries=every(60))).deliveries
    assert again.attempts() == {2: 3}
