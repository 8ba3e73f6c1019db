"""The parts of an OFD package around its pages, named and linked as different programs do it."""

import io
import random
import zipfile
from dataclasses import dataclass, field, replace

from PIL import Image

from bench.unseen.markup import Node, hand, written
from bench.unseen.ofd_cells import Cell, Page
from bench.unseen.ofd_parts import Style, TagStyle, Written, objects, style, tag_file
from reimburse.demo.samples.qr_picture import qr_picture

SPACES = ("http://www.ofdspec.org/2016", "http://www.ofdspec.org/2016", "http://www.ofdspec.org")
PREFIXES = ("ofd:", "ofd:", "ofd:", "", "o:")
UTF8 = ("UTF-8",)
PICTURES = {"PNG": "png", "JPEG": "jpg", "BMP": "bmp", "GIF": "gif"}


@dataclass
class Contents:
    """What goes into a package."""

    size: tuple[float, float]
    pages: list[Page]
    form: list[Cell]
    custom: dict[str, str] = field(default_factory=dict)
    tags: TagStyle | None = None
    attachments: list[tuple[str, str, bytes]] = field(default_factory=list)
    qr: str | None = None
    scan: bool = False
    """Whether the page is one picture, the code somewhere on it."""
    doc: str = ""
    """The document's folder, where it is not the program's usual one."""
    pages_with_code: int | None = None
    """How many pages show the code; None for all."""
    list_size: tuple[float, float] | None = None
    """The size of the pages after the first, where they are a list without the form."""


@dataclass(frozen=True, slots=True)
class Names:
    """Where a program puts the parts."""

    doc: str
    pages: str
    forms: str
    attachments: str
    tags: str
    res: str
    absolute: str


def names(rng: random.Random) -> Names:
    """A program's folders."""
    return Names(
        doc=rng.choice(("Doc_0", "Doc_0", "doc_0", "Document")),
        pages=rng.choice(("Pages/Page_{}/Content.xml", "Pages/Page_{}/Content.xml", "Content_{}.xml", "Page_{}.xml")),
        forms=rng.choice(("Tpls/Tpl_{}/Content.xml", "TPLS/TPL_{}/Content.xml", "Temps/Temp_{}/Content.xml")),
        attachments=rng.choice(("Attachs", "Attachs", "Attachments", "Attach")),
        tags=rng.choice(("Tags/CustomTag.xml", "Tags/Tag_Invoice.xml", "CustomTag.xml")),
        res=rng.choice(("Res", "Res", "Resources")),
        absolute=rng.choice(("relative", "relative", "relative", "absolute", "from root")),
    )


