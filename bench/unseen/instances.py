"""XBRL instances as different programs write the same facts: prefixes, contexts, nil, CDATA, order."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.unseen.markup import Node, hand, written

INSTANCE = "http://www.xbrl.org/2003/instance"
LINKBASE = "http://www.xbrl.org/2003/linkbase"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DATES = ("2021-09-30", "2021-11-30", "2023-12-31", "2024-05-30", "2099-01-01")
CONTEXTS = ("c1", "As_Of_2026_07_11", "As_Of_null", "ctx-instant", "_1")
ENCODINGS = ("UTF-8", "utf-8", "UTF-8", "GBK")

Fact = str | None
Facts = Mapping[str, "Fact | Sequence[Facts]"]


@dataclass(frozen=True, slots=True)
class Manner:
    """How one program names things, and how it says that a fact has no value."""

    prefix: str
    root: str
    contexts: tuple[str, ...]
    nothing: str
    decimals: str

    @property
    def told(self) -> str:
        """In a few words."""
        return f"{self.root}/{self.prefix or 'default'} {self.contexts[0]} nothing={self.nothing}"


def manner(rng: random.Random, voucher: str) -> Manner:
    """A program's way, drawn at random."""
    prefix = rng.choice((voucher, voucher, "ns0", "n-1", ""))
    root = rng.choice(("xbrl", "xbrli:xbrl", "x:xbrl")) if prefix else "xbrli:xbrl"
    contexts = tuple(rng.sample(CONTEXTS, rng.choice((1, 1, 2))))
    return Manner(
        prefix, root, contexts, rng.choice(("empty", "empty", "nil", "omitted")), rng.choice(("2", "0", "INF"))
    )


def instance(rng: random.Random, voucher: str, facts: Facts) -> tuple[bytes, str]:
    """The instance, and how it was written."""
    how, ink = manner(rng, voucher), hand(rng, ENCODINGS)
    root = Node(how.root, attributes=_namespaces(rng, how, voucher))
    own = how.root.rpartition(":")[0]
    stated = list(_nodes(rng, how, facts))
    if rng.random() < 0.5:
        groups = iter([node for node in stated if node.children])
        stated = [next(groups) if node.children else node for node in rng.sample(stated, len(stated))]
    about = [_reference(voucher), *(_context(own, name) for name in how.contexts), _unit(own)]
    root.children = [*about, *stated] if rng.random() < 0.8 else [*stated, *about]
    return written(root, ink, rng), f"{how.told} {ink.told}"


def _namespaces(rng: random.Random, how: Manner, voucher: str) -> dict[str, str]:
    own = how.root.rpartition(":")[0]
    taxonomy = f"http://xbrl.mof.gov.cn/taxonomy/{rng.choice(DATES)}/{voucher}"
    names = {
        f"xmlns:{own}" if own else "xmlns": INSTANCE,
        f"xmlns:{how.prefix}" if how.prefix else "xmlns": taxonomy,
        "xmlns:link": LINKBASE,
        "xmlns:xlink": "http://www.w3.org/1999/xlink",
        "xmlns:iso4217": "http://www.xbrl.org/2003/iso4217",
        "xmlns:xsi": XSI,
    }
    return dict(rng.sample(sorted(names.items()), len(names)))


def _reference(voucher: str) -> Node:
    attributes = {"xlink:type": "simple", "xlink:href": f"{voucher}_issuer_entry_point_2023-12-31.xsd"}
    return Node("link:schemaRef", None, [], attributes)


def _named(own: str, name: str) -> str:
    return f"{own}:{name}" if own else name


def _context(own: str, name: str) -> Node:
    node = Node(_named(own, "context"), attributes={"id": name})
    entity = node.add(_named(own, "entity"))
    entity.add(_named(own, "identifier"), "91990000MA0DEM0024", scheme="http://xbrl.mof.gov.cn")
    node.add(_named(own, "period")).add(_named(own, "instant"), "null" if "null" in name else "2026-07-11")
    return node


def _unit(own: str) -> Node:
    node = Node(_named(own, "unit"), attributes={"id": "u1"})
    node.add(_named(own, "measure"), "iso4217:CNY")
    return node


def _nodes(rng: random.Random, how: Manner, facts: Facts) -> Iterable[Node]:
    for name, value in facts.items():
        tag = f"{how.prefix}:{name}" if how.prefix else name
        if isinstance(value, str) or value is None:
            yield from _fact(rng, how, tag, value)
        else:
            yield from (Node(tag, None, list(_nodes(rng, how, group))) for group in value)


def _fact(rng: random.Random, how: Manner, tag: str, value: str | None) -> Iterable[Node]:
    attributes = {"contextRef": rng.choice(how.contexts)}
    if value and value.replace(".", "").replace("-", "").isdigit() and rng.random() < 0.7:
        attributes |= {"unitRef": "u1", "decimals": how.decimals}
    if value:
        yield Node(tag, value, [], attributes)
        if rng.random() < 0.02:
            yield Node(tag, value, [], attributes)
    elif how.nothing == "nil":
        yield Node(tag, "", [], attributes | {"xsi:nil": rng.choice(("true", "1"))})
    elif how.nothing == "empty":
        yield Node(tag, "", [], attributes)
