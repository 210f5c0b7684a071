"""The client-reaction lab: what smtplib is known to do, and who is missing."""

import os
import re
import shutil
import sys
from importlib import util
from pathlib import Path

import pytest

from smtplesson.errors import LessonError
from smtplesson.experiments import clients as lab
from smtplesson.experiments.clients import CLIENTS, client_reactions, faults
from smtplesson.experiments.reactions import Reaction, Reactions

# As seen with Python 3.11 to 3.13: what smtplib says after the fault, what it raises, and
# whether the server had taken the message.
ALL = ("HELO", "MAIL", "RCPT", "RCPT", "DATA", "end-of-data", "QUIT")
SMTPLIB = {
    "421 at RCPT": ((), "SMTPRecipientsRefused", False),
    "550 at EHLO": (ALL, "success", True),
    "450 at RCPT": (("RCPT", "RSET"), "SMTPRecipientsRefused", False),
    "550 at RCPT": (("RCPT", "RSET"), "SMTPRecipientsRefused", False),
    "451 at end of data": (("RSET",), "SMTPDataError", False),
    "421 at QUIT": ((), "success", True),
    "dropped at end of data": ((), "SMTPServerDisconnected", False),
}


def optional(missing: bool, client: str) -> pytest.MarkDecorator:
    """Skips a test of a client that is not here; CI must have them all."""
    reason = f"{client} is not installed; CI must have it"
    return pytest.mark.skipif(missing and os.environ.get("CI") != "true", reason=reason)


@pytest.fixture(scope="module")
def found() -> Reactions:
    return client_reactions()


def known(*rows: tuple[str, tuple[str, ...], str, bool]) -> Reactions:
    """Reactions of one client, made up."""
    return Reactions(
        tuple(
            Reaction("robot <1>", f, said, told, took, "Wait (§1).") for f, said, told, took in rows
        ),
        ("pigeon",),
    )


def test_the_faults_are_what_their_names_say() -> None:
    assert [fault.name for fault in faults()] == list(SMTPLIB)
    for fault in faults():
        code, _, place = fault.name.partition(" at ")
        assert fault.rule.at == place.replace(" ", "-")
        assert (fault.rule.reply is None) == (code == "dropped")
        assert fault.rule.reply is None or fault.rule.reply.code == int(code)
        assert re.search(r"RFC \d+", fault.should), fault.name


@pytest.mark.parametrize("fault", SMTPLIB)
def test_what_smtplib_does(found: Reactions, fault: str) -> None:
    row = found.of("smtplib", fault)
    assert (row.said, row.reported, row.accepted) == SMTPLIB[fault]


def test_smtplib_in_a_with_says_quit_and_takes_its_refusal_for_a_failure(found: Reactions) -> None:
    assert found.of("smtplib with", "450 at RCPT").said == ("RCPT", "RSET", "QUIT")
    row = found.of("smtplib with", "421 at QUIT")
    assert (row.reported, row.accepted, row.is_true) == ("SMTPResponseException", True, False)
    assert row.word == "says failed"


@optional(util.find_spec("aiosmtplib") is None, "aiosmtplib")
def test_what_aiosmtplib_does(found: Reactions) -> None:
    reported = [found.of("aiosmtplib", fault).reported for fault in SMTPLIB]
    lost, refused = "SMTPServerDisconnected", "SMTPRecipientsRefused"
    assert reported == [lost, "success", refused, refused, "SMTPDataError", "success", lost]


@optional(shutil.which("swaks") is None, "swaks")
def test_what_swaks_does(found: Reactions) -> None:
    # The statuses are in its manual: 6 connection lost, 24 no recipient accepted, 26 not accepted.
    status = [found.of("swaks", fault).reported.removeprefix("exit status ") for fault in SMTPLIB]
    assert status == ["6", "0", "24", "24", "26", "0", "6"]


@optional(shutil.which("msmtp") is None, "msmtp")
def test_what_msmtp_does(found: Reactions) -> None:
    # As seen with 1.8.23, named as in sysexits.h: 65 data error, 69 unavailable, 76 protocol.
    status = [found.of("msmtp", fault).reported.removeprefix("exit status ") for fault in SMTPLIB]
    assert status == ["69", "0", "69", "65", "69", "0", "76"]


def test_every_client_is_tried_at_every_fault_or_missing(found: Reactions) -> None:
    assert {*found.clients, *found.missing} == set(CLIENTS)
    places = [(row.fault, row.client) for row in found.rows]
    assert places == [(fault, client) for fault in SMTPLIB for client in found.clients]


def test_the_same_again(found: Reactions) -> None:
    again = client_reactions()
    assert again == found and str(again) == str(found) and repr(again) == repr(found)


def test_missing_clients_are_named_and_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    reactions = client_reactions(["msmtp", "smtplib", "swaks"])
    assert reactions.missing == ("msmtp", "swaks") and reactions.clients == ("smtplib",)
    for shown in (str(reactions), repr(reactions), reactions._repr_html_()):
        assert "not installed: msmtp, swaks" in shown
    nobody = client_reactions(["swaks"])
    assert nobody.rows == () and "not installed: swaks" in str(nobody)


def test_a_name_that_is_no_client() -> None:
    with pytest.raises(LessonError, match="'pine' is not a client of this lab; it has smtplib, "):
        client_reactions(["pine"])


@pytest.mark.skipif(os.name == "nt", reason="the program is a script with #!")
def test_a_program_has_a_limit_and_none_of_its_users_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "swaks"
    told = tmp_path / "told"
    script = f"import os, time\nopen({str(told)!r}, 'w').write(str(sorted(os.environ)))\n"
    program.write_text(f"#!{sys.executable}\n{script}time.sleep(60)\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SWAKS_OPT_to", "someone@elsewhere.example")
    monkeypatch.setattr(lab, "TIME_LIMIT", 1.0)
    assert CLIENTS["swaks"](1) == "TimeoutExpired"
    assert "SWAKS" not in told.read_text("utf-8") and "HOME" in told.read_text("utf-8")


def test_words_for_reactions() -> None:
    rows = [
        (("HELO", "MAIL"), "success", True, "retries as HELO"),
        ((), "exit status 0", True, "says delivered"),
        ((), "exit status 0", False, "says delivered"),
        ((), "SMTPResponseException", True, "says failed"),
        (("RCPT", "QUIT"), "exit status 24", False, "next recipient"),
        (("connect", "EHLO", "RCPT"), "exit status 1", False, "connects again"),
        (("QUIT",), "exit status 1", False, "gives up"),
    ]
    for said, told, took, word in rows:
        (row,) = known(("a fault", said, told, took)).rows
        assert row.word == word
        assert row.is_true == ((told in ("success", "exit status 0")) == took)


def test_the_table_in_html() -> None:
    html = known(("a fault", ("RSET",), "X&Y", False), ("b", (), "success", True))._repr_html_()
    assert html.count("<caption>") == 1 and html.count('<th scope="col">') == 6
    assert html.count('<th scope="rowgroup"') == html.count('<th scope="row">') == 2
    assert "robot &lt;1&gt;" in html and "X&amp;Y" in html and "not installed: pigeon" in html
