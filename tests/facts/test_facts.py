"""The fact base against lists typed by hand from the RFCs, and its files against each other."""

import re
from pathlib import Path

import pytest

from smtplesson import facts
from smtplesson.errors import LessonError
from smtplesson.evidence.limits import limits
from tests.cases import rows

HOUSE = Path(facts.__file__).parents[1]
FILES = [
    "evidence/limits",
    "evidence/timeouts",
    "facts/command_replies",
    "facts/enhanced_status",
    "facts/reply_codes",
]
# With other tests of their own.
OTHERS = ["evidence/observed_replies", "evidence/server_answers", "facts/vendor_codes"]
LONGEST_CELL = 320

# RFC 5321 §4.2.3
RFC_5321 = [211, 214, 220, 221, 250, 251, 252, 354, 421, 450, 451, 452, 455]
RFC_5321 += [500, 501, 502, 503, 504, 550, 551, 552, 553, 554, 555]
# RFC 7504, 4954 and 3207, 1985, 2645, 5248
EXTENSIONS = [521, 556, 235, 334, 432, 454, 530, 534, 535, 253, 458, 459, 453, 523, 525]
STAGES = "connect EHLO HELO MAIL RCPT DATA end-of-data RSET VRFY EXPN HELP NOOP QUIT STARTTLS AUTH"
STAGES += " AUTH-response BDAT ETRN ATRN unknown"

# Where the RFCs disagree about the class of an enhanced code: code, reply code, both sides.
CLASS_DISPUTES = {
    ("X.1.1", 451): "RFC 3463 §3.2: permanent only; RFC 5248 §2.4 adds 451",
    ("X.2.2", 552): "RFC 3463 §3.3: transient; RFC 5248 §2.4 pairs only 552",
    ("X.4.3", 550): "RFC 3463 §3.5: transient only; RFC 5248 §2.4 adds 550",
    ("X.5.1", 430): "RFC 3463 §3.6: permanent only; RFC 5248 §2.4 adds 430",
    ("X.5.4", 451): "RFC 3463 §3.6: permanent only; RFC 5248 §2.4 adds 451",
    ("X.7.1", 451): "RFC 3463 §3.8: permanent only; RFC 5248 §2.4 adds 451",
    ("X.7.1", 454): "RFC 3463 §3.8: permanent only; RFC 5248 §2.4 adds 454",
}


def cells(name: str) -> list[dict[str, str]]:
    return rows(HOUSE / f"{name}.csv")


# The files


def test_there_are_these_files_and_no_others() -> None:
    found = [*HOUSE.glob("facts/*.csv"), *HOUSE.glob("evidence/*.csv")]
    names = [path.relative_to(HOUSE).with_suffix("").as_posix() for path in found]
    assert sorted(names) == sorted([*FILES, *OTHERS])


@pytest.mark.parametrize("name", FILES)
def test_every_row_has_a_source(name: str) -> None:
    for row in cells(name):
        assert re.search(r"RFC \d{3,4}|IANA registry", row["source"]), row


@pytest.mark.parametrize("name", [*FILES, *OTHERS])
def test_every_cell_is_sane(name: str) -> None:
    for row in cells(name):
        for column, cell in row.items():
            assert isinstance(cell, str), f"a cell is missing or left over: {row}"
            assert len(cell) <= LONGEST_CELL, (column, cell)
            assert cell == " ".join(cell.split()), (column, cell)
            assert not re.search(r"TODO|FIXME|XXX|—", cell), (column, cell)


# Reply codes


def test_the_codes_of_rfc_5321_are_in_force() -> None:
    assert len(RFC_5321) == 24
    for code in RFC_5321:
        assert facts.reply_codes()[code].standing == "rfc"
        assert "RFC 5321 §4.2.3" in facts.reply_codes()[code].source


