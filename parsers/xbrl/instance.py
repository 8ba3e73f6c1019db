"""The facts in an XBRL instance of the Ministry of Finance (电子凭证会计数据标准).

Concepts are matched by the last segment of their namespace and their local name: the date in between varies.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from parsers import safe_xml
from parsers.safe_xml import Element

AUTHORITY = "http://xbrl.mof.gov.cn/"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TUPLE = "Tuple"


@dataclass(frozen=True, slots=True)
class Instance:
    """The concepts of one voucher; ``voucher`` is the namespace's last segment, such as ``inv`` or ``rai``."""

    voucher: str
    root: Element

    def fact(self, name: str) -> str | None:
        """The one value of this concept outside tuples; None where it is absent, empty, nil or contradicts itself."""
        return fact_in(self.root, name)

    def names(self) -> frozenset[str]:
        """Local names of all concepts that state something at the top."""
        return frozenset(safe_xml.local(element) for element in self.root if _stated(element))

    def tuples(self, name: str) -> list[Element]:
        """The groups of this name, in the instance's order."""
        return [element for element in self.root.iter() if safe_xml.local(element) == name]


def instance_of(root: Element) -> Instance | None:
    """The instance, or None where its concepts are not of the Ministry's taxonomies or mix several vouchers."""
    vouchers = set(_vouchers(root))
    return Instance(vouchers.pop(), root) if len(vouchers) == 1 else None


def fact_in(parent: Element, name: str) -> str | None:
    """The one value of a concept among a group's own children."""
    values = {text for element in parent if safe_xml.local(element) == name and (text := _stated(element))}
    return values.pop() if len(values) == 1 else None


def fact_below(parent: Element, name: str) -> str | None:
    """The one value of a concept anywhere below."""
    values = {text for element in parent.iter() if safe_xml.local(element) == name and (text := _stated(element))}
    return values.pop() if len(values) == 1 else None


def _stated(element: Element) -> str | None:
    return None if element.get(NIL) in {"true", "1"} else safe_xml.text(element)


def _vouchers(root: Element) -> Iterator[str]:
    for element in root:
        namespace = element.tag[1:].partition("}")[0] if isinstance(element.tag, str) else ""
        if namespace.startswith(AUTHORITY):
            yield namespace.rstrip("/").rpartition("/")[2]
