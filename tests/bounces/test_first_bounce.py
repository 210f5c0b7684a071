"""The bounce of notebooks 01 and 08 is one, read by Python's own mail parser."""

from email import message_from_string
from email.message import EmailMessage
from email.policy import default

from smtplesson import find_reply
from smtplesson.bounces import first_bounce


def test_it_has_the_parts_of_a_delivery_report() -> None:
    """RFC 3464 §2: words for people, then fields for programs; §2.1: a block about each person."""
    bounce = message_from_string(first_bounce(), EmailMessage, policy=default)
    assert bounce.get_content_type() == "multipart/report" and not bounce.defects
    assert bounce["Return-Path"] == "<>"  # RFC 5321 §6.1
    text, report = bounce.iter_parts()
    assert "alice@example.test" in text.get_content()
    _, by, about = report.walk()
    assert by["Reporting-MTA"] == "dns; out.web.example"
    assert about.keys() == [
        *("Final-Recipient", "Action", "Status", "Remote-MTA", "Diagnostic-Code"),
    ]


def test_it_quotes_one_reply_of_two_lines() -> None:
    """RFC 7372 §3.4: X.7.26 goes with 550."""
    reply = find_reply(first_bounce())
    assert reply and (reply.code, reply.enhanced) == (550, "5.7.26")
    assert "SPF" in reply.text and "not accepted" in reply.text
