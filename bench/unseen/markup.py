"""XML as different programs write the same tree: declaration, encoding, indents, CDATA, prefixes, empty elements."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

DECLARATIONS = (
    '<?xml version="1.0" encoding="{encoding}"?>',
    '<?xml version="1.0" encoding="{encoding}" standalone="yes"?>',
    "<?xml version='1.0' encoding='{encoding}' standalone='no' ?>\n",
    '<?xml version="1.0" encoding="{encoding}"?>\r\n<!-- 演示 <EInvoice> -->\r\n',
)
BARE = ("", '<?xml version="1.0"?>')
ENCODINGS = ("UTF-8", "utf-8", "utf-8", "UTF-8", "GBK", "gb2312", "GB18030", "UTF-16")
CODECS = {"GBK": "gbk", "gb2312": "gbk", "GB18030": "gb18030", "UTF-16": "utf-16"}
"""What programs say and what they write: a Chinese Windows calls GBK by its elder's name."""
OMITTED = "omitted"


@dataclass(slots=True)
class Node:
    """An element: its text, or its children."""

    name: str
    text: str | None = None
    children: list["Node"] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, text: str | None = None, **attributes: str) -> "Node":
        """A new child."""
        child = Node(name, text, [], attributes)
        self.children.append(child)
        return child


@dataclass(frozen=True, slots=True)
class Hand:
    """How one program writes XML."""

    declaration: str
    encoding: str
    codec: str
    mark: bool
    lead: str
    indent: str
    newline: str
    cdata: float
    empty: str
    padding: str
    comments: float

    @property
    def told(self) -> str:
        """In a few words."""
        encoded = f"{self.encoding}/{self.codec}{'+BOM' if self.mark else ''}"
        return f"{encoded} cdata={self.cdata} empty={self.empty!r} {self.padding!r}"


def hand(rng: random.Random, encodings: Sequence[str] = ENCODINGS) -> Hand:
    """A program's way of writing, drawn at random."""
    encoding = rng.choice(encodings)
    utf8 = encoding.lower() == "utf-8"
    codec = CODECS.get(encoding, "utf-8")
    if rng.random() < 0.06:  # Saved anew by a program that leaves the declaration as it was.
        codec = "gbk" if utf8 and "GBK" in encodings else "utf-8"
    return Hand(
        declaration=rng.choice(DECLARATIONS + BARE if utf8 else DECLARATIONS),
        encoding=encoding,
        codec=codec,
        mark=codec == "utf-8" and rng.random() < 0.3,
        lead=rng.choice(("", "", "", "", "\n", " \n\n")) if codec == "utf-8" else "",
        indent=rng.choice(("", "", "  ", "\t", "    ")),
        newline=rng.choice(("\n", "\n", "\r\n")),
        cdata=rng.choice((0, 0, 0, 0.5, 1)),
        empty=rng.choice(("<{0}/>", "<{0} />", "<{0}></{0}>", "<{0}> </{0}>", "<{0}>\n</{0}>", OMITTED)),
        padding=rng.choice(("", "", "", " ", "\n  ")),
        comments=rng.choice((0, 0, 0.1)),
    )


def written(root: Node, how: Hand, rng: random.Random) -> bytes:
    """The bytes."""
    text = how.lead + how.declaration.format(encoding=how.encoding) + "".join(_written(root, how, rng, ""))
    data = text.replace("\r\n", "\n").replace("\n", how.newline).encode(how.codec)
    return b"\xef\xbb\xbf" + data if how.mark else data


def _written(node: Node, how: Hand, rng: random.Random, margin: str) -> list[str]:
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in node.attributes.items())
    start = "\n" + margin if how.indent else ""
    if how.comments and rng.random() < how.comments:
        start += "<!-- 注 -->"
    if not node.children and not node.text:
        if how.empty == OMITTED and node.text is not None and not attributes:
            return []
        form = "<{0}/>" if how.empty == OMITTED else how.empty
        return [start + form.replace("{0}", node.name + attributes, 1).replace("{0}", node.name)]
    parts = [f"{start}<{node.name}{attributes}>"]
    if node.children:
        parts += [part for child in node.children for part in _written(child, how, rng, margin + how.indent)]
        parts.append("\n" + margin if how.indent else "")
    else:
        parts.append(_text(node.text or "", how, rng))
    return [*parts, f"</{node.name}>"]


def _text(text: str, how: Hand, rng: random.Random) -> str:
    inside = f"<![CDATA[{text}]]>" if how.cdata and rng.random() < how.cdata else escape(text)
    return how.padding + inside + how.padding


def prefixed(node: Node, prefix: str) -> Node:
    """The tree with a prefix before every name that has none."""
    name = node.name if ":" in node.name or not prefix else f"{prefix}:{node.name}"
    return Node(name, node.text, [prefixed(child, prefix) for child in node.children], node.attributes)
