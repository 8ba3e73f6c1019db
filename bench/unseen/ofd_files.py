"""OFD invoices of every family: tagged, with structured data attached, with custom data only, or nothing but a face."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from bench.unseen import figures
from bench.unseen.einvoices import attached
from bench.unseen.forms import payload
from bench.unseen.instances import instance
from bench.unseen.judging import CERTAIN, Drawn
from bench.unseen.ofd_cells import Page, controlled_page, digital_pages, fitting, labels
from bench.unseen.ofd_packages import Contents, Packer
from bench.unseen.ofd_parts import tag_style
from bench.unseen.ofd_tickets import LIST_IS_MEANT, LIST_SIZE, list_pages, rail_page, toll_labels, toll_page
from bench.unseen.original_invoices import original
from bench.unseen.tickets import air, rail
from bench.unseen.values import Taste, invoice
from bench.unseen.vouchers import issued
from reimburse.demo.samples.printed import chinese_date, in_fives
from reimburse.demo.samples.printed import issued as day_of
from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine
from reimburse.domain.money import ZERO, money_text

DIGITAL = (InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL)
CONTROLLED = (InvoiceKind.GENERAL_ELECTRONIC, InvoiceKind.SPECIAL_ELECTRONIC)
QR_TYPES = {
    InvoiceKind.SPECIAL_DIGITAL: "31",
    InvoiceKind.GENERAL_DIGITAL: "32",
    InvoiceKind.SPECIAL_ELECTRONIC: "08",
    InvoiceKind.GENERAL_ELECTRONIC: "10",
    InvoiceKind.TOLL: "10",
}
FORM_SIZE = (210.0, 140.0)
LISTS = 0.05
"""How many of the files are an invoice in front of a list, whatever their family."""


def drawn(seed: int) -> Drawn:
    """The file of this seed."""
    rng = random.Random(f"ofd {seed}")
    name = rng.choice(sorted(FAMILIES))
    told, contents, how = with_list(rng) if _is_list(seed) else FAMILIES[name](rng)
    planted = plant(rng, told, contents) if rng.random() < 0.1 else frozenset()
    packer = Packer(rng, contents)
    described = f"{name} {told.kind.value} {how} {packer.told}"
    if not planted and rng.random() < 0.04 and (other := _merged(rng, told, contents)):
        packer = Packer(rng, contents)
        return Drawn(f"{seed}.ofd", packer.packed(), told, f"merged {described}", unjudged=CERTAIN, others=(other,))
    if rng.random() < 0.04:
        other, more, _ = FAMILIES[rng.choice(sorted(FAMILIES))](rng)
        more.doc = "Doc_1"
        second = Packer(rng, more)
        second.prefix, second.space, second.type = (
            packer.prefix,
            packer.space,
            replace(second.type, prefix=packer.prefix),
        )
        data = packer.packed(second)
        return Drawn(f"{seed}.ofd", data, told, described, planted=planted, unjudged=CERTAIN, others=(other,))
    return Drawn(f"{seed}.ofd", packer.packed(), told, described, planted=planted, unjudged=CERTAIN)


Told = tuple[Invoice, Contents, str]


def _merged(rng: random.Random, told: Invoice, contents: Contents) -> Invoice | None:
    """Another invoice of the same form on pages behind, as tools merge files: its print alone tells of it."""
    if told.kind not in {*DIGITAL, *CONTROLLED} or contents.list_size or contents.attachments or contents.scan:
        return None
    other = replace(_printable(invoice(rng, Taste(told.kind, 2))), kind=told.kind)
    if told.code:
        other = fitting(other)
    contents.tags = None
    contents.pages_with_code = len(contents.pages)
    contents.pages += [controlled_page(rng, other)] if told.code else digital_pages(rng, other)
    return other


def plant(rng: random.Random, told: Invoice, contents: Contents) -> frozenset[str]:
    """Changes what one source says of one field; nothing where no second source could tell."""
    other = replace(
        told,
        number=(told.number or "")[:-2] + f"{(int((told.number or '00')[-2:]) + 7) % 100:02}",
        amount_excl_tax=figures.other_amount(rng, told.amount_excl_tax),
        total_incl_tax=figures.other_amount(rng, told.total_incl_tax),
        tax_amount=figures.other_amount(rng, told.tax_amount),
    )
    if contents.scan:
        return frozenset()
    if contents.qr and rng.random() < 0.5:
        field = rng.choice(("number", "amount_excl_tax" if told.code else "total_incl_tax"))
        changed = replace(told, **{field: getattr(other, field)})
        contents.qr = payload(changed, changed.number or "", QR_TYPES[told.kind])
        return frozenset({field})
    if "合计金额" in contents.custom:
        name, field = rng.choice((("合计金额", "amount_excl_tax"), ("合计税额", "tax_amount"), ("发票号码", "number")))
        value = getattr(other, field)
        contents.custom[name] = value if isinstance(value, str) else money_text(value)
        return frozenset({field})
    return frozenset()


def _digital(rng: random.Random, *, tagged: bool, custom: bool) -> Told:
    told = figures.varied(rng, invoice(rng, Taste(rng.choice(DIGITAL), rng.choice((2, 2, 4, 14, 60)))))
    told = _printable(told)
    contents = Contents(FORM_SIZE, digital_pages(rng, told), labels(told))
    return told, _completed(rng, told, contents, tagged=tagged, custom=custom), f"{len(contents.pages)} pages"


def _controlled(rng: random.Random, *, tagged: bool, custom: bool) -> Told:
    told = fitting(_printable(figures.varied(rng, invoice(rng, Taste(rng.choice(CONTROLLED), 4)))))
    contents = Contents(FORM_SIZE, [controlled_page(rng, told)], labels(told))
    return told, _completed(rng, told, contents, tagged=tagged, custom=custom), ""


def _printable(told: Invoice) -> Invoice:
    """Without what the face cannot show: a rate of a margin, and one that is nought."""
    fits = [
        line
        for line in told.lines
        if line.treatment in {None, "exempt", "not_taxed"} and (line.tax_rate or line.treatment)
    ]
    return figures.summed(told, fits or told.lines[:1])


def _completed(rng: random.Random, told: Invoice, contents: Contents, *, tagged: bool, custom: bool) -> Contents:
    contents.tags = tag_style(rng, controlled=bool(told.code)) if tagged else None
    contents.custom = _custom(rng, told) if custom else {}
    contents.qr = payload(told, told.number or "", QR_TYPES[told.kind]) if rng.random() < 0.6 else None
    return contents


def _custom(rng: random.Random, told: Invoice) -> dict[str, str]:
    data = {"template-version": "1.0.20.0422", "native-producer": "SuwellFormSDK"}
    if told.code:
        data |= {"发票代码": told.code, "校验码": rng.choice((in_fives(told.check_code), told.check_code or ""))}
    data |= {
        "发票号码": told.number or "",
        "合计税额": money_text(told.tax_amount or ZERO),
        "合计金额": money_text(told.amount_excl_tax or ZERO),
        "开票日期": rng.choice((chinese_date(day_of(told)), f"{told.issue_date}")),
        "购买方纳税人识别号": told.buyer.tax_id or "",
        "销售方纳税人识别号": told.seller.tax_id or "",
    }
    if rng.random() < 0.4:
        data |= {"价税合计": money_text(told.total_incl_tax or ZERO), "购买方名称": told.buyer.name or ""}
        data |= {"销售方名称": told.seller.name or "", "开票人": told.drawer or "", "开票类型": "蓝字发票"}
    return {name: data[name] for name in rng.sample(sorted(data), len(data))}


def _with_original(rng: random.Random) -> Told:
    told = _printable(figures.varied(rng, invoice(rng, Taste(rng.choice(CONTROLLED), rng.choice((4, 60))))))
    told = told if len(told.lines) > 4 else fitting(told)
    first = controlled_page(rng, told)
    pages = [first] if len(told.lines) < 5 else list_pages(told, first)
    contents = Contents(FORM_SIZE, pages, labels(told), list_size=LIST_SIZE if len(pages) > 1 else None)
    _completed(rng, told, contents, tagged=rng.random() < 0.6, custom=rng.random() < 0.7)
    data, full, how = original(rng, told)
    contents.pages = [_retold(contents.pages[0], told, full), *contents.pages[1:]]
    contents.attachments = [("original_invoice.xml", rng.choice(("xml", "XML", "")), data)]
    return replace(full, total_in_words=told.total_in_words), contents, how


def _is_list(seed: int) -> bool:
    return random.Random(f"ofd list {seed}").random() < LISTS


def with_list(rng: random.Random) -> Told:
    """An invoice that points to a list of goods behind it, with nothing but print: its one line names the list."""
    listed = _printable(invoice(rng, Taste(rng.choice(CONTROLLED), 60)))
    line = InvoiceLine(LIST_IS_MEANT, amount_excl_tax=listed.amount_excl_tax, tax_amount=listed.tax_amount)
    contents = Contents(
        FORM_SIZE, list_pages(listed, controlled_page(rng, listed)), labels(listed), list_size=LIST_SIZE
    )
    _completed(rng, listed, contents, tagged=False, custom=rng.random() < 0.3)
    return (
        replace(listed, lines=(line,), tax_amount=listed.tax_amount or None),
        contents,
        f"list of {len(contents.pages) - 1} pages",
    )


def _retold(page: Page, before: Invoice, after: Invoice) -> Page:
    """The page with the remark that the attachment has."""
    if before.remark == after.remark:
        return page
    kept = [cell for cell in page if cell.tag != "Note"]
    note = next(cell for cell in page if cell.tag == "Note")
    return [*kept, replace(note, text=after.remark or "")]


def _with_xbrl(rng: random.Random) -> Told:
    told, contents, _ = _controlled(rng, tagged=False, custom=rng.random() < 0.3)
    voucher, full, facts, _ = issued(rng, told)
    assert full
    data, how = instance(rng, voucher, facts)
    contents.pages = [_retold(contents.pages[0], told, full)]
    name = f"inv_ord_issuer_{told.issue_date:%Y%m%d}_{told.code}{told.number}.xml"
    contents.attachments = [(name, rng.choice(("xbrl", "xml")), data)]
    return full, contents, how


def _scan(rng: random.Random) -> Told:
    """A scan: the code is all that can be read."""
    told = invoice(rng, Taste(rng.choice((*DIGITAL, *CONTROLLED)), 2))
    contents = Contents(FORM_SIZE, [[]], [], qr=payload(told, told.number or "", QR_TYPES[told.kind]), scan=True)
    known = {name: getattr(told, name) for name in ("kind", "number", "code", "check_code", "issue_date")}
    known["amount_excl_tax" if told.code else "total_incl_tax"] = (
        told.amount_excl_tax if told.code else told.total_incl_tax
    )
    return Invoice(**known, red_letter=told.red_letter), contents, "scan"


def _rail(rng: random.Random) -> Told:
    voucher, told, facts, _ = rail(rng)
    assert told
    clock = facts["DepartureTime"]
    contents = Contents((175, 100), [rail_page(told, clock if isinstance(clock, str) else None)], [])
    if rng.random() < 0.3:
        return replace(told, amount_excl_tax=None, tax_amount=None, red_letter_of=None), contents, "no voucher"
    data, how = instance(rng, voucher, facts)
    contents.attachments = [(f"rai_issuer_{told.issue_date:%Y%m%d}_{told.number}.xml", "xbrl", data)]
    contents.custom = {"发票号码": told.number or ""} if rng.random() < 0.3 else {}
    return told, contents, how


def _with_einvoice(rng: random.Random) -> Told:
    told = _printable(invoice(rng, Taste(rng.choice(DIGITAL), 4)))
    data, full = attached(rng, told)
    told = replace(full, lines=told.lines)
    contents = Contents(FORM_SIZE, digital_pages(rng, told), labels(told))
    _completed(rng, told, contents, tagged=rng.random() < 0.5, custom=rng.random() < 0.5)
    contents.attachments = [(f"dzfp_{told.number}.xml", "xml", data)]
    return full, contents, "EInvoice"


def _air(rng: random.Random) -> Told:
    """An itinerary whose face is a picture: only the voucher tells."""
    voucher, told, facts, _ = air(rng)
    assert told
    contents = Contents((210, 148), [[]], [])
    data, how = instance(rng, voucher, facts)
    contents.attachments = [(f"atr_issuer_{told.number}.xml", "xbrl", data)]
    return told, contents, how


def _toll(rng: random.Random) -> Told:
    told = _printable(invoice(rng, Taste(InvoiceKind.TOLL, 4, frozenset())))
    told = replace(told, lines=tuple(replace(line, item_name="*经营租赁*通行费") for line in told.lines))
    page = toll_page(rng, told, controlled_page(rng, told))
    contents = Contents(FORM_SIZE, [page], toll_labels(told))
    _completed(rng, told, contents, tagged=rng.random() < 0.5, custom=rng.random() < 0.5)
    return told, contents, "toll"


FAMILIES: Mapping[str, Callable[[random.Random], Told]] = {
    "digital, tags and custom data": lambda rng: _digital(rng, tagged=True, custom=True),
    "digital, tags": lambda rng: _digital(rng, tagged=True, custom=False),
    "digital, custom data": lambda rng: _digital(rng, tagged=False, custom=True),
    "digital, face": lambda rng: _digital(rng, tagged=False, custom=False),
    "controlled, original": _with_original,
    "controlled, XBRL": _with_xbrl,
    "controlled, tags": lambda rng: _controlled(rng, tagged=True, custom=rng.random() < 0.5),
    "controlled, custom data": lambda rng: _controlled(rng, tagged=False, custom=True),
    "rail": _rail,
    "scan": _scan,
    "air": _air,
    "digital, EInvoice": _with_einvoice,
    "toll": _toll,
    "controlled, face": lambda rng: _controlled(rng, tagged=False, custom=False),
}
