"""Senders: what the client's side of a simulated session says, and when it gives in."""

from collections.abc import Callable

from smtplesson.protocol.session import Session

# Called for each reply: stage and the octets of the reply.
Count = Callable[[str, bytes], None]
# Plays one session to its end.
Sender = Callable[[Session, Count], None]

SENDER, RECIPIENT = "news@client.example", "alice@example.test"
TEXT = b"Subject: hello\r\n\r\nJust one line.\r\n.\r\n"


def one_message(session: Session, count: Count) -> None:
    """Sends one message to one recipient; after a refusal it says QUIT and leaves."""
    script = (
        ("EHLO", b"EHLO client.example\r\n"),
        ("MAIL", f"MAIL FROM:<{SENDER}>\r\n".encode()),
        ("RCPT", f"RCPT TO:<{RECIPIENT}>\r\n".encode()),
        ("DATA", b"DATA\r\n"),
        ("end-of-data", TEXT),
    )
    reply = session.open()
    count("connect", reply)
    for stage, octets in script:
        if not reply or reply[:1] in b"45":
            break
        reply = session.receive(octets)
        count(stage, reply)
    if reply and not reply.startswith(b"421"):
        count("QUIT", session.receive(b"QUIT\r\n"))
