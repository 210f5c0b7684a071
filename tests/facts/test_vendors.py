"""Providers' own codes: each row against the registry, and what explain() makes of them.

The expected uses are typed from the providers' pages, not from our table.
"""

import re
from pathlib import Path

import pytest

from smtplesson.facts import enhanced, explain, reply_codes, vendor_codes
from tests.cases import rows

PROVIDERS = {"Gmail", "Microsoft 365", "Outlook.com", "Yahoo", "Apple iCloud", "Amazon SES"}
PROVIDERS |= {"Proofpoint", "Mimecast"}


def at(line: str) -> dict[str, str]:
    """What providers say about a reply, by provider."""
    told = explain(line).rows
    return {label[3:]: text for label, text in told if label.startswith("At ")}


# ---- the table


def test_every_row_says_who_says_so_and_where() -> None:
    assert {row.provider for row in vendor_codes()} == PROVIDERS
    for row in vendor_codes():
        assert re.search(r"\.(com|eu)\b", row.source), row
        assert row.use and row.told_by and row.standard in ("none", "same", "other"), row
        assert not row.use.endswith(".") and len(row.use) < 160, row
        assert row.enhanced or row.mark or row.codes, row
        assert all(str(code)[0] in "45" for code in row.codes), row


def test_a_code_is_without_standard_if_and_only_if_the_registry_has_it_not() -> None:
    for row in vendor_codes():
        for code in row.enhanced:
            registered = enhanced(code.partition("-")[0]) is not None
            assert registered == (row.standard != "none"), (row.provider, code)
        if not row.enhanced and not row.mark:
            assert row.standard != "none"
            assert set(row.codes) <= set(reply_codes())


def test_classes_of_reply_code_and_enhanced_code_agree() -> None:
    for row in vendor_codes():
        classes = {code[0] for code in row.enhanced}
        if row.codes and classes:
            # Gmail's page has one exception, 421 5.7.32, which is left out.
            assert {str(code)[0] for code in row.codes} == classes, row


def test_a_provider_has_one_meaning_for_a_reply() -> None:
    rows = vendor_codes()
    for row in rows:
        for status in (code.partition("-")[0] for code in row.enhanced):
            for code in row.codes or ("",):
                owners = [each.provider for each in rows if each.covers(str(code), status, "")]
                assert len(owners) == len(set(owners)), (status, owners)


# ---- what is told


@pytest.mark.parametrize("case", rows(Path(__file__).with_name("vendors_told.csv")))
def test_it_is_told_below_the_standard_whose_word_it_is(
    case: dict[str, str],
) -> None:
    line, provider, use = case["line"], case["provider"], case["use"]
    told = at(line)[provider]
    assert told.lower().startswith(use) or f": {use}" in told
    assert all(words in told for words in (case["since"], case["standard"], "So says ")), told
    labels = [label for label, _ in explain(line).rows]
    assert labels.index(f"At {provider}") > labels.index("Third digit " + line[2])
    sources = {row.source for row in vendor_codes() if row.provider == provider}
    assert sources & set(explain(line).sources)


@pytest.mark.parametrize(
    ("line", "providers"),
    [
        ("421 4.7.0", set()),  # the mark of Yahoo is not there
        ("421 4.7.0 [TSS040]", set()),
        ("450 4.7.0 [TSS04]", set()),
        ("451 4.3.0", set()),  # Mimecast gives no enhanced code
        ("550 4.7.650", {"Microsoft 365"}),
        ("550 5.7.605", set()),
        ("550 5.7.650", set()),
        ("556 5.1.10", set()),  # RFC 7505's reply, and Microsoft's is 550
        ("550 5.7.1", set()),
        ("250 2.1.5", set()),
        ("5.7.30", {"Gmail", "Microsoft 365"}),
    ],
)
def test_nobody_else_is_told(line: str, providers: set[str]) -> None:
    assert set(at(line)) == providers


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("550 5.7.515", "/ not registered, used by Outlook.com"),
        ("421 4.7.27", "/ sender domain has a null MX, but not at Gmail"),
        ("5.7.30", "REQUIRETLS not supported downstream, but not at Gmail and Microsoft 365"),
        ("421 4.7.28", "/ mail flood detected"),
        ("552 5.2.2", "/ mailbox full"),  # Microsoft 365 has it too, with replies it does not name
        ("556 5.1.10", "/ recipient domain has a null MX"),
        ("421 4.7.0 [TSS04]", "/ other security or policy matter"),
    ],
)
def test_the_headline_does_not_claim_what_a_provider_does_not_mean(line: str, end: str) -> None:
    assert explain(line).title.endswith(end)
