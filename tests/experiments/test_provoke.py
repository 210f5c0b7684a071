"""Every code that a server may send can be provoked, in a situation that is its own."""

import pytest

from smtplesson.errors import LessonError
from smtplesson.experiments.provoke import provoke, recipes, why_not
from smtplesson.facts import Standing, reply_codes
from smtplesson.protocol.scenario_file import scenario_names

# The digits of a reply code are 2 to 5, 0 to 5 and 0 to 9 (RFC 5321 §4.2); 355 takes an
# extension, CHECKPOINT (RFC 1845), and a 3yz reply to anything else would leave both sides waiting.
NOT_TO_BE_SENT = {101, 111, 471, 571}
NOT_SPOKEN_HERE = {355}

# Where the RFCs have a code come, in the situation that is its own.
STAGES = {
    211: "HELP",  # RFC 5321 §4.3.2
    214: "HELP",
    220: "connect",  # §3.1
    221: "QUIT",  # §4.1.1.10
    235: "AUTH",  # RFC 4954 §4
    250: "EHLO",  # RFC 5321 §4.1.1.1
    251: "RCPT",  # §3.4
    252: "VRFY",  # §3.5.3
    334: "AUTH",  # RFC 4954 §4
    354: "DATA",  # RFC 5321 §3.3
    421: "connect",  # §3.8
    432: "AUTH-response",  # RFC 4954 §6
    450: "RCPT",  # RFC 5321 §4.3.2
    451: "MAIL",  # §4.3.2
    452: "RCPT",  # §4.3.2
    454: "STARTTLS",  # RFC 3207 §4
    455: "MAIL",  # RFC 5321 §4.1.1.11
    501: "EHLO",  # §4.1.4
    503: "DATA",  # §3.3
    504: "AUTH",  # RFC 4954 §4
    521: "connect",  # RFC 7504 §3
    530: "MAIL",  # RFC 3207 §4
    534: "AUTH",  # RFC 4954 §6
    535: "AUTH",  # RFC 4954 §6
    538: "AUTH",  # RFC 4954 §6
    550: "RCPT",  # RFC 5321 §3.3
    551: "RCPT",  # §3.4
    552: "MAIL",  # RFC 1870 §6.1
    553: "VRFY",  # RFC 5321 §3.5.1
    554: "connect",  # §3.1
    555: "MAIL",  # §4.1.1.11
    556: "RCPT",  # RFC 7504 §4
}


def test_every_known_code_has_a_recipe_or_cannot_be_said() -> None:
    assert set(reply_codes()) - set(recipes()) == NOT_TO_BE_SENT | NOT_SPOKEN_HERE


@pytest.mark.parametrize("code", recipes())
def test_the_last_exchange_draws_the_code(code: int) -> None:
    transcript = provoke(code)
    assert transcript[-1].code == code
    assert code not in transcript.codes[:-1]
    assert recipes()[code].scenario in scenario_names()


@pytest.mark.parametrize("code", STAGES)
def test_it_comes_where_the_rfcs_have_it(code: int) -> None:
    assert provoke(code)[-1].stage == STAGES[code]
    assert "reply-" not in "".join(recipes()[code].lines)


def test_only_what_has_no_situation_is_asked_for_by_an_address() -> None:
    asked = {code for code, recipe in recipes().items() if "reply-" in "".join(recipe.lines)}
    rfc = {code for code in asked if reply_codes()[code].standing is not Standing.FOLKLORE}
    # ETRN (RFC 1985), ATRN (RFC 2645) and two of AUTH's that RFC 5248 §2.4 lists.
    assert rfc == {253, 458, 459, 453, 523, 525}


def test_it_is_the_same_each_time() -> None:
    assert str(provoke(451)) == str(provoke(451))


def test_nobody_is_named_without_need() -> None:
    assert provoke(220).codes == [220]
    assert provoke(550).codes == [220, 250, 250, 550]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (101, "RFC 5321 §4.2"),
        (471, "RFC 5321 §4.2"),
        (0, "RFC 5321 §4.2"),
        (-550, "RFC 5321 §4.2"),
        (10**50, "RFC 5321 §4.2"),
        pytest.param(10**5000, "RFC 5321 §4.2", id="a number that is not written out"),
        (355, "RFC 1845"),
        (259, "nobody gives it a meaning"),
    ],
)
def test_what_cannot_be_provoked_has_a_reason(code: int, why: str) -> None:
    assert why in why_not(code)
    with pytest.raises(LessonError, match="cannot be provoked") as error:
        provoke(code)
    assert why in str(error.value)


@pytest.mark.parametrize("code", ["550", None, [550], [10**5000], 5.5])
def test_what_is_no_number_is_refused_in_words(code: object) -> None:
    with pytest.raises(LessonError, match="a number such as 550"):
        provoke(code)  # type: ignore[arg-type]


def test_what_can_be_provoked_has_no_reason_against_it() -> None:
    assert not any(why_not(code) for code in recipes())
