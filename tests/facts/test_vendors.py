"""Providers' own codes: each row against the registry, and what explain() makes of them.

The expected uses are typed from the providers' pages, not from our table.
"""

import re

import pytest

from smtplesson.facts import enhanced, explain, reply_codes, vendor_codes

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


@pytest.mark.parametrize(
    ("line", "provider", "use", "since", "standard"),
    [
        (
            "550 5.7.515 Access denied",
            "Outlook.com",
            "a domain that sends more than 5,000",
            "5 May 2025",
            "no standard",
        ),
        ("421 4.7.28", "Gmail", "too much unwanted mail", "March 2024", "fits"),
        ("550 5.7.26", "Gmail", "neither spf nor dkim", "March 2023", "fits"),
        ("421 4.7.32", "Gmail", "the domain in the from line", "February 2024", "no standard"),
        (
            "451 4.7.500",
            "Microsoft 365",
            "the traffic looks suspicious",
            "July 2021",
            "no standard",
        ),
        (
            "451 4.7.650",
            "Microsoft 365",
            "the traffic looks suspicious",
            "July 2021",
            "no standard",
        ),
        (
            "550 5.7.649",
            "Microsoft 365",
            "the ip address of the sender is banned",
            "July 2021",
            "no standard",
        ),
        ("421 4.7.27", "Gmail", "spf has not passed", "February 2024", "something else"),
        ("550 5.7.30", "Gmail", "dkim has not passed", "May 2024", "something else"),
        (
            "550 5.7.30",
            "Microsoft 365",
            "a program has logged in with a password",
            "April 2024",
            "something else",
        ),
        (
            "550 5.1.10",
            "Microsoft 365",
            "there is no such recipient",
            "July 2021",
            "something else",
        ),
        (
            "432 4.3.2",
            "Microsoft 365",
            "the mailbox is getting too many messages",
            "July 2021",
            "something else",
        ),
        (
            "421 4.7.0 [TSS04] Messages from",
            "Yahoo",
            "mail from this IP address is put off",
            "February 2024",
            "no standard",
        ),
        ("554 5.7.1 [CS01] Message", "Apple iCloud", "a rule of iCloud Mail", "", "no standard"),
        (
            "550 SC-001 (BAY004)",
            "Outlook.com",
            "the message looks like spam",
            "July 2024",
            "no standard",
        ),
        (
            "454 Throttling failure",
            "Amazon SES",
            "the account has reached its limit",
            "",
            "something else",
        ),
        ("451 Internal resource", "Mimecast", "often greylisting", "", "something else"),
        (
            "554 Blocked - see https://ipcheck.proofpoint.com/?ip=",
            "Proofpoint",
            "Proofpoint's list of reputations",
            "",
            "no",
        ),
    ],
)
def test_it_is_told_below_the_standard_whose_word_it_is(
    line: str, provider: str, use: str, since: str, standard: str
) -> None:
    told = at(line)[provider]
    assert told.lower().startswith(use) or f": {use}" in told
    assert all(words in told for words in (since, standard, "So says ")), told
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
