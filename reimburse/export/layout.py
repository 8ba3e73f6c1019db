"""Layouts of files for other programs, as data: columns, constants, formats, limits, encoding (``config/vouchers``)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from reimburse.export.chart import NO_LAYOUTS, AuxiliaryName, BadLayout, converted

Writer = Literal["text", "xlsx", "xml", "json", "dbf"]
EXTENSIONS: Mapping[Writer, str] = {"text": "txt", "xlsx": "xlsx", "xml": "xml", "json": "jsonl", "dbf": "dbf"}
MEDIA_TYPES: Mapping[str, str] = {
    "txt": "text/plain",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "jsonl": "application/jsonl",
    "json": "application/json",
    "dbf": "application/vnd.dbf",
}


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column, element or key of the file.

    ``value`` names what stands in it (``layout_rows``), ``const`` is the same in every row; neither: always ``empty``.
    ``head``: once a voucher, where the layout keeps the head apart. ``digits``: places before the decimal point.
    ``places``: decimals, where they are not two. ``max``: characters; ``cut``: a longer text is cut, else refused.
    ``unverified``: nobody has confirmed name, place or meaning of this field.
    """

    heading: str = ""
    name: str = ""
    value: str = ""
    const: str | int | None = None
    kind: Literal["text", "number", "money", "date"] = "text"
    format: str = "%Y-%m-%d"
    empty: str = ""
    head: bool = False
    required: bool = False
    digits: Annotated[int, Meta(ge=1, le=18)] = 14
    places: Annotated[int, Meta(ge=0, le=10)] = 2
    max: int | None = None
    cut: bool = False
    width: Annotated[int, Meta(ge=1, le=254)] = 14
    type: str = ""
    unverified: bool = False

    @property
    def label(self) -> str:
        """What people call the field."""
        return self.heading or self.name

    @property
    def constant(self) -> bool:
        """Whether every row has the same value."""
        return not self.value


class Tree(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The elements of an XML file, from the root to an entry."""

    root: str
    attributes: Mapping[str, str] = {}
    group: str = "voucher"
    head: str = "voucher_head"
    body: str = "voucher_body"
    row: str = "entry"
    items: str = ""
    item: str = "item"


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One layout. ``fields`` stand in the order of the file.

    ``items``: what the program calls each auxiliary (部门, 职员, ...), in its order. ``sides``: its words for debit and
    credit. ``headings``: the rows above the data, ``name`` or ``heading``. ``notes``: what is unverified as a whole.
    ``own_bank``: the payee's bank is written so where it is the paying bank itself.
    """

    zh: Annotated[str, Meta(min_length=1)]
    en: Annotated[str, Meta(min_length=1)]
    system: str
    writer: Writer
    source: str
    fields: tuple[Field, ...]
    extension: str = ""
    encoding: Literal["gbk", "gb18030", "utf-8", "utf-8-sig"] = "utf-8"
    newline: str = "\r\n"
    separator: str = ","
    quoted: bool = False
    preamble: tuple[str, ...] = ()
    headings: tuple[Literal["name", "heading"], ...] = ("heading",)
    head_once: bool = False
    sheet: str = "Sheet1"
    schema_sheet: bool = False
    account_separator: str = "."
    first_number: int = 1
    sides: tuple[str, str] = ("借", "贷")
    items: Mapping[AuxiliaryName, str] = {}
    item_format: str = "{kind}---{code}---{name}"
    item_separator: str = ","
    own_bank: str = ""
    tree: Tree | None = None
    list_key: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.writer == "xml" and self.tree is None:
            raise ValueError("tree is needed for xml")
        if self.writer == "json" and not self.list_key:
            raise ValueError("list_key is needed for json")

    @property
    def ending(self) -> str:
        """The file name's extension."""
        return self.extension or EXTENSIONS[self.writer]

    @property
    def media_type(self) -> str:
        """The media type of the file."""
        return MEDIA_TYPES.get(self.ending, "application/octet-stream")

    @property
    def unverified(self) -> tuple[str, ...]:
        """What nobody has confirmed: notes on the whole, then fields by their label."""
        return (*self.notes, *(field.label for field in self.fields if field.unverified))


def load_layouts(*folders: Path) -> dict[str, Layout]:
    """The layouts by name (the file's, without ``.toml``); a later folder's file replaces an earlier one's."""
    files = {
        path.stem: path for folder in folders for path in sorted(folder.glob("*.toml")) if path.name not in NO_LAYOUTS
    }
    return {name: _layout(files[name]) for name in sorted(files)}


def _layout(path: Path) -> Layout:
    layout: Layout = converted(path, Layout)
    for index, field in enumerate(layout.fields):
        if field.value and field.const is not None:
            raise BadLayout(f"{path.name}: fields[{index}]: value or const, not both")
    return layout
