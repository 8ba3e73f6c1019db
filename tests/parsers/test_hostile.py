"""Files of ``bench.hostile``: what each class of attack comes to, and that the next file is read as ever."""

import time

import pytest

from bench.hostile.__main__ import CLASSES, is_unforeseen
from parsers.document import Document
from parsers.errors import ParseError
from parsers.sandbox import Sandbox
from tests.parsers.paper import pdf, whole

SECONDS = 10.0
# What runs out of memory may run out of time before, where the machine is busy.
VERDICTS = {
    "pdf: form that draws itself": "no_invoice",
    "pdf: forms, ten to the ninth": "too_large timeout",
    "pdf: pages that are only claimed": "no_invoice",
    "pdf: sheet of a million points": "too_large",
    "pdf: sheet to infinity": "no_invoice",
    "pdf: page tree that returns": "damaged",
    "pdf: glyphs each by itself": "no_invoice",
    "pdf: JBIG2 of 3.6 gigapixels": "no_invoice",
    "pdf: groups in groups": "no_invoice",
    "pdf: fields without end": "no_invoice",
    "pdf: tables that lead back": "no_invoice",
    "ofd: layers two hundred thousand deep": "unsafe",
    "ofd: twenty thousand documents in one": "too_large",
    "ofd: templates that recur": "parsed",
    "ofd: tags that name themselves": "parsed",
    "ofd: names that climb": "parsed",
    "ofd: sheet of five metres": "parsed",
    "xml: a million deep": "unsafe",
    "xml: attributes in namespaces": "incomplete",
    "xml: a number to a power": "incomplete",
    "xml: laughs in UTF-16": "unsafe",
    "xml: laughs in UTF-32": "unsupported",
    "xml: laughs in EBCDIC": "unsupported",
    "xml: laughs in UTF-7": "unsupported",
    "picture: directories that return": "no_invoice",
    "picture: directories by the ten thousand": "too_large",
    "picture: tag of gigabytes": "no_invoice",
    "picture: WebP of 400 frames": "no_invoice",
    "picture: finders without codes": "no_invoice",
    "picture: a line of 80 megapixels": "no_invoice",
    "container: strings over and over": "unsupported",
}


@pytest.fixture(scope="module")
def faults():
    return []


@pytest.fixture(scope="module")
def sandbox(faults):
    with Sandbox(on_fault=lambda _, fault: faults.append(fault)) as sandbox:
        sandbox.start()
        yield sandbox


@pytest.mark.parametrize("name", VERDICTS)
def test_an_attack_is_a_verdict_about_the_file(sandbox, faults, name):
    document, began = Document("a", CLASSES[name]()), time.monotonic()
    (reading, *_) = sandbox.read(document)
    assert (reading.error.code if reading.error else reading.status) in VERDICTS[name].split()
    assert time.monotonic() - began < SECONDS
    assert [fault for fault in faults if is_unforeseen(fault)] == []


INSIDE = {
    "container: box in box": "too_large",
    "container: comments in comments": "unsafe",
    "container: members that overlap": "too_large",
    "container: headers quoted as content": "too_large",
    "container: zip64 that lies": "too_large",
    "container: an end that lies": "damaged",
    "container: a comment full of ends": "damaged",
}


@pytest.mark.parametrize("name", INSIDE)
def test_a_hostile_container_is_refused(sandbox, name):
    with pytest.raises(ParseError) as problem:
        sandbox.documents_in(Document("a", CLASSES[name]()))
    assert problem.value.code == INSIDE[name]


def test_the_next_file_is_read_as_ever(sandbox):
    (reading,) = sandbox.read(Document("a.pdf", pdf(whole())))
    assert reading.status == "parsed"
