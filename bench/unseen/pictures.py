"""Pictures of invoices: photos, crops, scans, screenshots and photos of screens, in every format, several at once.

What a picture tells are the fields of its codes; everything else must be absent. The place of each code is known.
"""

import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pillow_heif
import pypdfium2
from PIL import ExifTags, Image

from bench.unseen import shots
from bench.unseen.businesses import BUSINESSES
from bench.unseen.forms import payload, setting
from bench.unseen.judging import NOT_PRINTED, Drawn, Place
from bench.unseen.pages import QR_TYPES, controlled, digital
from bench.unseen.shots import Shot
from bench.unseen.values import Taste, invoice
from parsers.picture import points_per_pixel
from reimburse.demo.samples.qr_picture import MODULE, qr_picture
from reimburse.domain.invoice import Invoice, InvoiceKind

pillow_heif.register_heif_opener()
DIGITAL = (InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL)
CONTROLLED = (InvoiceKind.GENERAL_ELECTRONIC, InvoiceKind.SPECIAL_ELECTRONIC)
CODE = (20.0, 14.0, 72.0, 66.0)
"""Where the code stands on the form, in points from the top left: clear of what is printed below it."""
DPI = 150
PHOTO, SCAN, SCREEN, OFF_A_SCREEN = (3.0, 6.0), (2.3, 6.0), (2.3, 3.5), (3.2, 4.5)
"""Pixels a module of the densest code: a phone's, a scanner's, a viewer's at its usual sizes, and a photo of that."""
TURNS = {
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    7: Image.Transpose.TRANSVERSE,
}
"""By what turn a picture is stored whose tag says this."""
QUALITY = (55, 70, 85, 95)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the code of an invoice states, and the page with it."""

    told: Invoice
    shot: Shot
    modules: int


def drawn(seed: int) -> Drawn:
    """The picture of this seed."""
    rng = random.Random(f"picture {seed}")
    way = rng.choice(sorted(WAYS))
    stated = [_page(rng) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    pages = WAYS[way]([one.shot for one in stated], rng, max(one.modules for one in stated))
    form = "TIFF" if len(pages) > 1 else rng.choice(("JPEG", "JPEG", "PNG", "WEBP", "HEIF", "TIFF"))
    told = tuple(one.told for one in stated)
    return Drawn(
        f"{seed}.{form.lower()}",
        _saved([page.image for page in pages], form, rng),
        told[0],
        f"{way} {form} of {len(told)}",
        others=told[1:],
        only=frozenset(_fields(told)),
        places=tuple(_place(number, page, code) for number, page in enumerate(pages, 1) for code in page.codes),
        unjudged=NOT_PRINTED,
    )


def _page(rng: random.Random) -> Stated:
    """An invoice's form with its code, as a picture."""
    how = replace(setting(rng), code=False)
    if rng.random() < 0.6:
        business = rng.choice(BUSINESSES)
        fields = frozenset(column.field for column in business.columns)
        told = invoice(rng, Taste(rng.choice(DIGITAL), 3, fields))
        data = digital(told, business, how)
    else:
        told = invoice(rng, Taste(rng.choice(CONTROLLED), 2))
        data = controlled(rng, told, how)
    pdf = pypdfium2.PdfDocument(data)
    image: Image.Image = pdf[0].render(scale=DPI / 72).to_pil().convert("RGB")
    pdf.close()
    left, top, right, bottom = (edge * DPI / 72 for edge in CODE)
    code = qr_picture(payload(told, told.number or "", QR_TYPES[told.kind]))
    image.paste(
        code.resize((round(right - left), round(bottom - top)), Image.Resampling.LANCZOS), (round(left), round(top))
    )
    shot = Shot(image, (((left, top), (right, top), (right, bottom), (left, bottom)),))
    return Stated(_by_code(told), shot, code.width // MODULE)


def _by_code(told: Invoice) -> Invoice:
    """The invoice as its code states it."""
    stated = Invoice(
        told.kind, number=told.number, code=told.code, issue_date=told.issue_date, red_letter=told.red_letter
    )
    if told.code:
        return replace(stated, check_code=told.check_code, amount_excl_tax=told.amount_excl_tax)
    return replace(stated, total_incl_tax=told.total_incl_tax)


def _fields(told: Sequence[Invoice]) -> set[str]:
    names = {"kind", "number", "issue_date"}
    return names | ({"code", "check_code", "amount_excl_tax"} if any(one.code for one in told) else {"total_incl_tax"})


def _photo(pages: list[Shot], rng: random.Random, modules: int) -> list[Shot]:
    whole = shots.collage(pages, rng) if len(pages) > 1 else pages[0]
    taken = shots.tilted(whole, rng, 0.03, rng.uniform(-12, 12)).with_codes_of(modules * rng.uniform(*PHOTO))
    return [shots.photographed(taken, rng)]


def _crop(pages: list[Shot], rng: random.Random, modules: int) -> list[Shot]:
    whole = shots.collage(pages, rng) if len(pages) > 1 else pages[0]
    return [shots.photographed(shots.cropped(whole, rng).with_codes_of(modules * rng.uniform(*PHOTO)), rng)]


def _scan(pages: list[Shot], rng: random.Random, modules: int) -> list[Shot]:
    return [
        shots.tilted(page, rng, 0.002, rng.uniform(-2, 2)).with_codes_of(modules * rng.uniform(*SCAN)) for page in pages
    ]


def _screenshot(pages: list[Shot], rng: random.Random, modules: int) -> list[Shot]:
    whole = shots.collage(pages, rng) if len(pages) > 1 else pages[0]
    return [shots.in_a_window(whole.with_codes_of(modules * rng.uniform(*SCREEN)), rng)]


def _screen(pages: list[Shot], rng: random.Random, modules: int) -> list[Shot]:
    (shown,) = _screenshot(pages, rng, modules)
    seen = shots.off_a_screen(shown.with_codes_of(modules * rng.uniform(*OFF_A_SCREEN)), rng)
    return [shots.photographed(shots.tilted(seen, rng, 0.02, rng.uniform(-6, 6)), rng)]


WAYS: Mapping[str, Callable[[list[Shot], random.Random, int], list[Shot]]] = {
    "photo": _photo,
    "crop": _crop,
    "scan": _scan,
    "screenshot": _screenshot,
    "screen": _screen,
}


def _place(number: int, page: Shot, code: Sequence[tuple[float, float]]) -> Place:
    scale = points_per_pixel(page.image.size)
    across, down = [x * scale for x, _ in code], [y * scale for _, y in code]
    return number, (min(across), min(down), max(across), max(down))


def _saved(images: list[Image.Image], form: str, rng: random.Random) -> bytes:
    """The pictures as one file, stored as a camera that was held otherwise stores them."""
    orientation = rng.choice((1, 1, *TURNS)) if form != "HEIF" else 1
    stored = [image.transpose(TURNS[orientation]) if orientation in TURNS else image for image in images]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    options: dict[str, object] = {"exif": exif}
    if form in {"JPEG", "WEBP", "HEIF"}:
        options["quality"] = rng.choice(QUALITY)
    if form == "TIFF":
        options = {"compression": rng.choice(("tiff_lzw", "jpeg", "tiff_deflate")), "tiffinfo": {274: orientation}}
        options |= {"save_all": True, "append_images": stored[1:]}
    buffer = io.BytesIO()
    stored[0].save(buffer, form, **options)
    return buffer.getvalue()
