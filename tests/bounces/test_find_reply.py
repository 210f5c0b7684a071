"""Replies found in bounces and logs. All lines are our own, written in the style that is named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtplesson.bounces.find_reply import find_reply
from smtplesson.protocol.reply import Reply

BOB = "<bob@example.org>"
MX = "mx.example.net[192.0.2.5]"
LOG = "Nov 23 12:45:50 mx1 "

FOUND = {
    "plain": (f"550 5.1.1 {BOB}: nobody here", 550, "5.1.1"),
    "plain, no enhanced code": ("550 User unknown", 550, ""),
    "plain, colon": ("554: not accepted here", 554, ""),
    "plain, mark": ("550 #5.1.0 Address turned down", 550, "5.1.0"),
    "plain, parentheses": ("550 (5.1.1) nobody here", 550, "5.1.1"),
    "plain, brackets": ("550 [5.7.1] not from you", 550, "5.7.1"),
    "plain, colon after the code": ("550 5.1.1: nobody here", 550, "5.1.1"),
    "plain, code only": ("250", 250, ""),
    "plain, both codes only": ("552-5.2.2", 552, "5.2.2"),
    "plain, tag": ("421 4.7.0 [TSS99] wait a while", 421, "4.7.0"),
    "plain, indented": ("    450 4.2.0 Greylisted, come back", 450, "4.2.0"),
    "plain, quoted mail": ("> 550 5.1.1 nobody here", 550, "5.1.1"),
    "plain, three digits": ("550 5.7.509 policy of example.org", 550, "5.7.509"),
    "plain, IP address": ("554 192.0.2.250 is on a list", 554, ""),
    "plain, IP address after the hyphen": ("550-203.0.113.9 is on a list", 550, ""),
    "plain, start of data": ("354 Send the text", 354, ""),
    "plain, greeting": ("220 mx.example.net ESMTP", 220, ""),
    "plain, TLS wanted": ("530 Must issue a STARTTLS command first", 530, ""),
    "classes disagree": ("550 4.2.2 box full", 550, "4.2.2"),
    "classes disagree, transient": ("452 5.2.2 box full", 452, "5.2.2"),
    "classes disagree, quoted": (f"host {MX} said: 550 4.2.2 full", 550, "4.2.2"),
    "outside the grammar": ("571 5.7.1 Delivery not allowed", 571, "5.7.1"),
    "outside the grammar, quoted": ("smtp; 571 Message not wanted", 571, ""),
    "qmail's mark at the end": ("550 sorry, nobody of that name (#5.1.1)", 550, "5.1.1"),
    "transcript, sendmail": ("<<< 550 5.1.1 nobody here", 550, "5.1.1"),
    "transcript, S:": ("S: 550 nobody here", 550, ""),
    "transcript, arrow": ("<- 550 nobody here", 550, ""),
    "transcript, swaks": ("<** 550 nobody here", 550, ""),
    "transcript, swaks positive": ("<-  250 queued", 250, ""),
    "transcript, curl": ("< 550 nobody here", 550, ""),
    "transcript, address and port": ("[192.0.2.1:25] 550 nobody here", 550, ""),
    "transcript, RESPONSE": ("RESPONSE: 550 nobody here", 550, ""),
    "transcript, Exim -v": ("  SMTP<< 554 no thanks", 554, ""),
    "transcript, Postfix notice": (" Out: 454 TLS is away", 454, ""),
    "transcript, with time": ("12:45:50.550 [7] <-- 553 bad name", 553, ""),
    "transcript, PHPMailer": ("SERVER -> CLIENT: 535 wrong password", 535, ""),
    "transcript, hMailServer": ('"SMTPC"\t9\t"192.0.2.1"\t"RECEIVED: 550 nobody"', 550, ""),
    "transcript, Exchange log": (
        "2026-11-23T12:45:50.250Z,out,7,192.0.2.1:4500,192.0.2.2:25,<,550 nobody here,",
        550,
        "",
    ),
    "qmail": ("Remote host said: 550 sorry, nobody", 550, ""),
    "qmail, log": (
        "deferral: Connected_to_192.0.2.1_but_sender_was_refused."
        "/Remote_host_said:_450_4.2.0_come_back/",
        450,
        "4.2.0",
    ),
    "qmail, log without enhanced code": ("failure: Remote_host_said:_554_no_thanks/", 554, ""),
    "Zoho": ("[Status: Error, ResponseCode 554, 554_5.7.1_no_thanks, Host]", 554, "5.7.1"),
    "Postfix, said": (
        f"{BOB}: host {MX} said: 550 5.1.1 nobody here (in reply to RCPT TO command)",
        550,
        "5.1.1",
    ),
    "Postfix, log": (
        f"{LOG}postfix/smtp[550]: 4505504A1B: to={BOB}, relay={MX}:25, delay=550, "
        f"delays=0.5/0/250/1, dsn=5.0.0, status=bounced (host {MX} said: 554 no thanks)",
        554,
        "",
    ),
    "Postfix, deferred": (f"status=deferred (host {MX} said: 452 4.2.2 full", 452, "4.2.2"),
    "Postfix, refused to talk": (f"{MX} refused to talk to me: 421 too busy", 421, ""),
    "Postfix, reject": (
        f"NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 554 5.7.1 {BOB}: Relay denied; "
        "from=<> to=<> proto=ESMTP helo=<x>",
        554,
        "5.7.1",
    ),
    "Postfix, reject without enhanced code": (
        f"NOQUEUE: reject: RCPT from unknown[203.0.113.250]: 450 {BOB}: later; proto=ESMTP",
        450,
        "",
    ),
    "Postfix, sent": (
        f"{LOG}postfix/smtp[250]: 4F1: size=554, status=sent (250 2.0.0 Ok: queued as 4F550421)",
        250,
        "2.0.0",
    ),
    "Postfix, sent without enhanced code": ("status=sent (250 queued as 4F550421)", 250, ""),
    "DSN": ("Diagnostic-Code: smtp; 550 5.1.1 nobody here", 550, "5.1.1"),
    "DSN, no blank": ("Diagnostic-Code: smtp;550-5.1.1 nobody here", 550, "5.1.1"),
    "DSN, no type": ("Diagnostic-Code: 550 nobody here", 550, ""),
    "DSN, X-Postfix": (f"Diagnostic-Code: X-Postfix; host {MX} said: 550 no", 550, ""),
    "Exim": (
        f"SMTP error from remote mail server after RCPT TO:{BOB}: "
        "host mx.example.net [192.0.2.5]: 550 nobody here",
        550,
        "",
    ),
    "Exim, IPv6": ("host mx.example.net [2001:db8::25]: 553 nobody here", 553, ""),
    "Exim, log": (
        "** bob@example.org R=dnslookup T=remote_smtp H=mx.example.net [192.0.2.5] S=250 "
        "X=TLS1.3:ECDHE__AES_256_GCM:256: SMTP error from remote mail server after end of "
        "data: 552 5.3.4 too large",
        552,
        "5.3.4",
    ),
    "Exim, defer": (
        "== bob@example.org R=r T=t defer (-44): SMTP error from remote mail server after RCPT "
        f"TO:{BOB}: host mx.example.net [192.0.2.5]: 451 4.7.1 wait",
        451,
        "4.7.1",
    ),
    "Exim, confirmed": ('=> bob@example.org S=554 QT=5s C="250 OK id=1A-2B"', 250, ""),
    "Exim, old": ("mx.example.net [192.0.2.5] was: 550 nobody here", 550, ""),
    "sendmail": (f"550 5.1.1 {BOB}... nobody here", 550, "5.1.1"),
    "sendmail, reply": (f"{LOG}sendmail[4]: 1A: to={BOB}, reply=550 nobody, stat=x", 550, ""),
    "sendmail, reject": (f"ruleset=check_rcpt, arg1={BOB}, reject=550 5.7.1 no", 550, "5.7.1"),
    "sendmail, deferred": ("dsn=4.2.2, stat=Deferred: 452 box full", 452, ""),
    "sendmail, reason": ("    (reason: 550 nobody here)", 550, ""),
    "Exchange": ("Remote Server returned '550 5.1.10 R.RecipientNotFound; x'", 550, "5.1.10"),
    "Exchange, no enhanced code": ("Remote Server returned '554 no thanks'", 554, ""),
    "Exchange, marks": ("#550 5.1.1 RESOLVER.ADR; not found ##", 550, "5.1.1"),
    "Exchange, old": ("mx.example.net #<mx #5.7.1 smtp;550 no thanks> #SMTP#", 550, ""),
    "Exchange, LED": (
        "[{LED=450 4.7.0 wait};{MSG=};{IP=192.0.2.1};{LRT=11/23/2026 5:50:21 PM}]",
        450,
        "4.7.0",
    ),
    "Exchange, LED without enhanced code": ("[{LED=451 wait};{MSG=};{FQDN=x}]", 451, ""),
    "Exchange, hex": ("554 5.2.2 full; STOREDRV; 0x80070005 [A1FT550.example]", 554, "5.2.2"),
    "Exchange, relayed": ("554 5.4.0 gave up -> 421 later", 554, "5.4.0"),
    "Microsoft 365": ("Error: 550 5.7.606 Access denied, [203.0.113.250]", 550, "5.7.606"),
    "Google, one line": (
        "550-5.1.1 The account is not 550-5.1.1 here. Look at 550 5.1.1 x - gsmtp",
        550,
        "5.1.1",
    ),
    "Google": ("The response from the remote server was: 550 nobody here", 550, ""),
    "SES": ('{"status":"4.4.7","diagnosticCode":"smtp; 550 5.1.1 nobody"}', 550, "5.1.1"),
    "SES, delivery": (
        '{"timestamp":"2026-11-23T12:45:50.550Z","smtpResponse":"250 ok dirdel"}',
        250,
        "",
    ),
    "JSON in JSON": (r"{\"diagnosticCode\":\"smtp; 554 no thanks\"}", 554, ""),
    "SendGrid": ('{"event":"bounce","email":"bob@example.org","reason":"550 gone"}', 550, ""),
    "Mailgun": ('{"recipient":"bob@example.org","code":550,"attempt-no":1}', 550, ""),
    "Mailgun, both": ('{"recipient":"bob", "code":550,"enhanced-code":"5.1.1"}', 550, "5.1.1"),
    "PowerMTA": ("b,2026-11-23 12:45:50,failed,5.1.1 (bad),smtp;550 5.1.1 no,x", 550, "5.1.1"),
    "IronPort": ("5.1.0 - Unknown address error ('550', ['5.1.1 nobody'])", 550, "5.1.1"),
    "IronPort, no enhanced code": ("5.1.0 - Unknown address ('550', ['nobody'])", 550, ""),
    "IronPort, hyphen": ("smtp; 5.1.0 - Unknown address error 550-'5.1.1 no'", 550, "5.1.1"),
    "IronPort, hyphen, no enhanced code": ("smtp; 5.3.0 - Other problem 554-'no'", 554, ""),
    "OpenSMTPD": ('result="PermFail" stat="550 nobody here"', 550, ""),
    "Courier": (f"id=1,from=<>,addr={BOB}: 550 nobody here.", 550, ""),
    "Haraka": ('bounced bob@example.org [550,"5.1.1 nobody"]', 550, "5.1.1"),
    "Domino": ("SMTP Protocol Returned a Permanent Error 550 nobody", 550, ""),
    "smtplib": ("{'bob@example.org': (550, b'5.1.1 nobody')}", 550, "5.1.1"),
    "smtplib, no enhanced code": ("smtplib.SMTPDataError: (554, b'no thanks')", 554, ""),
    "smtplib, debug": ("reply: b'550 nobody here\\r\\n'", 550, ""),
    "smtplib, retcode": ("reply: retcode (550); Msg: b'nobody here'", 550, ""),
    "nodemailer": ("Error: Can't send mail - all recipients were rejected: 550 no", 550, ""),
    "nodemailer, field": ("command: 'RCPT TO', responseCode: 550", 550, ""),
    "JavaMail": ("com.sun.mail.smtp.SMTPAddressFailedException: 550 nobody", 550, ""),
    "PHP, no enhanced code": ('Expected "250" but got code "421", with message "421 x"', 421, ""),
    "expected and got": ("expected 250, got 421", 421, ""),
    "PHP": (
        'Expected response code 250 but got code "550", with message "550 5.1.1 nobody"',
        550,
        "5.1.1",
    ),
    "Go": ("gomail: could not send email 1: 535 5.7.8 wrong password", 535, "5.7.8"),
    "Ruby": ("Net::SMTPAuthenticationError: 535-5.7.8 wrong password", 535, "5.7.8"),
    "Ruby, busy": ("Net::SMTPServerBusy: 450 wait", 450, ""),
    "curl": ("curl: (55) RCPT failed: 550", 550, ""),
    "msmtp": ("msmtp: server message: 550 nobody", 550, ""),
    "msmtp, log": ("errorcode=EX_UNAVAILABLE smtpstatus=550 smtpmsg='550 5.1.1 x'", 550, "5.1.1"),
    "code twice": (f"host {MX} said: 550 550 nobody here", 550, ""),
    "LMTP": ("Diagnostic-Code: lmtp; 550 nobody here", 550, ""),
    "SES, number before": ('{"millis":550,"smtpResponse":"250 2.0.0 ok"}', 250, "2.0.0"),
    "Mailgun, message": ('{"code":550,"message":"550 5.1.1 no","to":"bob@x"}', 550, "5.1.1"),
    "CSV": ('"bounce","bob@example.org","550 nobody here","2026"', 550, ""),
    "plain, ok": ("250 OK", 250, ""),
    "folklore": ("441 no answer", 441, ""),
    "Exchange 2007": ("mx.example.net #550 nobody here ##", 550, ""),
    "JSON, message": ('{"code": 550, "message": "5.1.1 nobody"} bob@x', 550, "5.1.1"),
    "prose, a": ("We got a 550 User unknown from mx.example.net", 550, ""),
    "prose": ("The mail server answered with SMTP error 550.", 550, ""),
}

NOT_FOUND = {
    "nothing": "",
    "blanks": " \r\n\t\n",
    "words": "Your message could not be delivered.",
    "Postfix, no connection": f"dsn=4.4.1, status=deferred (connect to {MX}:25: timed out)",
    "Postfix, numbers": f"{LOG}postfix/smtp[550]: 4505504A1B: delay=550, size=554, nrcpt=250",
    "Postfix, removed": f"{LOG}postfix/qmgr[554]: 4F550421: removed",
    "Postfix, setting": "unknown_local_recipient_reject_code = 550",
    "port": "connect to mail server mx.example.net, port 587: no route",
    "port after the host": "smtp://mail.example.org:550",
    "DSN, Status alone": "Action: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.example.net",
    "DSN, no code": "Diagnostic-Code: X-Postfix; connect to mx.example.net: timed out",
    "DSN, DNS": "Diagnostic-Code: smtp; DNS Error: 25055012 lookup gave code NXDOMAIN",
    "qmail, no connection": "Sorry,_I_could_not_make_an_SMTP_connection._(#4.4.1)/",
    "sendmail, no code": f"to={BOB}, pri=120550, dsn=5.1.1, stat=User unknown",
    "Exim, arrival": f"<= {BOB} H=(x) [192.0.2.250] P=esmtps S=554 id=550.250@example.org",
    "Exim, no code": "rejected RCPT <bob@example.org>: Unrouteable address",
    "IronPort, no code": "smtp; 5.4.7 - Delivery expired (message too old) 'timeout'",
    "smtplib, closed": "SMTPServerDisconnected: Connection unexpectedly closed",
    "PHP, nothing came": "Expected response code 250 but got an empty response from mail server",
    "client": ">>> RCPT TO:<550@example.org>",
    "HTTP": "HTTP/1.1 503 Service Unavailable",
    "HTTP, bare": "503 Service Unavailable",
    "HTTP, not found": "404 Not Found",
    "HTTP, ok": "200 OK",
    "HTTP, library": "HTTPError: 502 Server Error for url: https://mail.example.org/550",
    "HTTP, log": '192.0.2.250 - - [23/Nov/2026:12:45:50] "GET /mail HTTP/1.1" 503 554 "-"',
    "HTTP, said": "The web server returned: HTTP error 500",
    "IMAP": "a550 NO [AUTHENTICATIONFAILED] mail login failed",
    "POP": "+OK 250 messages (554 octets)",
    "FTP": "ftp: 550 cannot change folder",
    "price": "Total: 550 EUR for your mail server",
    "price before": "EUR 550.00, mail bob@example.org",
    "dollars": "The mail server costs $550 or 550 dollars",
    "room": "Room 550, mail to bob@example.org",
    "street": "550 Main Street, Example Town",
    "phone": "Call 550-1234 or mail bob@example.org",
    "year": "2550 mails in 1554",
    "date": "Date: Mon, 23 Nov 2026 12:45:50 +0550",
    "IP address": "connect to 192.0.2.250: no route to host 203.0.113.550",
    "version": "Postfix 3.5.1, OpenSSL 1.1.1, 4.7.1 of the mail filter",
    "package": "systemd-250-5.15.0 and systemd 250, kernel 5.15.0",
    "people": "550 people came",
    "count": "rejected: 550 messages today",
    "queue": "mail server: 450 messages in the queue",
    "line": 'File "mail.py", line 550, in send',
    "bytes": "message size: 554 bytes, 250 KB",
    "progress": "Transferred (554/554 bytes) to mail server (256 bits)",
    "words about a code": "550 means that mail is not wanted",
    "ticket": "Bug #550 in the mail program, ticket (554)",
    "phone, area": "(450) 555-0100, mail bob@example.org",
    "invoice": "Invoice: 550 for mail hosting",
    "HTTP, law": "451 Unavailable For Legal Reasons",
    "HTTP, other host": "421 Misdirected Request",
    "subject": "Subject: 550 reasons to mail",
    "JSON numbers": '{"size":554,"recipient":"bob@example.org","count":250}',
    "quoted 1yz and 6yz": "smtp; 111 no\nsmtp; 650 no",
    "classes disagree, no cue": "library 250 5.1.1 and library 450 2.1.1",
    "HTTP, law, mail": "mail: error: 451 Unavailable For Legal Reasons",
    "milliseconds": "smtp response: 250 ms",
    "1yz": "111 5.1.1 x",
    "6yz": "650 5.1.1 x",
    "four digits": "5505 5.1.1 x",
    "other digits": "٥٥٠ 5.1.1 nobody",
    "no blank": "5505.1.1",
    "TLS": "X=TLS1.3:TLS_AES_256_GCM_SHA384:256 mail.example.org",
    "enhanced code only": "5.1.1 <bob@example.org> nobody here",
}


@pytest.mark.parametrize(("line", "code", "enhanced"), FOUND.values(), ids=FOUND)
def test_the_reply_in_a_line(line: str, code: int, enhanced: str) -> None:
    found = find_reply(line)
    assert found and (found.code, found.enhanced) == (code, enhanced)


@pytest.mark.parametrize("text", NOT_FOUND.values(), ids=NOT_FOUND)
def test_no_reply_is_invented(text: str) -> None:
    assert find_reply(text) is None


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("450-4.2.0 wait\n450 4.2.0 a while", Reply(450, "wait\na while", "4.2.0")),
        ("450-4.2.0 wait\r\n450 4.2.0 a while\r\n", Reply(450, "wait\na while", "4.2.0")),
        ("<<< 550-5.7.26 no\n<<< 550 5.7.26 way", Reply(550, "no\nway", "5.7.26")),
        ("host x [192.0.2.5]: 550-no\n    550 way", Reply(550, "no\nway")),
        (f"host {MX} said: 550\n    5.1.1 nobody\n", Reply(550, "nobody", "5.1.1")),
        (f"host {MX} said:\n    550 nobody (in reply to DATA)", Reply(550, "nobody")),
        (f"host {MX} refused to talk to\n    me: 421 busy", Reply(421, "busy")),
        ("Diagnostic-Code: smtp;\n  550 5.1.1 nobody", Reply(550, "nobody", "5.1.1")),
        ("The response was:\n\n550 5.1.1 nobody\n", Reply(550, "nobody", "5.1.1")),
        ("reply: '550 5.1.1 nobody'", Reply(550, "nobody", "5.1.1")),
        ("550-Callout failed:\n550 nobody", Reply(550, "Callout failed:\nnobody")),
    ],
)
def test_folded_lines_and_replies_of_several_lines(text: str, reply: Reply) -> None:
    found = find_reply(text)
    assert found and (found.code, found.enhanced) == (reply.code, reply.enhanced)
    assert found.text.replace(":", "") == reply.text.replace(":", "")


@pytest.mark.parametrize(
    ("text", "code", "enhanced"),
    [
        # The first that is negative, else the last: QUIT's 221 says nothing about the mail.
        ("220 mx\n250 mx\n250 2.1.0 ok\n550 5.1.1 no\n221 bye", 550, "5.1.1"),
        ("<<< 550 5.1.1 no\n>>> DATA\n<<< 503 5.5.1 RCPT first", 550, "5.1.1"),
        ("220 mx\n250 2.1.0 ok\n354 go\n250 2.0.0 queued", 250, "2.0.0"),
        (f"{BOB}: 452 4.2.2 full\n<eve@example.org>: 550 5.1.1 no", 452, "4.2.2"),
        # What is quoted goes before what is only mentioned.
        ("SMTP error 554 from the server\nRemote host said: 550 5.1.1 no", 550, "5.1.1"),
        # The reply's own enhanced code, not the reporting server's view of it.
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 no", 550, ""),
        ("Status: 4.4.7\nDiagnostic-Code: smtp; 452 4.2.2 full", 452, "4.2.2"),
    ],
)
def test_which_of_several(text: str, code: int, enhanced: str) -> None:
    found = find_reply(text)
    assert found and (found.code, found.enhanced) == (code, enhanced)


PIECES = st.sampled_from(
    [
        *("550", "250", "571", "999", "5.1.1", "4.2", " ", "-", ": ", "\n", "\r\n    ", "smtp;"),
        *(
            "said:",
            "<<< ",
            "('",
            "', ['",
            "b'",
            "#",
            "_",
            "@",
            "error ",
            "(#5.1.1)",
            "\0",
            "é",
            "٥",
        ),
    ]
)


@settings(derandomize=True, deadline=None, max_examples=500)
@given(text=st.one_of(st.text(), st.lists(PIECES | st.text(max_size=3)).map("".join)))
def test_any_text_gives_a_reply_that_stands_in_it_or_none(text: str) -> None:
    found = find_reply(text)
    if found is not None:
        assert 200 <= found.code <= 599
        assert str(found.code) in text
        assert found.enhanced in text
