"""The console's model: what is typed, what it draws, and that nothing typed breaks it."""

import time

import pytest
from bs4 import BeautifulSoup

from smtplesson import Host, Reply, Scenario, ScenarioError, State, connect, serve
from smtplesson.console.model import MAX_HISTORY, ConsoleModel
from smtplesson.console.page import LINE_CAP, LOG_CAP, rows, static, view
from smtplesson.console.typed_line import MAX_LINE, Prediction
from smtplesson.protocol.scenario import Rule

EHLO = "EHLO client.example"
MAIL = "MAIL FROM:<you@client.example>"
RCPT = "RCPT TO:<alice@example.test>"
WAY = {
    State.CONNECTED: [],
    State.GREETED: [EHLO],
    State.SENDER: [EHLO, MAIL],
    State.RECIPIENT: [EHLO, MAIL, RCPT],
    State.CONTENT: [EHLO, MAIL, RCPT, "DATA"],
    State.AUTH: [EHLO, "AUTH LOGIN"],
    State.CLOSED: ["QUIT"],
}
HOSTILE = '<img src="x" onerror="alert(1)"> & \x1b[31m'


def said(*lines: str, model: ConsoleModel | None = None) -> ConsoleModel:
    """A model to which the lines were submitted."""
    model = model or ConsoleModel()
    for line in lines:
        model.submit(line)
    return model


def ruled(*rules: Rule) -> ConsoleModel:
    """A model whose server has these rules."""
    return ConsoleModel(Scenario("ruled", rules=rules))


def text(model: ConsoleModel) -> str:
    return str(static(model))


def shown(model: ConsoleModel) -> str:
    """All that is shown in any form, but the offers: the lesson's own account, for all to try."""
    panels = {name: panel for name, panel in view(model).items() if name != "offers"}
    return f"{text(model)} {static(model)._repr_html_()} {panels} {rows(model)} {model.asked}"


# ---- the normal way


def test_it_begins_with_the_greeting() -> None:
    model = ConsoleModel()
    assert (model.state, model.transcript.codes, model.error) == (State.CONNECTED, [220], "")
    assert model.last_reply == Reply(220, "example.test ESMTP smtplesson")
    assert repr(ConsoleModel("busy", seed=3).host) == "<Host busy, seed 3>"


def test_a_whole_mail_is_that_of_a_client() -> None:
    lines = [*WAY[State.CONTENT], "Subject: hello", "", "Hello!", ".", "QUIT"]
    client = connect("example")
    for line in lines:
        client.send(line)
    model = said(*lines)
    assert model.transcript == client.transcript
    assert model.counts == {220: 1, 250: 4, 354: 1, 221: 1}
    assert model.host.memory.messages[0].content == b"Subject: hello\r\n\r\nHello!\r\n"


def test_the_last_reply_is_taken_apart() -> None:
    reply = view(said(EHLO, MAIL, "RCPT TO:<bob@example.test>"))["reply"]
    page = BeautifulSoup(reply, "html.parser")
    headline, must = (page.select_one(each) for each in (".smtp-headline", ".smtp-duty"))
    assert headline and headline.get_text().split() == ["▲", "452", "4.2.2"]
    assert must and must.get_text().startswith("The client must now try again later.")
    assert [each.text for each in page.select(".smtp-digit")] == ["4", "5", "2", "4", "2", "2"]
    places = [each.text for each in page.select(".smtp-place")]
    assert places[2:4] == ["Third digit:", "Enhanced class:"]


# ---- offers


@pytest.mark.parametrize("state", [state for state in WAY if state is not State.AUTH])
def test_an_allowed_offer_draws_a_positive_reply(state: State) -> None:
    for offer in said(*WAY[state]).offers():
        if offer.allowed and offer.label != "EXPN":  # this server has no lists
            model = said(*WAY[state], offer.line)
            assert model.last_reply
            assert model.last_reply.is_positive, offer


@pytest.mark.parametrize(
    ("state", "wanted"),
    [(State.GREETED, "a command"), (State.CONTENT, "message text"), (State.AUTH, "base64")],
)
def test_the_empty_line_says_what_may_be_typed(state: State, wanted: str) -> None:
    assert wanted in view(said(*WAY[state]))["status"]["wanted"]


# ---- wrong input


@pytest.mark.parametrize("line", ["NOOP\nQUIT", "NOOP\r\n", "\n"])
def test_several_lines_at_once_are_refused_in_words(line: str) -> None:
    model = said(line)
    assert "One line at a time" in model.error
    assert len(model.transcript) == 1
    assert said("NOOP", model=model).error == ""


