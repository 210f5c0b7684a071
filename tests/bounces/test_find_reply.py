"""Replies found in bounces and logs. All lines are our own, written in the style that is named."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtplesson.bounces.find_reply import find_reply
from smtplesson.errors import LessonError
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
    "expected and got, quoted": ('Expected "250" but got "421"', 421, ""),
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
    "transcript, one line": ("C: DATA S: 571 nobody", 571, ""),
    "about recipients": ("Recipient refused: error 550", 550, ""),
    "about a message": ("Status: 553 That message is too heavy", 553, ""),
    "about delivery": ("it was not delivered, error 550", 550, ""),
    "about a remote server": ("Remote server returned no mercy -> 550 nobody", 550, ""),
    "prose, a": ("We got a 550 User unknown from mx.example.net", 550, ""),
    # A line that begins with a code needs no enhanced code, whatever its text holds.
    "plain, web address": ("550 Blocked - see https://example.org/why", 550, ""),
    "plain, HTTP": ("554 No, see HTTP://example.org/550", 554, ""),
    "plain, HTTP's words for another code": ("421 Service Temporarily Unavailable", 421, ""),
    "plain, HTTP's words, other": ("550 Not Found in our directory", 550, ""),
    "plain, web words": ("551 Server access forbidden, backend says no", 551, ""),
    "plain, plural": ("550 Messages from you are unwanted", 550, ""),
    "plain, begins like a count": ("550 For more ask postmaster@example.org", 550, ""),
    "plain, begins with a number": ("552 1 Requested text is too long for the user", 552, ""),
    "plain, hyphen apart": ("550 - nobody here", 550, ""),
    "plain, colon apart": ("550 : nobody here", 550, ""),
    "plain, indented, hyphen": ("    550-no", 550, ""),
    "plain, two colons": ("550: : nobody here", 550, ""),
    "plain, far right": ('            "554 no user of that name"', 554, ""),
    "plain, folded": ("550\n    <bob@example.org> is nobody", 550, ""),
    "plain, old Mac": ("450-4.2.0 wait\r450 4.2.0 a while", 450, "4.2.0"),
    # After a certain cue the number is a reply, whatever follows.
    "certain, DSN": ("smtp; 552 1 Requested text is too long", 552, ""),
    "certain, hyphen and digit": ("smtp; 550-1 problem", 550, ""),
    "certain, Postfix": (f"host {MX} said: 552 20 messages are enough", 552, ""),
    "certain, Exim": ("host mx.example.net [192.0.2.5]: 500 Line too long", 500, ""),
    "certain, sendmail": ("<<< 554 30 minutes are over", 554, ""),
    "certain, HTTP's words": ("Diagnostic-Code: smtp; 503 Service Unavailable", 503, ""),
    "certain, web host": (f"host sip.example.net said: 550 see http://{MX}", 550, ""),
    "certain, Exim, long": (
        "SMTP error from remote mail server after pipelined MAIL FROM:<newsletter+bob=example.org"
        "@lists.example.com> SIZE=20220: 500 Line too long",
        500,
        "",
    ),
    "certain, LMTP": (f"LMTP error after RCPT TO:<{BOB}>: 503 no", 503, ""),
    "address and comma": ("bob@example.org: [192.0.2.5], 554 not today", 554, ""),
    # The enhanced code is the reply's though something stands between.
    "between, semicolon": ("550; 5.7.515 not from you", 550, "5.7.515"),
    "between, bracket and colon": ("permanent error (550): 5.7.1 not from you", 550, "5.7.1"),
    "between, words": ("550 (Mailbox away): 5.1.1 nobody", 550, "5.1.1"),
    "between, label": ("[SMTP: cannot add bob (code: 550, response: 5.1.1 no)]", 550, "5.1.1"),
    "between, JSON": (
        '{"recipient":"a@example.org","code":452,"description":"","enhanced-code":"4.2.2"}',
        452,
        "4.2.2",
    ),
    "between, JSON in lines": (
        '{\n  "recipient": "bob@example.org",\n  "code": 550,\n  "size": 5,\n'
        '  "enhanced_code": "5.1.1"\n}',
        550,
        "5.1.1",
    ),
    "between, JSON, before": ('{"enhancedCode":"4.2.2","mail":1,"code":452}', 452, "4.2.2"),
    "between, code twice": ("550 550 5.1.1 nobody", 550, "5.1.1"),
    "between, at the end": ("451 come back [#4.16.1].", 451, "4.16.1"),
    "between, fold": (f"host {MX} said: 550\r\n\t5.1.1 nobody", 550, "5.1.1"),
    "between, code twice, quoted": (f"host {MX} said: 550 550 5.1.1 nobody", 550, "5.1.1"),
    "IIS": ("SMTPSVC1 MX1 - 25 - - 550+5.1.1+nobody 0 0", 550, "5.1.1"),
    # What is no enhanced code, or not the reply's.
    "leading zero": ("550 5.01.1 nobody", 550, ""),
    "IP address, quoted": ("smtp; 550 5.1.1.1 is on a list", 550, ""),
    "status in JSON": ('{"diagnosticCode":"smtp; 550 nobody","status":"5.0.0"}', 550, ""),
    "dsn in a log": ("reply=550 nobody, dsn=5.0.0, stat=no", 550, ""),
    "other class at the end": ("550 nobody (#4.2.2)", 550, ""),
    "status behind": ("smtp; 550 nobody; Status: 5.0.0", 550, ""),
    "another's in JSON": ('[{"enhanced-code":"5.1.1"},{"mail":1,"code":550}]', 550, ""),
    "after other lines": ("Subject: HTTP 550 again\n554 nobody here", 554, ""),
    "version in the text": ("550 Postfix 5.1.1 says no", 550, ""),
    "aiosmtplib": ("SMTPRecipientRefused(550, 'nobody', 'bob@example.org')", 550, ""),
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
    "HTTP, all its words": "500 Internal Server Error\n504 Gateway Timeout\n502 Bad Gateway",
    "HTTP, nginx": "503 Service Temporarily Unavailable\n504 Gateway Time-out",
    "HTTP, other words": "500 Server Error\n503 Backend fetch failed",
    "HTTP, JSON": '{"status": 503, "error": "Service Unavailable", "mail": "bob@example.org"}',
    "HTTP, other names": "422 Unprocessable Entity\n422 Unprocessable Content",
    "FTP, library": "ftplib.error_perm: 550 cannot open mail.txt",
    "FTP, transcript": "Net::FTP=GLOB(0x82)<<< 250 done",
    "IRC": ":irc.example.org 451 bob :You have not registered",
    "IMAP, count": "* 454 EXISTS",
    "files": "  250 src/mail.py\n  550 README.md\n  450 total",
    "list above mail": "    550 x\n    the user of the mail",
    "files below a title": "Sizes:\n  250 LICENCE\n  550 README",
    "running text": "The mail of the army tells that\n550 men,\nno more, came home.",
    "requests": "    554 GET /mail/user\n    421 POST /index",
    "things": "554 packets transmitted, 450 received",
    "pixels": "553 x 450 pixels",
    "numbered lines": "   220\tdef mail(user):\n   221\t\n   250\treturn user",
    "rows": "550: 551, 552: 553\n550 551 552",
    "tallies": "sent: 250 rejected: 554\nfailed: 550\nresponse: 500",
    "exit status": "    (reason: 255)",
    "package, same class": "libmail-550-5.1.1.tar.gz, a/550/5.1.1 of the mail",
    "unknown code": "mail server error 489, (204, b'mail')\n257 the folder of the user is made",
    "a number": "200",
    "parts": "mail error 550.25\nmail code 550/7\nmail error 450%\nmail code 550:12",
    "no mark": "its response 571 nobody understands",
    "source code": "    LOOP = (508, 'mail')\n    x <- 250 # mails\n    set_status(550, ['mail'])",
    "relation": "Breaks: mail-filter (<< 250~), mail-user (= 550)",
    "port after an address": "Trying [2001:db8::25]:443 and [192.0.2.1]:553 by mail",
    "page": "with 512\n\tbytes of mail",
    "underscores": "mail = 550_000 + get_404_page(554_000)",
    "enhanced code only": "5.1.1 <bob@example.org> nobody here",
}


@pytest.mark.parametrize(("line", "code", "enhanced"), FOUND.values(), ids=FOUND)
def test_the_reply_in_a_line(line: str, code: int, enhanced: str) -> None:
    found = find_reply(line)
    assert found and (found.code, found.enhanced) == (code, enhanced)


@pytest.mark.parametrize("text", NOT_FOUND.values(), ids=NOT_FOUND)
def test_no_reply_is_invented(text: str) -> None:
    assert find_reply(text) is None


# Words and marks that say who speaks; 571 is no lawful code, so that nothing else tells.
QUOTERS = [
    *("said", "says", "told", "reply", "replied", "answer", "answered", "returned", "response"),
    *("responded", "smtpResponse", "the answer was", "reason", "rsp", "diag", "diagnostic"),
    *("diagnosticCode", "stat", "reject", "deferred", "bounced", "failed", "rejected", "LED"),
    *("smtpmsg", "S", "Out", "CLIENT", "RECEIVED"),
]
CERTAIN = [
    *("smtp;", "LMTP; ", "Diagnostic-Code: ", "Diagnostic code: ", "said: ", "talk to me: "),
    *("<<< ", "<b@x> <<< ", "<b@x>\n  <<< ", "SMTP<< ", "<- ", "<-- ", "<** ", "<~ ", "<~* "),
    *("<== ", "< ", "12:45:50.550 [7] <-- ", "[192.0.2.1]: ", "[IPv6:2001:db8::25]:25: "),
    *("retcode (", "25,<,", "mx.example.net #", "SMTP error from remote mailer after DATA: "),
]
MENTIONS = [
    *("code", "an error", "an exception", "SMTP", "status", "and said", "and returned"),
    *("and replied", "and answered", "and got", "and got a", "and got an", "with", "with a"),
    "with an",
]
# What a mail server says, if a line is set right like the lines of a list.
SAID = [
    *("mailbox full", "no such user", "bad recipient", "wrong address", "bad message", "no SMTP"),
    *("spam", "a virus", "relay closed", "blocked", "rejected", "refused", "denied", "unknown"),
    *("service away", "authenticate", "TLS first", "too many hops", "temporary fault"),
    *("try tomorrow", "syntax", "bad command", "see mx.example.net", "see www.there.example"),
]


@pytest.mark.parametrize("quoter", QUOTERS)
def test_who_quotes_a_reply(quoter: str) -> None:
    assert find_reply(f"{quoter}: 571 nobody") == Reply(571, "nobody")
    if quoter not in ("S", "Out", "CLIENT", "RECEIVED"):
        assert find_reply(f"{quoter}='571 nobody'") == Reply(571, "nobody")
    if quoter != "said":  # after which not even this is a count
        assert find_reply(f"{quoter}: 571 messages") is None


@pytest.mark.parametrize("cue", CERTAIN)
def test_who_quotes_a_reply_whatever_follows(cue: str) -> None:
    found = find_reply(f"{cue}571 20 messages")
    assert found and found.code == 571


@pytest.mark.parametrize("mention", MENTIONS)
def test_who_mentions_a_reply_in_a_line_about_mail(mention: str) -> None:
    words = f"a mail server {mention} 550"
    assert find_reply(words) == Reply(550)
    assert find_reply(words.replace("mail", "game").replace("SMTP", "SNMP")) is None
    assert find_reply(words.replace("550", "250")) is None


@pytest.mark.parametrize("words", SAID)
def test_what_a_mail_server_says_in_a_line_of_its_own(words: str) -> None:
    assert find_reply(f"    550 {words}") == Reply(550, words)
    assert find_reply("    550 no") is None  # as in a list of counts
    assert find_reply("550 no") == Reply(550, "no")


TEXTS = [
    ("450-4.2.0 wait\n450 4.2.0 a while", Reply(450, "wait\na while", "4.2.0")),
    ("450-4.2.0 wait\r\n450 4.2.0 a while\r\n", Reply(450, "wait\na while", "4.2.0")),
    ("<<< 550-5.7.26 no\n<<< 550 5.7.26 way", Reply(550, "no\nway", "5.7.26")),
    ("550-5.1.1 no 550-5.1.1 such 550 5.1.1 user", Reply(550, "no\nsuch\nuser", "5.1.1")),
    ("550 one\n550 two", Reply(550, "one")),  # RFC 5321 §4.2.1: more lines follow a hyphen
    ("550-no\n5501 way", Reply(550, "no")),
    ("550 no 550 way", Reply(550, "no 550 way")),
    ("mx.example.net #550 nobody ##", Reply(550, "nobody")),
    ("permanent SMTP error (550) nobody", Reply(550, "nobody")),
    ("550-Callout failed:\n550 nobody\n550 two", Reply(550, "Callout failed:\nnobody")),
    ("host x [192.0.2.5]: 550-no\n    550 way", Reply(550, "no\nway")),
    ("    host x said: 550\n    5.1.1 nobody", Reply(550, "nobody", "5.1.1")),
    # RFC 5322 §2.2.3: a fold belongs to the line.
    (f"host {MX} said: 550\n    5.1.1 nobody\n", Reply(550, "nobody", "5.1.1")),
    (
        f"host {MX} said: 550 5.1.1\n    {BOB} is unknown (in reply to RCPT TO\n    command)",
        Reply(550, f"{BOB} is unknown", "5.1.1"),
    ),
    (
        f"> host {MX} said:\r\n>   550 5.1.1\r\n>   {BOB} is unknown (in\r\n>   reply to DATA)",
        Reply(550, f"{BOB} is unknown", "5.1.1"),
    ),
    ("Diagnostic-Code: smtp;\n  550 5.1.1 no\n\tbody\nX: y", Reply(550, "no body", "5.1.1")),
    (
        f"\n  {BOB}\n    SMTP error from remote mail server after RCPT TO:{BOB}:\n"
        "    550-not\n    here\n    550 today\n  <eve@example.org>\n    550 x",
        Reply(550, "not here\ntoday"),
    ),
    (" Out: 220 mx\n In:  DATA\n Out: 451 4.3.0 no\n In:  QUIT", Reply(451, "no", "4.3.0")),
    ("Session:\n  Out: 451 4.3.0 no\n  In:  QUIT\n  Out: 221 bye", Reply(451, "no", "4.3.0")),
    (f"host {MX} said:\n    550 nobody (in reply to DATA)", Reply(550, "nobody")),
    (f"host {MX} refused to talk to\n    me: 421 busy", Reply(421, "busy")),
    ("The response was:\n\n550 5.1.1 nobody\n", Reply(550, "nobody", "5.1.1")),
    # Brackets and quotation marks that are the text's own stay, the others end it.
    ("552 Account(s)", Reply(552, "Account(s)")),
    ("(reason: 550 nobody)", Reply(550, "nobody")),
    (
        f"{BOB}\n    (reason: 550 Account(s) full)\n    (expanded from: x)",
        Reply(550, "Account(s) full"),
    ),
    (f"status=bounced (host {MX} said: 550 no (x) (in reply to DATA))", Reply(550, "no (x)")),
    ("[{LED=451 wait};{MSG=};{FQDN=x}]", Reply(451, "wait")),
    ("<mx.example.org #5.5.0 smtp;550 no -> way> #SMTP#", Reply(550, "no -> way")),
    (f"550 5.1.1 {BOB}", Reply(550, BOB, "5.1.1")),
    ("550 'bob' is nobody", Reply(550, "'bob' is nobody")),
    ("(421, b'Service not available')", Reply(421, "Service not available")),
    ("{'b@x': (550, b\"5.1.1 can't\")}", Reply(550, "can't", "5.1.1")),
    ("('550', ['nobody'])", Reply(550, "nobody")),
    ("reply: '550 5.1.1 can't be'", Reply(550, "can't be", "5.1.1")),
    ("reply: b'550 nobody\\r\\n'", Reply(550, "nobody")),
    ("reply: retcode (550); Msg: b'nobody'", Reply(550, "nobody")),
    ('{"reason":"550 gone","status":"5.0.0"}', Reply(550, "gone")),
    (r"{\"diagnosticCode\":\"smtp; 554 no\",\"a\":\"b\"}", Reply(554, "no")),
    ('{"code":550,"mail":1,"description":"full \\"up\\""}', Reply(550, 'full \\"up\\"')),
    ('{"code":550,"to":"bob@x"}', Reply(550)),
    ("permanent error (550): 5.7.1 not you", Reply(550, "not you", "5.7.1")),
    ("reply=550 nobody, stat=User unknown", Reply(550, "nobody")),
    ("reject: x[192.0.2.1]: 554 5.7.1 no; from=<> to=<>", Reply(554, "no", "5.7.1")),
]


@pytest.mark.parametrize(("text", "reply"), TEXTS)
def test_all_the_text_of_the_reply_and_nothing_else(text: str, reply: Reply) -> None:
    assert find_reply(text) == reply


@pytest.mark.parametrize("thing", [None, 550, b"550 5.1.1 no", ["550 no"], Reply(550), [10**5000]])
def test_what_is_no_text(thing: Any) -> None:
    with pytest.raises(LessonError, match=r"^find_reply reads text[^\n]*, not ") as error:
        find_reply(thing)
    assert len(str(error.value)) < 150


@pytest.mark.parametrize(
    ("text", "code", "enhanced"),
    [
        # The first that is negative, else the last: QUIT's 221 says nothing about the mail.
        ("220 mx\n250 mx\n250 2.1.0 ok\n550 5.1.1 no\n221 bye", 550, "5.1.1"),
        ("<<< 550 5.1.1 no\n>>> DATA\n<<< 503 5.5.1 RCPT first", 550, "5.1.1"),
        ("220 mx\n250 2.1.0 ok\n354 go\n250 2.0.0 queued", 250, "2.0.0"),
        (f"{BOB}: 452 4.2.2 full\n<eve@example.org>: 550 5.1.1 no", 452, "4.2.2"),
        ("250 2.0.0 ok\nThe mail server gave error 554.", 554, ""),
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


@pytest.mark.parametrize(
    "piece",
    ["550, ", "550\n", "error: 550 x@", "smtp; 250-", "[::", "5.1.1 ", "\n 550(", "_said:_"],
)
def test_a_hostile_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        find_reply(text)
        return time.process_time() - start

    assert seconds(160_000) < 30 * (seconds(20_000) + 0.005)  # 8 times as long
