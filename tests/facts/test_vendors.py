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
def test_it_is_told_below_the_standard_whose_word_it_is(case: dict[str, str]) -> None:
    line, provider, use = case["line"], case["provider"], case["use"]
    found = explain(line)
    told, labels = dict(found.rows)[f"At {provider}"], [label for label, _ in found.rows]
    assert told.lower().startswith(use) or f": {use}" in told
    assert all(words in told for words in (case["since"], case["standard"], "So says ")), told
    assert labels.index(f"At {provider}") > labels.index("Third digit " + line[2])
    sources = {row.source for row in vendor_codes() if row.provider == provider}
    assert sources & set(found.sources)