def test_an_endless_line_is_refused_in_words() -> None:
    assert f"{MAX_LINE:,} octets" in said("x" * MAX_LINE).error
    assert said("x" * 13_000).last_reply == said("NOOP " + "x" * 600).last_reply


@pytest.mark.parametrize("line", ["\ud800", "\0", "é", "\u202e", HOSTILE, "=" * 999])
@pytest.mark.parametrize("state", WAY)
def test_no_line_makes_it_raise(state: State, line: str) -> None:
    for raw in (False, True):
        model = said(*WAY[state])
        model.raw = raw
        said(line, line, "\\xff\\x0d\\n", model=model)
        assert shown(model)


# ---- the end of a session, and a new one


def test_a_closed_session_says_so_and_can_be_opened_again() -> None:
    model = said(EHLO, "QUIT")
    assert "Connect again" in model.hint
    model.submit("NOOP")
    assert model.error == "The session is closed. Connect again to go on."
    assert len(model.transcript) == 3
    model.reconnect()
    assert (model.state, model.error, model.hint) == (State.CONNECTED, "", "")
    assert model.transcript.codes == [220, 250, 221, 220]
    assert "\n\nSession 2\n\n" in text(model)


def test_a_dropped_connection_is_an_error_in_words() -> None:
    model = said("NOOP", model=ruled(Rule("NOOP", None)))
    assert (model.error) == "The connection closed without a reply. Connect again to go on."
    assert not model.transcript[-1].received
    model.reconnect()
    assert model.state is State.CONNECTED


def test_a_connection_dropped_at_once() -> None:
    model = ruled(Rule("connect", None))
    assert "Connect again" in model.error
    assert model.last_reply is None and "None yet." in view(model)["reply"]
    assert "<td" not in view(model)["bars"]
    assert text(model).endswith("Replies so far\nCode  Count  Name")
    assert "Allowed now: nothing" in text(model)


def test_who_comes_back_later_passes_the_greylist() -> None:
    model = said(EHLO, MAIL, "RCPT TO:<carol@example.test>")
    model.wait()
    assert "\n\n5 minutes pass\n\n" in text(model)
    model.submit("NOOP")
    assert model.transcript.codes[-2:] == [450, 421]  # silent for too long
    model.reconnect()
    said(EHLO, MAIL, "RCPT TO:<carol@example.test>", model=model)
    assert model.transcript.codes[-1] == 250


def test_restart_begins_anew() -> None:
    model = said(EHLO, "NOOP")
    model.restart("strict", "7")
    assert (model.host.scenario.name, model.host.seed) == ("strict", 7)
    assert (model.transcript.codes, dict(model.counts)) == ([220], {220: 1})
    said("NOOP", model=model).restart()
    assert (model.host.scenario.name, model.host.seed, len(model.transcript)) == ("strict", 7, 1)


def test_a_restart_ends_what_was_a_mode_of_the_session_and_says_so() -> None:
    model = predicting(EHLO)
    model.raw = True
    model.restart("busy")
    assert (model.predicting, model.raw, model.asked) == (False, False, "")
    assert model.hint == "Off again: Predict first, Raw."
    model.restart()
    assert model.hint == ""


@pytest.mark.parametrize(
    ("scenario", "seed", "complaint"),
    [("nonsense", 0, "'nonsense' is not a scenario"), ("busy", "x", "whole number")],
)
def test_a_wrong_restart_keeps_the_session(scenario: str, seed: str, complaint: str) -> None:
    model = said(EHLO)
    model.restart(scenario, seed)
    assert complaint in model.error
    assert model.transcript.codes == [220, 250]
    assert model.submit("NOOP")[0].code == 250


def test_a_scenario_of_ones_own_can_be_restarted_by_its_name() -> None:
    model = ruled(Rule("NOOP", Reply(250, "mine")))
    model.restart("ruled", "1")
    assert (model.submit("NOOP")[0].reply, model.host.seed) == (Reply(250, "mine"), 1)


def test_an_unknown_scenario_is_an_error_at_once() -> None:
    with pytest.raises(ScenarioError, match="nonsense"):
        ConsoleModel("nonsense")


def test_two_consoles_on_one_host_have_one_mailbox() -> None:
    host = Host()
    one, two = ConsoleModel(host=host), ConsoleModel(host=host)
    for model in (one, two):
        said(*WAY[State.CONTENT], "Hello!", ".", model=model)
    one.restart()
    assert len(host.memory.messages) == 2
    assert one.host is two.host is host
    one.restart("busy")
    assert one.host is not host


