"""What fuzzing begins with: the project's own samples, sealed ones and containers made of them, by suffix."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from email.message import EmailMessage

import pillow_heif
from PIL import ExifTags, Image

from bench.mutations import packed
from reimburse.demo.samples.catalogue import samples
from reimburse.demo.samples.qr_picture import qr_picture
from tests.parsers import signing, signing_pdf

DAY = date(2026, 3, 2)
PAYLOAD = "01,32,,26992000000000000017,106.00,20260302,,8935"
PICTURE_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "HEIF")
SMALL = 30_000


def seeds(seed: int) -> Mapping[str, Sequence[bytes]]:
    """The files by suffix; ``dat`` are signature values alone, formats' names small pictures of a code."""
    files: dict[str, list[bytes]] = {}
    for sample in samples(DAY, seed):
        files.setdefault(sample.name.rpartition(".")[2].lower(), []).append(sample.data)
    styles = [signing.Style(version=version) for version in (1, 4, 5)]
    styles += [signing.Style(form=form) for form in ("content", "attributes", "bare")]
    files["dat"] = [signing.value_of(style, b"<a/>") for style in styles]
    files["ofd"] += [signing.packed(signing.signed_members(style)) for style in styles]
    files["pdf"] += [_signed_pdf(signing_pdf.DETACHED), _signed_pdf(signing_pdf.BARE)]
    files |= {name.lower(): [_code_picture(name), _code_picture(name, turned=True)] for name in PICTURE_FORMATS}
    files["tiff"].append(_scan())
    inner = [(f"{number}.xml", data) for number, data in enumerate(files["xml"]) if len(data) < SMALL]
    archive = packed(inner)
    files["eml"] = [_mail(inner), _mail([("票.zip", archive)])]
    files["zip"] = [archive, packed([("a/b.zip", archive), ("信.eml", files["eml"][0])])]
    return files


def _signed_pdf(form: str) -> bytes:
    certificates = (signing_pdf.der_of(signing_pdf.rsa_certificate()),) if form == signing_pdf.BARE else ()
    sign = signing_pdf.bare if form == signing_pdf.BARE else signing_pdf.detached
    return signing_pdf.signed(signing_pdf.plain_pdf(form, certificates), sign)


def _page(payload: str) -> Image.Image:
    page = Image.new("RGB", (320, 240), "white")
    page.paste(qr_picture(payload), (20, 20))
    return page


def _code_picture(name: str, *, turned: bool = False) -> bytes:
    pillow_heif.register_heif_opener()
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6 if turned else 1
    _page(PAYLOAD).save(buffer, name, exif=exif)
    return buffer.getvalue()


def _scan() -> bytes:
    """Three pages, two of them with a code."""
    buffer = io.BytesIO()
    pages = [_page(PAYLOAD.replace("0017", f"00{number}")) for number in (17, 18)]
    pages[0].save(buffer, "TIFF", save_all=True, append_images=[Image.new("1", (90, 90)), pages[1]])
    return buffer.getvalue()


def _mail(files: Sequence[tuple[str, bytes]]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "发票"
    mail["Date"] = "Mon, 02 Mar 2026 10:00:00 +0800"
    mail.set_content("见附件")
    for name, data in files:
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()
