"""Hostile OFD packages: parts named over and over, lengths that lie, and signatures over everything many times."""

import zipfile
from collections.abc import Callable, Mapping
from functools import partial

from tests.parsers import signing
from tests.parsers.ofd_files import OFD_NS, content, document_part, entry, listing, parts, tag_file, text_object, zipped
from tests.parsers.signing import LIST_PART, Style, list_part, signature_part, value_of

stored = partial(zipped, compression=zipfile.ZIP_STORED)
"""Not packed, so that no file is refused for its ratio before its content is looked at."""
PAGE_PART = "Doc_0/Pages/Page_0/Content.xml"
TAG_PART = "Doc_0/Tags/CustomTag.xml"
TAG_LIST = "Doc_0/Tags/CustomTags.xml"
ATTACHED = "Doc_0/Attachs/a.xml"


def deep_layers() -> bytes:
    deep = "<ofd:PageBlock>" * 200_000 + "</ofd:PageBlock>" * 200_000
    return stored(parts(page=content(extra=deep)))


def signatures_by_the_thousand() -> bytes:
    """Each names a part of thirty megabytes five hundred times."""
    members = {name: data.encode() for name, data in parts(entry=entry(signatures=f"/{LIST_PART}")).items()}
    members["Doc_0/Res/big.bin"] = bytes(range(256)) * 120_000
    reference = signature_part(Style(form="bare"), {"Doc_0/Res/big.bin": b"", PAGE_PART: b""})
    begins, ends = reference.index(b"<ofd:Reference "), reference.index(b"</ofd:References>")
    many = reference[:begins] + reference[begins:ends] * 500 + reference[ends:]
    names = [f"Doc_0/Signs/Sign_{number}/Signature.xml" for number in range(90)]
    value = value_of(Style(form="bare"), many)
    for name in names:
        members[name] = many.replace(b"Sign_0/SignedValue", name.encode()[12:-13] + b"SignedValue")
        members[name.replace("Signature.xml", "SignedValue.dat")] = value
    return stored(members | {LIST_PART: list_part(*(f"/{name}" for name in names))})


def one_signature_listed_over_and_over() -> bytes:
    members = signing.signed_members()
    return stored(members | {LIST_PART: list_part(*[f"/{signing.SIGNATURE_PART}"] * 100_000)})


def lengths_that_lie() -> bytes:
    extra = 'Boundary="0 0 99 99" Font="1" Size="3"'
    code = (
        '<ofd:TextCode X="0" Y="3" DeltaX="g 999999999999 0.5 g 999999999999 1" DeltaY="g 99999999 0">{}</ofd:TextCode>'
    )
    objects = "".join(
        f'<ofd:TextObject ID="{number}" {extra}>{code.format("8" * 20_000)}</ofd:TextObject>'
        for number in range(1000, 1400)
    )
    return stored(parts(page=content(extra=objects)))


def words_everywhere() -> bytes:
    objects = "".join(text_object(number, "8", number % 200, number % 130) for number in range(100, 80_000))
    return stored(parts(page=content(extra=objects)))


def one_page_three_hundred_times() -> bytes:
    objects = "".join(text_object(number, "8" * 20, number % 200, number % 130) for number in range(100, 20_000))
    names = ["Pages/Page_0/Content.xml"] * 300
    return stored(parts(document=document_part(names), page=content(extra=objects)))


def bodies_without_number() -> bytes:
    whole = entry()
    start, end = whole.index("<ofd:DocBody>"), whole.index("</ofd:OFD>")
    return stored(parts(entry=whole[:start] + whole[start:end] * 20_000 + whole[end:]))


def templates_that_recur() -> bytes:
    """A template that stands on itself, used by the page ten thousand times."""
    common = f'<ofd:TemplatePage ID="90" BaseLoc="{PAGE_PART.removeprefix("Doc_0/")}"/>'
    used = '<ofd:Template TemplateID="90"/>' * 10_000
    page = content().replace("<ofd:Content>", used + "<ofd:Content>")
    return stored(parts(document=document_part(common=common), page=page))


def tags_that_name_themselves() -> bytes:
    members = parts() | {TAG_LIST: listing("CustomTags", "CustomTag", *["CustomTags.xml", "CustomTag.xml"] * 50_000)}
    return stored(members)