def test_over_tcp_it_says_the_same_and_says_when_the_server_is_gone() -> None:
    with serve() as server:
        model = said(EHLO, MAIL, model=ConsoleModel(host=server))
        assert str(model.transcript) == str(said(EHLO, MAIL).transcript)
        model.wait()
        assert "real time" in model.error
    model.submit("NOOP")
    assert [exchange.code for exchange in model.transcript][-1] == 421  # its farewell
    model.submit("NOOP")
    assert "Connect again" in model.error
    model.reconnect()
    assert model.error.startswith("There is no connection: no server answers")
    assert "NOOP" not in said("NOOP", model=model).error
    model.restart("busy")
    assert (model.state, model.error) == (State.CONNECTED, "")


# ---- predictions


def predicting(*lines: str) -> ConsoleModel:
    model = ConsoleModel()
    model.predict(True)
    return said(*lines, model=model)


def test_a_reply_is_drawn_only_after_its_prediction() -> None:
    model = predicting("DATA")
    assert (model.asked, len(model.transcript)) == ("DATA", 1)
    assert "Which reply will DATA draw?" in text(model)
    model.submit("3")
    assert model.transcript.codes == [220, 503]
    assert model.hint == (
        "Predicted 3, got 503: not right. A 3 tells the client: send more; "
        "a 5: give up and report. "
        "503 is: commands out of order."
    )
    assert (model.predictions[0].guess, model.predictions[0].code) == ("3", 503)


# What each first digit asks of the client: RFC 5321 §4.2.1.
@pytest.mark.parametrize(
    ("guess", "code", "said"),
    [
        ("2", 250, "Predicted 2, got 250: right."),
        ("5", None, "Predicted 5, got no reply: not right."),
        ("551", 550, "not right. The first digit is right. 550 is: mailbox unavailable"),
        ("2", 452, "A 2 tells the client: go on; a 4: try again later. 452 is: "),
        ("5", 299, "give up and report; a 2: go on. 299 is: known to no RFC."),
    ],
)
def test_a_wrong_prediction_gets_its_why(guess: str, code: int | None, said: str) -> None:
    assert said in str(Prediction(guess, code))


def test_a_digit_or_a_whole_code_will_do() -> None:
    model = predicting(EHLO, "2", "DATA", "503", "RSET", "251")
    assert [made.is_right for made in model.predictions] == [True, True, False]
    assert "Predictions: 2 of 3 right" in text(model)
    page = BeautifulSoup(view(model)["guesses"], "html.parser")
    assert page.small and page.small.text == "2 of 3 right"
    table = [[cell.text for cell in row.select("td")] for row in page.select("tbody tr")]
    assert table == [["2", *"····"], ["·"] * 5, ["·"] * 5, [*"···1·"]]


@pytest.mark.parametrize("guess", ["", "1", "6", "299x", "25", "561", "NOOP", "٢"])
def test_no_prediction_no_reply(guess: str) -> None:
    model = predicting("NOOP", guess)
    assert "A prediction is a first digit" in model.error
    assert (model.asked, len(model.transcript)) == ("NOOP", 1)
    assert said("2", model=model).transcript.codes == [220, 250]


def test_lines_of_a_message_are_not_predicted_but_its_end_is() -> None:
    model = predicting(EHLO, "2", MAIL, "2", RCPT, "2", "DATA", "3", "Hello!", "..", "")
    assert (model.asked, model.state) == ("", State.CONTENT)
    assert said(".", model=model).asked == "."
    assert said("2", model=model).transcript.codes[-1] == 250


def test_a_held_line_can_be_taken_back() -> None:
    model = predicting("")
    assert model.asked == "an empty line"
    model.take_back()
    assert said("NOOP", "2", model=model).transcript.codes == [220, 250]
    said("QUIT", model=model).predict(False)
    assert said("NOOP", model=model).transcript.codes == [220, 250, 250]


def test_a_reply_that_never_came_is_a_prediction_too() -> None:
    model = ruled(Rule("NOOP", None))
    model.predict(True)
    said("NOOP", "2", model=model)
    assert model.predictions[0].code is None
    assert model.hint == "Predicted 2, got no reply: not right."
    assert model.error.startswith("The connection closed")
    assert said("NOOP", model=model).asked == ""


# ---- raw mode


def raw(*lines: str) -> ConsoleModel:
    model = ConsoleModel()
    model.raw = True
    return said(*lines, model=model)


def test_raw_lines_are_sent_as_they_are() -> None:
    model = raw(r"NOOP\r\n", r"NOOP\n", r"\x4e\x4f\x4FP\r\nRSET\r\n")
    assert model.transcript.codes == [220, 250, 250, 250, 250]
    assert model.transcript[2].notes == ("bare LF tolerated",)
    assert [offer.line for offer in model.offers()][-1] == r"QUIT\r\n"


