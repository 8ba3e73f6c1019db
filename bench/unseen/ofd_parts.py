"""Cells as OFD text objects, and the tag files that refer to them, as different programs write both."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from bench.unseen.markup import Node
from bench.unseen.ofd_cells import Cell, Page, wide
from reimburse.demo.samples.sheet import PT, em_width

HEAD_TAGS = ("InvoiceCode", "InvoiceNo", "IssueDate", "InvoiceCheckCode", "MachineNo")


@dataclass(frozen=True, slots=True)
class Style:
    """How one program writes text objects."""

    prefix: str
    advance: str
    pieces: str
    matrix: str
    cdata: float
    box: str
    bold: bool = False
    origin: float = 0.0
    """Where the page's own coordinates begin."""
    numbered: bool = True
    first_number: int = 300


@dataclass(frozen=True, slots=True)
class Written:
    """A cell and the objects that show it."""

    cell: Cell
    page: str
    numbers: tuple[str, ...]


def style(rng: random.Random, prefix: str, *, tagged: bool) -> Style:
    """A program's way, drawn at random; objects without numbers only where no tags refer to them."""
    return Style(
        prefix=prefix,
        advance=rng.choice(("runs", "runs", "list", "mixed", "once")),
        pieces=rng.choice(
            ("whole", "whole", "yen", "yen", "scripts", "halves", "spaces", "paragraphs", "paragraphs", "characters")
        ),
        matrix=rng.choice(("", "", "", "identity", "scaled", "unit")),
        cdata=rng.choice((0, 0, 1)),
        box=rng.choice(("tight", "wide", "negative", "page")),
        bold=rng.random() < 0.05,
        origin=rng.choice((0.0, 0.0, 0.0, 0.0, 12.5)),
        numbered=tagged or rng.random() < 0.7,
        first_number=rng.choice((61, 300, 6922)),
    )


def objects(rng: random.Random, page: Page, how: Style, number: int) -> Iterator[tuple[Cell, list[Node]]]:
    """Every cell with the text objects that show it, numbered from here on."""
    if how.pieces == "paragraphs":
        yield from _paragraphs(page, how, number)
        return
    for cell in page:
        nodes = []
        for text, x in _pieces(rng, cell, how):
            nodes.append(_object(cell, text, x, how, number))
            number += 1
        yield cell, nodes


def _paragraphs(page: Page, how: Style, number: int) -> Iterator[tuple[Cell, list[Node]]]:
    """Texts that wrap as one object with several lines."""
    for _, group in groupby(page, key=lambda cell: (cell.tag, cell.row) if cell.tag else cell):
        first, *others = group
        nodes = [_object(first, first.text, first.x, how, number)] if first.text else []
        for cell in others if nodes else ():
            if cell.x != first.x or cell.size != first.size or not cell.text:
                number += 1
                nodes.append(_object(cell, cell.text, cell.x, how, number))
                continue
            below = _object(cell, cell.text, cell.x, how, number).children[0]
            start = float(nodes[0].children[0].attributes["Y"])
            below.attributes["Y"] = f"{start + (cell.y - first.y) / _scale(cell, how):.6g}"
            below.attributes["X"] = nodes[0].children[0].attributes["X"]
            nodes[0].children.append(below)
        number += 1
        yield replace(first, text="".join([first.text, *(cell.text for cell in others)])), nodes


def _scale(cell: Cell, how: Style) -> float:
    return {"scaled": 0.5, "unit": cell.size}.get(how.matrix, 1.0)


def _pieces(rng: random.Random, cell: Cell, how: Style) -> list[tuple[str, float]]:
    """The text in one or more objects, each with its left end."""
    text = cell.text
    if not text:
        return []
    cuts = [0, len(text)]
    if how.pieces == "yen" and text.startswith("¥"):
        cuts = [0, 1, len(text)]
    elif how.pieces == "halves" and rng.random() < 0.3:
        between = [at for at in range(2, len(text)) if text[at - 1] > "\u2e80" and text[at] > "\u2e80"]
        cuts = [0, *rng.sample(between, min(1, len(between))), len(text)]
    elif how.pieces == "characters":
        cuts = list(range(len(text) + 1))
    elif how.pieces == "scripts":
        kinds = ["".join(group) for _, group in groupby(text, key=lambda char: char < "\u2e80")]
        cuts = [sum(map(len, kinds[:at])) for at in range(len(kinds) + 1)]
    pieces = [(text[start:end], cell.x + wide(text[:start], cell.size)) for start, end in pairwise(cuts)]
    return [(f"{piece}  ", x) for piece, x in pieces] if how.pieces == "spaces" else pieces