class Packer:
    """One program writing one package."""

    def __init__(self, rng: random.Random, contents: Contents) -> None:
        self.rng = rng
        self.contents = contents
        self.names = names(rng)
        if contents.doc:
            self.names = replace(self.names, doc=contents.doc)
        self.prefix = rng.choice(PREFIXES)
        self.space = rng.choice(SPACES)
        self.ink = replace(hand(rng, UTF8), padding="")
        self.type: Style = style(rng, self.prefix, tagged=contents.tags is not None)
        self.form_apart = rng.random() < 0.7
        self.parts: dict[str, bytes] = {}

    @property
    def told(self) -> str:
        """The way in a few words."""
        how, where = self.type, self.names
        tags = f"{self.contents.tags.shape}/{self.contents.tags.prefix}" if self.contents.tags else "no tags"
        manner = f"{how.advance}/{how.pieces}/{how.matrix}/{how.box}/cdata={how.cdata}"
        manner += f"/bold={how.bold}/from={how.origin:g}"
        return f"{tags} {manner} {self.prefix or 'default'} {where.absolute} form={self.form_apart}"

    def packed(self, *more: "Packer") -> bytes:
        """The package's bytes, with other documents in the same package."""
        entry = self.document()
        for other in more:
            entry.children += other.document().children
            self.parts |= other.parts
        self._write("OFD.xml", entry)
        order = list(self.parts)
        if self.rng.random() < 0.5:
            self.rng.shuffle(order)
        backwards = self.rng.random() < 0.05
        return zipped({name.replace("/", "\\") if backwards else name: self.parts[name] for name in order})

    def document(self) -> Node:
        """Writes the document's parts; the entry that names it."""
        doc = f"{self.names.doc}/Document.xml"
        root = self._root("Document")
        common = self._child(root, "CommonData")
        self._child(common, "MaxUnitID", "9999")
        self._child(self._child(common, "PageArea"), "PhysicalBox", "0 0 210 297")
        shown = self._pages(root, common)
        if self.contents.qr:
            self._picture(common)
        if self.contents.attachments:
            self._child(root, "Attachments", self._attachments())
        if self.contents.tags:
            self._child(root, "CustomTags", self._tags(shown, self.contents.tags))
        self._write(doc, root)
        return self._entry(doc)

    def _root(self, name: str) -> Node:
        space = f"xmlns:{self.prefix[:-1]}" if self.prefix else "xmlns"
        return Node(self.prefix + name, attributes={space: self.space})

    def _child(self, parent: Node, name: str, text: str | None = None, **attributes: str) -> Node:
        return parent.add(self.prefix + name, text, **attributes)

    def _write(self, name: str, root: Node) -> None:
        self.parts[name] = written(root, self.ink, self.rng)

    def _link(self, part: str, base: str) -> str:
        """A reference to a part of the document's folder from another: relative, or from the root."""
        whole = f"{self.names.doc}/{part}"
        if self.names.absolute == "absolute":
            return f"/{whole}"
        if self.names.absolute == "from root":
            return whole
        return part.removeprefix(base)

    def _pages(self, root: Node, common: Node) -> list[Written]:
        listed = self._child(root, "Pages")
        form = self.names.forms.format(0)
        if self.form_apart:
            self._child(common, "TemplatePage", ID="2", BaseLoc=self._link(form, ""))
            self._write(f"{self.names.doc}/{form}", self._page(self.contents.form, [], form=True)[0])
        shown: list[Written] = []
        for at, cells in enumerate(self.contents.pages):
            part, identity = self.names.pages.format(at), str(1 + at * 330)
            self._child(listed, "Page", ID=identity, BaseLoc=self._link(part, ""))
            before = [] if self.form_apart or (at and self.contents.list_size) else self.contents.form
            page, one = self._page(before, cells, at=at, number=self.type.first_number + 10_000 * at)
            self._write(f"{self.names.doc}/{part}", page)
            shown += [Written(cell, identity, numbers) for cell, numbers in one]
        return shown

    def _page(
        self, before: Page, cells: Page, *, form: bool = False, number: int = 1, at: int = 0
    ) -> tuple[Node, list[tuple[Cell, tuple[str, ...]]]]:
        root = self._root("Page")
        listed = self.contents.list_size if at else None
        width, height = listed or self.contents.size
        start = self.type.origin
        self._child(self._child(root, "Area"), "PhysicalBox", f"{start:g} {start:g} {width:g} {height:g}")
        if self.form_apart and not form and not listed:
            self._child(root, "Template", TemplateID="2", ZOrder="Background")
        layer = self._child(self._child(root, "Content"), "Layer", ID=str(number - 1))
        plain = Style(self.prefix, "runs", "whole", "", 0, "tight", origin=start)
        for _, nodes in objects(self.rng, before, plain, number + 5000):
            layer.children += nodes
        shown = []
        for cell, nodes in objects(self.rng, cells, self.type, number):
            layer.children += nodes * 2 if self.type.bold else nodes
            shown.append((cell, tuple(node.attributes.get("ID", "") for node in nodes)))
            number += len(nodes)
        if self.rng.random() < 0.3:
            self.rng.shuffle(layer.children)
        if self.contents.qr and not form and not listed and at < (self.contents.pages_with_code or at + 1):
            wide, high, x, y = (width, height, 0, 0) if self.contents.scan else (20, 20, 8.5, 3.5)
            box = {"Boundary": f"{x + start} {y + start} {wide} {high}", "CTM": f"{wide} 0 0 {high} 0 0"}
            self._child(layer, "ImageObject", ID=str(number + 1), ResourceID="78", **box)
        return root, shown

    def _picture(self, common: Node) -> None:
        form = self.rng.choice(("PNG", "JPEG") if self.contents.scan else sorted(PICTURES))
        name = f"image_78.{PICTURES[form]}"
        root = self._root("Res")
        by_base = self.rng.random() < 0.7
        if by_base:
            root.attributes["BaseLoc"] = self.names.res
        media = self._child(self._child(root, "MultiMedias"), "MultiMedia", ID="78", Type="Image")
        self._child(media, "MediaFile", name if by_base else f"{self.names.res}/{name}")
        kind = self.rng.choice(("DocumentRes", "PublicRes"))
        self._child(common, kind, self._link(f"{kind}.xml", ""))
        self._write(f"{self.names.doc}/{kind}.xml", root)
        file = io.BytesIO()
        code = qr_picture(self.contents.qr or "", marked=self.rng.random() < 0.5)
        (_scanned(self.rng, code) if self.contents.scan else code).save(file, form)
        self.parts[f"{self.names.doc}/{self.names.res}/{name}"] = file.getvalue()

    def _attachments(self) -> str:
        folder = self.names.attachments
        root = self._root("Attachments")
        for at, (name, form, data) in enumerate(self.contents.attachments):
            attributes = {"ID": str(98 + at), "Name": name.rpartition(".")[0], "Format": form, "Visible": "false"}
            entry = self._child(root, "Attachment", **attributes)
            self._child(entry, "FileLoc", self._link(f"{folder}/{name}", f"{folder}/"))
            self.parts[f"{self.names.doc}/{folder}/{name}"] = data
        self._write(f"{self.names.doc}/{folder}/Attachments.xml", root)
        return self._link(f"{folder}/Attachments.xml", "")

    def _tags(self, shown: list[Written], how: TagStyle) -> str:
        part, folder = self.names.tags, self.names.tags.rpartition("/")[0]
        listing = f"{folder}/CustomTags.xml".lstrip("/")
        root = self._root("CustomTags")
        tag = self._child(root, "CustomTag", TypeID=self.rng.choice(("root", "", "e-invoice", "fp")))
        self._child(tag, "FileLoc", self._link(part, f"{folder}/" if folder else ""))
        self._write(f"{self.names.doc}/{listing}", root)
        self.parts[f"{self.names.doc}/{part}"] = tag_file(self.rng, shown, how)
        return self._link(listing, "")

    def _entry(self, doc: str) -> Node:
        root = self._root("OFD")
        root.attributes |= {"DocType": "OFD", "Version": self.rng.choice(("1.0", "1.1"))}
        body = self._child(root, "DocBody")
        info = self._child(body, "DocInfo")
        self._child(info, "DocID", "90baf370c9dc11e980000b7700000a77")
        self._child(info, "Creator", self.rng.choice(("Suwell", "nuonuo", "")))
        if self.contents.custom:
            datas = self._child(info, "CustomDatas")
            for name, value in self.contents.custom.items():
                self._child(datas, "CustomData", value, Name=name)
        self._child(body, "DocRoot", f"/{doc}" if self.names.absolute == "absolute" else doc)
        return root


def _scanned(rng: random.Random, code: Image.Image) -> Image.Image:
    """A grey page with the code on it."""
    page = Image.new("RGB", (rng.choice((1240, 1654)), rng.choice((827, 1102))), (246, 244, 240))
    side = page.width // 10
    page.paste(code.resize((side, side)), (rng.randrange(40, 200), rng.randrange(30, 100)))
    return page


def zipped(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()