def test_a_raw_line_without_its_end_draws_nothing_yet() -> None:
    model = raw("NO")
    assert "waits for the end of the line" in model.hint
    assert said(r"OP\r\n", model=model).transcript.codes == [220, 250]
    assert said("", model=model).hint == "Nothing to send."


# ---- what is shown


def test_credentials_are_shown_nowhere() -> None:
    secret = "AGFsaWNlAHdvbmRlcmxhbmQ="
    model = said(EHLO, f"AUTH PLAIN {secret}", "STARTTLS", EHLO, "AUTH PLAIN", secret)
    assert model.transcript.codes[-2:] == [334, 235]
    model.predict(True)
    model.submit(f"auth plain {secret}")
    assert model.asked == "auth plain ****"
    assert secret not in shown(model)
    assert model.history[1] == "AUTH PLAIN"


@pytest.mark.parametrize(
    ("lines", "recalled"),
    [
        (["AUTH LOGIN", "YWxpY2U=", "secret01", "secret01"], ["AUTH LOGIN"]),
        (["AUTH NTLM", "secret01", "NOOP"], ["AUTH NTLM", "NOOP"]),
        (["AUTH secret01", "RSET secret01"], ["AUTH", "RSET"]),
        (["ATUH PLAIN secret01", "XYZZY secret01"], ["ATUH PLAIN"]),
        (["AUTH=PLAIN secret01"], ["AUTH=PLAIN"]),
    ],
)
@pytest.mark.parametrize("predict", [False, True])
def test_no_password_is_recalled_or_asked_about(
    lines: list[str], recalled: list[str], predict: bool
) -> None:
    model = said(EHLO)
    for line in lines:
        model.predict(predict)
        model.submit(line)
        before = shown(model)
        if predict:
            model.submit("5")
        assert "secret01" not in f"{before} {shown(model)} {model.predictions}".lower()
    assert model.history == [EHLO, *recalled]


def test_no_password_is_recalled_in_raw_mode() -> None:
    model = raw(r"EHLO a\r\nAUTH NTLM\r\nsecret01\r\n", "AU", r"TH PLAIN secret01\r\n", "secr")
    model.predict(True)
    model.submit(r"et01\r\n")
    assert model.asked == r"****\r\n"
    assert model.history == [r"EHLO a\r\nAUTH NTLM\r\n", "AUTH PLAIN"]
    assert "et01" not in shown(model)


def test_recall_holds_commands_only() -> None:
    model = said(*WAY[State.CONTENT], "Hello!", ".", "NOOP", "NOOP", " ", "a\nb")
    assert model.history == [*WAY[State.CONTENT], "NOOP"]
    assert len(said(*[f"NOOP {n}" for n in range(200)]).history) == MAX_HISTORY


def test_text_and_html_hold_what_is_shown() -> None:
    model = said(EHLO, "DATA")
    for page in (text(model), static(model)._repr_html_()):
        assert "scenario example, seed 0" in page
        assert "DATA is out of order" in page
        assert "MAIL" in page
        assert "permanent negative completion" in page.lower()
        assert "RFC 5321" in page
    assert text(model).splitlines()[2:4] == ["S: 220 example.test ESMTP smtplesson", f"C: {EHLO}"]
    counts = [line.split()[:3] for line in text(model).splitlines()[-3:]]
    assert counts == [["●", "220", "1"], ["●", "250", "1"], ["■", "503", "1"]]


def test_a_long_line_is_cut_in_the_log() -> None:
    html = str(rows(said("x" * 5_000))[1]["html"])
    assert html.count("x") in range(LINE_CAP, LINE_CAP + 40)
    assert "… (5,000 characters)" in html


def test_two_thousand_exchanges_stay_quick_and_the_log_is_capped() -> None:
    model = ConsoleModel()
    start = time.process_time()
    for _ in range(2_000):
        model.submit("NOOP")
        view(model)
        rows(model, len(model.log) - 1)
    assert (time.process_time() - start) / 2_000 < 0.02  # seconds of work; 0.0003 at home
    assert (len(model.transcript), model.counts[250]) == (2_001, 2_000)
    assert len(rows(model)) == LOG_CAP
    assert rows(model)[0]["n"] == 2_001 - LOG_CAP
    assert text(model).count("C: NOOP") == LOG_CAP
    for page in (text(model), static(model)._repr_html_()):
        assert "The first 1,501 exchanges are not shown." in page