def _object(cell: Cell, text: str, x: float, how: Style, number: int) -> Node:
    scale, width = _scale(cell, how), wide(text, cell.size)
    left, top, right, bottom = x, cell.y - cell.size, x + width, cell.y + cell.size * 0.5
    if how.box == "page":
        left, top, right, bottom = 0.0, 0.0, 210.0, 140.0
    elif how.box == "negative":
        left = right
    bounds = (left + how.origin, top + how.origin, 60 if how.box == "wide" else right - left, bottom - top)
    attributes = {
        "Boundary": " ".join(f"{edge:.4f}" for edge in bounds),
        "Font": "85",
        "Size": f"{cell.size / scale:.6g}",
    }
    if how.numbered:
        attributes = {"ID": str(number)} | attributes
    if how.matrix:
        attributes["CTM"] = f"{scale:.6g} 0 0 {scale:.6g} 0 0"
    places = {"X": f"{(x - left) / scale:.6g}", "Y": f"{(cell.y - top) / scale:.6g}"}
    if len(text) > 1:
        places["DeltaX"] = advances(text, cell.size / scale, how.advance)
    return Node(f"{how.prefix}TextObject", None, [Node(f"{how.prefix}TextCode", text, [], places)], attributes)


def advances(text: str, size: float, form: str) -> str:
    """The distances between characters: runs, a plain list, both mixed, or one value that repeats."""
    widths = [f"{em_width(char, size / PT):.6g}" for char in text[:-1]]
    if form == "once" and len(set(widths)) == 1:
        return widths[0]
    runs = [(value, len(list(group))) for value, group in groupby(widths)]
    if form == "list":
        return " ".join(widths)
    least = 2 if form == "mixed" else 1
    return " ".join(f"g {length} {value}" if length >= least else value for value, length in runs)


@dataclass(frozen=True, slots=True)
class TagStyle:
    """How one program writes a tag file."""

    shape: str
    prefix: str
    reference: str
    with_data: bool
    zeros: bool
    every_page: bool


def tag_style(rng: random.Random, *, controlled: bool) -> TagStyle:
    """A program's way of tagging, drawn at random."""
    prefix = rng.choice(("ofd", "ofd", "fp", "broken"))
    reference = "fp" if prefix == "fp" and rng.random() < 0.5 else "ofd"
    shape = rng.choice(
        ("groups", "groups", "element a row") if controlled else ("one element", "element a row", "groups")
    )
    return TagStyle(shape, prefix, reference, rng.random() < 0.2, rng.random() < 0.3, rng.random() < 0.5)


def tag_file(rng: random.Random, cells: Sequence[Written], how: TagStyle) -> bytes:
    """The tag file's bytes; a broken one uses an empty prefix that is declared and another that is not."""
    name = "root" if how.shape == "one element" else "eInvoice"
    root = Node(name, attributes={"version": "1.0"})
    pages = list(dict.fromkeys(written.page for written in cells))
    shown = [
        one
        for one in cells
        if how.every_page or one.page == pages[0] or one.cell.row is not None or one.page == pages[-1]
    ]
    for path in dict.fromkeys(one.cell.tag for one in shown if one.cell.row is None and one.cell.tag):
        held = [one for one in shown if one.cell.tag == path and one.cell.row is None]
        parent = root
        for part in path.split("/")[:-1]:
            parent = next((node for node in parent.children if node.name == part), None) or parent.add(part)
        _field(parent, path.split("/")[-1], held, how)
    _goods(root, [one for one in shown if one.cell.row is not None], how)
    if rng.random() < 0.5:
        rng.shuffle(root.children)
    return _bytes(root, how)


def _goods(root: Node, cells: list[Written], how: TagStyle) -> None:
    rows = sorted({one.cell.row or 0 for one in cells})
    tags = list(dict.fromkeys(one.cell.tag for one in cells))
    if how.shape == "one element":
        for tag in tags:
            _field(root, tag, [one for one in cells if one.cell.tag == tag], how)
        return
    goods = root.add("GoodsInfos") if how.shape == "groups" else root
    for row in rows:
        group = goods.add("GoodsInfo") if how.shape == "groups" else goods
        for tag in tags:
            _field(group, tag, [one for one in cells if one.cell.tag == tag and one.cell.row == row], how)


def _field(parent: Node, name: str, cells: Sequence[Written], how: TagStyle) -> None:
    numbers = [(one.page, number) for one in cells for number in one.numbers]
    if not numbers and not how.zeros:
        return
    node = parent.add(name)
    for page, number in numbers or [(cells[0].page if cells else "1", "0")]:
        node.add(f"{how.reference}:ObjectRef", number, PageRef=page)
    if how.with_data and numbers:
        node.add(f"{how.reference}:ObjectData", "".join(one.cell.text for one in cells))


def _bytes(root: Node, how: TagStyle) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    if how.prefix == "broken":
        inside = "".join(_plain(child, "") for child in root.children)
        return f'{head}<:eInvoice xmlns:="">{inside}</:eInvoice>'.encode()
    spaces = {
        "xmlns:ofd": "http://www.ofdspec.org/2016",
        "xmlns:fp": "http://www.edrm.org.cn/schema/e-invoice/2019",
    }
    root.attributes = spaces | root.attributes
    return (head + _plain(root, f"{how.prefix}:")).encode()


def _plain(node: Node, prefix: str) -> str:
    name = node.name if ":" in node.name else prefix + node.name
    attributes = "".join(f' {key}="{value}"' for key, value in node.attributes.items())
    text = (node.text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<{name}{attributes}>{text}{''.join(_plain(child, prefix) for child in node.children)}</{name}>"
