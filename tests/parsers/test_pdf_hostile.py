"""PDFs that are cut off, locked, swollen or made to be two things: each is a verdict about the file."""

import random

import pytest

import parsers
from parsers.document import Document

from .paper import Sheet, pdf, whole

SOUND = pdf(whole())


def verdict(data):
    (reading,) = parsers.read(Document("a.pdf", data))
    return reading.status.value, reading.error and reading.error.code.value


def test_a_locked_file_asks_for_one_without_a_password():
    assert verdict(pdf(whole(), encrypt="secret")) == ("rejected", "encrypted")


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(2000), SOUND[:60]], ids=["head", "zeros", "cut"])
def test_a_broken_file_is_damaged(data):
    assert verdict(data) == ("rejected", "damaged")


def test_a_file_of_no_known_form_is_unsupported():
    assert verdict(b"hello") == ("rejected", "unsupported")


def test_an_empty_page_holds_no_invoice():
    assert verdict(pdf(Sheet())) == ("not_an_invoice", "no_invoice")


def test_too_many_pages_are_too_large():
    assert verdict(pdf(*[Sheet()] * 201)) == ("rejected", "too_large")


def test_a_page_of_absurd_size_is_too_large():
    assert verdict(pdf(Sheet(size=(90_000.0, 90_000.0)).put(50, 50, "大"))) == ("rejected", "too_large")


@pytest.mark.parametrize("seed", range(40))
def test_a_file_with_bytes_changed_never_breaks_the_reader(seed):
    chance = random.Random(seed)
    data = bytearray(SOUND)
    for _ in range(chance.choice([1, 10, 200])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.3:
        del data[chance.randrange(len(data)) :]
    for reading in parsers.read(Document("a.pdf", bytes(data))):
        assert reading.status.value in {"parsed", "incomplete", "not_an_invoice", "rejected"}


def test_a_letter_that_mentions_an_invoice_is_none():
    letter = (
        Sheet()
        .put(60, 60, "合同")
        .put(60, 90, "乙方应向甲方开具增值税专用发票，发票号码：见附件。")
        .put(60, 110, "金额（大写）")
    )
    assert verdict(pdf(letter)) == ("not_an_invoice", "no_invoice")


def test_a_key_that_is_no_text_is_passed_over():
    data = SOUND.replace(b"/Author (anonymous)", b"/IssueTime <FEFFD800>")
    assert data != SOUND
    (reading,) = parsers.read(Document("a.pdf", data))
    assert (reading.status.value, str(reading.invoice.issue_date)) == ("parsed", "2026-03-02")
