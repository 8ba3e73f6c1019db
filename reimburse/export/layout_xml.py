"""XML files by a layout: a head and its entries for each voucher."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from reimburse.export.layout import Field, Layout, Tree
from reimburse.export.layout_rows import Fitted, Value, text_of

INDENT = "  "


def write_xml(layout: Layout, groups: Iterable[Fitted], target: BinaryIO) -> None:
    """Fitted groups as XML, written group by group."""
    tree = layout.tree or Tree(root="")
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in tree.attributes.items())
    target.write(f'<?xml version="1.0" encoding="{layout.encoding}"?>\n'.encode())
    target.write(f"<{tree.root}{attributes}>\n".encode(layout.encoding))
    for number, group in enumerate(groups, start=1):
        lines = _group(layout, tree, group, number)
        target.write("".join(f"{line}\n" for line in lines).encode(layout.encoding))
    target.write(f"</{tree.root}>\n".encode(layout.encoding))


def _group(layout: Layout, tree: Tree, group: Fitted, number: int) -> Iterator[str]:
    yield f'{INDENT}<{tree.group} id="{number}">'
    yield f"{INDENT * 2}<{tree.head}>"
    yield from _elements(layout, group.rows[0], INDENT * 3, head=True)
    yield f"{INDENT * 2}</{tree.head}>"
    yield f"{INDENT * 2}<{tree.body}>"
    for row in group.rows:
        yield f"{INDENT * 3}<{tree.row}>"
        yield from _elements(layout, row, INDENT * 4, head=False)
        yield f"{INDENT * 3}</{tree.row}>"
    yield f"{INDENT * 2}</{tree.body}>"
    yield f"{INDENT}</{tree.group}>"


def _elements(layout: Layout, row: tuple[Value, ...], indent: str, *, head: bool) -> Iterator[str]:
    """The fields of the head or of an entry; those named ``item:NAME`` stand together as the entry's auxiliaries."""
    items: list[str] = []
    tree = layout.tree or Tree(root="")
    for field, value in zip(layout.fields, row, strict=True):
        if field.head is not head:
            continue
        text = escape(text_of(field, value))
        if field.name.startswith("item:"):
            if text:
                items.append(_item(tree, field, text))
            continue
        yield f"{indent}<{field.name}>{text}</{field.name}>" if text else f"{indent}<{field.name}/>"
    if tree.items and not head:
        inner = "".join(f"\n{indent}{INDENT}{item}" for item in items)
        yield f"{indent}<{tree.items}>{inner}\n{indent}</{tree.items}>" if items else f"{indent}<{tree.items}/>"


def _item(tree: Tree, field: Field, text: str) -> str:
    return f"<{tree.item} name={quoteattr(field.name.partition(':')[2])}>{text}</{tree.item}>"
