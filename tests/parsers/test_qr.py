"""QR codes are found on degraded pictures, none is made up, and a picture without one stays cheap."""

import random
import time

import pytest
from PIL import Image

from bench.degraded import DEGRADATIONS, page, picture
from parsers import qr

from .pictures import DIGITAL, MENU, OLD, code, sheet

SEEDS = range(3)


@pytest.mark.parametrize("degradation", DEGRADATIONS)
def test_most_degraded_pictures_are_read_and_none_wrongly(degradation: str):
    read = 0
    for seed in SEEDS:
        shown = picture(degradation, seed)
        texts = [found.text for found in qr.decode(shown.image)]
        assert set(texts) <= set(shown.payloads)
        assert len(texts) == len(set(texts))
        read += len(texts) == len(shown.payloads)
    assert read >= len(SEEDS) - 1


def test_codes_come_from_top_to_bottom_with_their_boxes():
    paper = Image.new("L", (900, 900), "white")
    paper.paste(code(OLD), (500, 40))
    paper.paste(code(DIGITAL), (60, 500))
    first, second = qr.decode(paper)
    assert (first.text, second.text) == (OLD, DIGITAL)
    assert second.box == pytest.approx((80, 520, 80 + 37 * 5, 520 + 37 * 5), abs=3)


def test_a_code_that_is_no_invoice_s_is_found_too():
    assert [found.text for found in qr.decode(sheet(MENU))] == [MENU]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_any_kind_of_picture_is_read(mode: str):
    assert [found.text for found in qr.decode(sheet(DIGITAL).convert("L").convert(mode))] == [DIGITAL]


@pytest.mark.parametrize("text", [DIGITAL, OLD, MENU])
@pytest.mark.parametrize("module", [1, 3, 8])
def test_a_picture_that_is_nothing_but_a_code_is_read_at_once(text: str, module: int):
    assert qr.decode_alone(code(text, module).convert("L")) == text


def test_a_picture_with_more_than_one_code_is_not_read_at_once():
    assert qr.decode_alone(sheet(DIGITAL, OLD).convert("L")) is None
    assert qr.decode_alone(Image.new("L", (80, 80), "white")) is None


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3), (40, 40)])
def test_a_picture_too_small_for_a_code_has_none(size: tuple[int, int]):
    assert qr.decode(Image.new("L", size, "white")) == ()


def test_only_the_thorough_look_reads_a_blurred_code():
    blurred = [picture("blur", seed) for seed in range(6)]
    quick = sum(bool(qr.decode(shown.image, thorough=False)) for shown in blurred)
    assert sum(bool(qr.decode(shown.image)) for shown in blurred) > quick


def test_a_page_without_a_code_costs_less_than_ten_with_one():
    rng = random.Random(5)
    with_code, without = (page(rng, text).resize((1240, 827)) for text in (DIGITAL, None))
    assert _fastest(without) < 10 * _fastest(with_code) + 0.02


def _fastest(image: Image.Image) -> float:
    times = []
    for _ in range(5):
        began = time.perf_counter()
        qr.decode(image)
        times.append(time.perf_counter() - began)
    return min(times)


def test_the_first_reader_does_without_the_second(monkeypatch):
    monkeypatch.setattr(qr, "pyzbar", None)
    assert not qr.second_reader_available()
    assert [found.text for found in qr.decode(sheet(DIGITAL))] == [DIGITAL]
    assert qr.decode(sheet()) == ()