def test_only_these_codes_are_in_force() -> None:
    in_force = [row.code for row in facts.reply_codes().values() if row.standing == "rfc"]
    assert in_force == sorted(RFC_5321 + EXTENSIONS)
    assert facts.reply_codes()[538].standing is facts.Standing.HISTORIC
    assert facts.reply_codes()[355].standing is facts.Standing.EXPERIMENTAL  # RFC 1845


def test_codes_in_the_popular_table_carry_a_claim_and_others_none() -> None:
    for row in facts.reply_codes().values():
        told = (row.table_claim, row.table_verdict, row.correction)
        assert all(told) if row.in_seed_table else not any(told), row
        if row.in_seed_table:
            assert (row.standing == "folklore") == (row.table_verdict == "folklore"), row


def test_every_code_is_told_in_sentences() -> None:
    for row in facts.reply_codes().values():
        told = [row.meaning]
        told += [row.story, row.instead] if row.standing == "folklore" else [row.advice]
        assert all(re.match(r"[A-Z0-9]", text) and text.endswith(".") for text in told), row
        assert row.meaning.count(". ") == 0, "one sentence"
        assert len(row.meaning) > len(row.short_name)


def test_folklore_with_an_origin_is_the_enhanced_code_without_dots() -> None:
    for row in facts.reply_codes().values():
        if row.enhanced_origin:
            assert row.standing == "folklore"
            assert row.enhanced_origin.replace(".", "") == str(row.code)
    assert not any(facts.reply_codes()[code].enhanced_origin for code in (101, 111, 200, 430))


def test_codes_are_in_rising_order_and_read_only() -> None:
    codes = facts.reply_codes()
    assert list(codes) == sorted(codes)
    with pytest.raises(TypeError):
        codes[299] = codes[250]  # type: ignore[index]
    with pytest.raises(AttributeError):
        codes[250].code = 251  # type: ignore[misc]
    assert repr(codes[354]) == "ReplyCode(354, 'send the message, end with a lone dot')"


@pytest.mark.parametrize(
    ("code", "severity", "subject", "duty"),
    [
        (250, "positive completion", "mail system", "go on"),
        (214, "positive completion", "information", "go on"),
        (334, "positive intermediate", "unspecified", "send more"),
        (421, "transient negative completion", "connections", "try again later"),
        (449, "transient negative completion", "unspecified", "try again later"),
        (503, "permanent negative completion", "syntax", "give up and report"),
        (299, "positive completion", "outside the grammar", "go on"),
        (599, "permanent negative completion", "outside the grammar", "give up and report"),
        (101, "outside the grammar", "syntax", "give up and report"),
        (666, "outside the grammar", "outside the grammar", "give up and report"),
    ],
)
def test_the_digits_speak_for_any_code(code: int, severity: str, subject: str, duty: str) -> None:
    assert (facts.severity(code), facts.subject(code), facts.duty(code)) == (
        severity,
        subject,
        duty,
    )
    if row := facts.reply_codes().get(code):
        assert (row.severity, row.subject, row.duty) == (severity, subject, duty)


# Commands and stages


def test_the_stages_are_the_names_used_all_over() -> None:
    assert sorted(facts.stages()) == sorted(STAGES.split())


def test_every_reply_of_a_command_is_a_known_code_that_is_no_folklore() -> None:
    for row in facts.command_replies():
        assert facts.reply_codes()[row.code].standing != "folklore", row
        assert row.condition and row.state_effect, row


def test_every_code_in_force_is_the_answer_to_something() -> None:
    for row in facts.reply_codes().values():
        assert bool(facts.command_replies(code=row.code)) == (row.standing != "folklore"), row


def test_enhanced_examples_agree_with_the_reply_code() -> None:
    for row in facts.command_replies():
        for example in row.enhanced_examples:
            assert example[0] == str(row.code)[0], row
            assert facts.enhanced(example), row
        # RFC 2034 §4: none in the greeting, in replies to EHLO and HELO, in 3yz replies
        if row.command in ("connect", "EHLO", "HELO") or row.code // 100 == 3:
            assert row.enhanced_examples == (), row
    (auth_ok,) = facts.command_replies("AUTH", 235)
    assert auth_ok.enhanced_examples[0] == "2.7.0"