def tags_over_and_over() -> bytes:
    tags = {name: [11, 12, 13] * 20_000 for name in ("InvoiceNo", "IssueDate", "BuyerName", "Item", "Amount")}
    return stored(parts(tags=tag_file(tags)) | {TAG_LIST: listing("CustomTags", "CustomTag", *["CustomTag.xml"] * 500)})


def attachments_over_and_over() -> bytes:
    lines = "<IssuItemInformation><ItemName>a</ItemName></IssuItemInformation>" * 150_000
    attached = f"<EInvoice><EInvoiceData>{lines}</EInvoiceData></EInvoice>"
    names = listing("Attachments", "Attachment", *["a.xml"] * 10_000)
    extra = "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>"
    members = parts(document=document_part(extra=extra))
    return stored(members | {"Doc_0/Attachs/Attachments.xml": names, ATTACHED: attached})


def pictures_that_swell() -> bytes:
    """A hundred objects that show one JBIG2 picture of the largest size that is opened."""
    side = (7999).to_bytes(4, "big")
    page = b"\0\0\0\0\x30\0\x01\0\0\0\x13" + side + side + bytes(8) + b"\0\0\0"
    media = '<ofd:MultiMedia ID="77"><ofd:MediaFile>a.jb2</ofd:MediaFile></ofd:MultiMedia>'
    shown = '<ofd:ImageObject ID="{}" Boundary="{} 5 20 20" ResourceID="77"/>'
    extra = "".join(shown.format(500 + number, number) for number in range(100))
    common = "<ofd:DocumentRes>Res.xml</ofd:DocumentRes>"
    members = parts(document=document_part(common=common), page=content(extra=extra))
    resources = f"<ofd:Res {OFD_NS}><ofd:MultiMedias>{media}</ofd:MultiMedias></ofd:Res>"
    return stored(members | {"Doc_0/Res.xml": resources, "Doc_0/a.jb2": b"\x97JB2\r\n\x1a\n\x01\0\0\0\x01" + page})


def outlines_without_end() -> bytes:
    line = "M 0 0 " + "A 1 1 0 1 1 50 50 A 1 1 0 1 1 99 9 " * 3000
    data = f"<ofd:AbbreviatedData>{line}</ofd:AbbreviatedData>"
    path = f'<ofd:PathObject ID="9" Boundary="0 0 210 140">{data}</ofd:PathObject>'
    return stored(parts(page=content(extra=path * 150)))


def sheet_of_five_metres() -> bytes:
    return stored(parts(page=content().replace("0 0 210 140", "0 0 4999 4999")))


def members_by_the_thousand() -> bytes:
    return stored(parts() | {f"Doc_0/{number}": "x" for number in range(60_000)})


def members_of_ninety_megabytes() -> bytes:
    return stored(parts() | {f"Doc_0/Res/{n}.xml": "<a>" + "x" * 31_000_000 + "</a>" for n in range(4)})


def page_of_four_million_elements() -> bytes:
    return stored(parts(page=content(extra="<a/>" * 4_000_000)))


def names_that_climb() -> bytes:
    whole = document_part(("../../../../etc/passwd", "/etc/passwd", "Pages/Page_0/Content.xml"))
    return stored(parts(document=whole) | {"../../etc/passwd": "x", TAG_PART: tag_file()})


PACKAGES: Mapping[str, Callable[[], bytes]] = {
    "layers two hundred thousand deep": deep_layers,
    "signatures by the thousand": signatures_by_the_thousand,
    "one signature listed a hundred thousand times": one_signature_listed_over_and_over,
    "lengths that lie": lengths_that_lie,
    "eighty thousand words": words_everywhere,
    "one page three hundred times": one_page_three_hundred_times,
    "twenty thousand documents in one": bodies_without_number,
    "templates that recur": templates_that_recur,
    "tags that name themselves": tags_that_name_themselves,
    "tags over and over": tags_over_and_over,
    "attachments over and over": attachments_over_and_over,
    "pictures that swell": pictures_that_swell,
    "outlines without end": outlines_without_end,
    "sheet of five metres": sheet_of_five_metres,
    "members by the thousand": members_by_the_thousand,
    "members of ninety megabytes": members_of_ninety_megabytes,
    "page of four million elements": page_of_four_million_elements,
    "names that climb": names_that_climb,
}