@pytest.mark.parametrize("case", rows(Path(__file__).with_name("allowed.csv")))
def test_what_the_rfcs_list_is_allowed(case: dict[str, str]) -> None:
    # RFC 5321 §4.3.2 with its table; 421, 500 and 501 are there for any command.
    found = facts.allowed_codes(case["stage"])
    assert found >= set(map(int, case["at_least"].split()))
    assert not case["exactly"] or found == set(map(int, case["exactly"].split()))


def test_rows_by_stage_and_by_code() -> None:
    assert {row.command for row in facts.command_replies(code=354)} == {"DATA"}
    assert len(facts.command_replies("BDAT", 250)) == 2
    assert facts.command_replies("QUIT", 354) == ()
    assert [row.code for row in facts.command_replies("connection lost")] == [451]
    assert len(facts.command_replies()) == len(cells("facts/command_replies"))


@pytest.mark.parametrize("stage", ["mail", "MAIL FROM", "", "any command", "connection lost"])
def test_an_unknown_stage_is_named_in_the_error(stage: str) -> None:
    with pytest.raises(LessonError, match=f"no stage '{stage}'.*allowed: connect, EHLO"):
        facts.allowed_codes(stage)


def test_an_unknown_stage_has_no_rows() -> None:
    with pytest.raises(LessonError, match="no stage 'MIAL'"):
        facts.command_replies("MIAL")


# Enhanced codes


def test_enhanced_codes_are_found_by_detail_subject_and_class() -> None:
    for level, code in (("detail", "X.1.1"), ("subject", "X.1.X"), ("class", "5.X.X")):
        row = facts.enhanced("5.1.1", level)
        assert row and (row.code, row.level) == (code, level)
    assert facts.enhanced("X.7.30") == facts.enhanced("5.7.30")


@pytest.mark.parametrize(
    "code", ["", "5.1", "3.1.1", "5.9.9", "5.1.1.1", "5.01.1", "X.1.01", "X.1.X"]
)
def test_an_unregistered_enhanced_code_is_none(code: str) -> None:
    assert facts.enhanced(code) is None


def test_there_are_3_classes_8_subjects_and_81_details() -> None:
    levels = [row.level for row in facts.enhanced_codes().values()]
    assert [levels.count(level) for level in ("class", "subject", "detail")] == [3, 8, 81]


def test_paired_reply_codes_have_a_usable_class_or_a_documented_dispute() -> None:
    disputes = {
        (row.code, basic)
        for row in facts.enhanced_codes().values()
        for basic in row.basic_codes
        if row.usable_classes and basic // 100 not in row.usable_classes
    }
    assert disputes == set(CLASS_DISPUTES)


def test_both_files_pair_the_same_codes() -> None:
    by_reply = {(e, row.code) for row in facts.reply_codes().values() for e in row.iana_enhanced}
    by_status = {(row.code, b) for row in facts.enhanced_codes().values() for b in row.basic_codes}
    assert by_reply == by_status


# Limits


def test_sizes_of_rfc_5321() -> None:
    sizes = {name: limits()[name].octets for name in list(limits())[:8]}
    assert sizes == {
        "local-part": 64,
        "domain": 255,
        "path": 256,
        "command line": 512,
        "reply line": 512,
        "text line": 1000,
        "message content": 64 * 1024,
        "recipients buffer": None,
    }
    assert all(row.bound in ("at most", "at least") for row in limits().values())


def test_sizes_of_extensions_add_to_the_command_line() -> None:
    for row in limits().values():
        if more := re.fullmatch(r"512 \+ (\d+)", row.rfc_limit):
            assert row.octets == 512 + int(more[1])


# The package


def test_all_names_exist_and_have_docstrings() -> None:
    for name in facts.__all__:
        assert getattr(facts, name).__doc__, name
