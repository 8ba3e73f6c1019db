"""What every page keeps, whoever looks at it: each function says what is wrong with one page, in words."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal

from lxml import html

Page = html.HtmlElement
SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-label", "data-confirm")
"""Attributes that a person reads or hears."""
NOT_PROSE = ("script", "style", "pre", "code", "textarea")
RAW = re.compile(
    r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b"  # an enum's value, a column's name
    r"|\blines\.\d+\b"  # the path of a field
    r"|\b\d{4}-\d\d-\d\dT"  # an instant for machines
    r"|\b(?:None|True|False|NaN|undefined)\b|\{\{|\}\}|\{\w+\}|%[ds]\b|<\w+[. ]"
)
PRODUCTS = re.compile("精斗云|好会计")
"""Names that stand as they are in either language."""
CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
ENGLISH = re.compile(r"(?:\b[A-Za-z]{2,}\b,? ){2,}[A-Za-z]{2,}\b")
UNLABELLED = "//input[not(@type='hidden' or @type='submit')]|//select|//textarea"


def complaints(page: Page, language: Literal["zh", "en"], data: str) -> Iterator[str]:
    """Everything that is wrong with a page; ``data`` is what people and documents wrote, in whatever language."""
    yield from _frame(page)
    yield from _fields(page)
    foreign = CHINESE if language == "en" else ENGLISH
    for text in filter(str.strip, spoken(page)):
        yield from (f"raw {found[0]!r} in {text!r}" for found in RAW.finditer(text))
        yield from (
            f"not in {language}: {text!r}" for found in foreign.finditer(PRODUCTS.sub("", text)) if found[0] not in data
        )


def spoken(element: Page) -> list[str]:
    """Every piece of text that a person reads or hears; file contents, and what names its own language, left out."""
    texts: list[str] = []
    _gather(element, texts)
    return texts


def _gather(element: Page, texts: list[str]) -> None:
    texts += [element.get(name, "") for name in SPOKEN if name in element.attrib]
    texts.append(element.text or "")
    for child in element:
        if isinstance(child.tag, str) and child.tag not in NOT_PROSE and not child.get("lang"):
            _gather(child, texts)
        texts.append(child.tail or "")


def _frame(page: Page) -> Iterator[str]:
    if len(page.findall(".//h1")) != 1:
        yield f"{len(page.findall('.//h1'))} h1"
    if page.findtext(".//title", "").strip() in ("", "报销台", "Expense desk"):
        yield "no title of its own"
    ids = Counter(page.xpath("//@id"))
    yield from (f"id {name!r} stands {times} times" for name, times in ids.items() if times > 1)
    anchors = {href[1:] for href in page.xpath("//a/@href[starts-with(., '#')]")}
    yield from (f"no #{name} on the page" for name in anchors - set(ids) - {""})


def _fields(page: Page) -> Iterator[str]:
    """Labels, words on pictures and buttons, and the CSRF field."""
    for field in page.xpath(UNLABELLED):
        if not (field.get("aria-label") or field.xpath("ancestor::label") or _labelled(page, field.get("id"))):
            yield f"no label: {html.tostring(field, encoding='unicode')[:120]}"
    for button in page.xpath("//button|//a[not(@aria-hidden)]"):
        if not (button.text_content().strip() or button.get("aria-label") or button.xpath(".//img[@alt]")):
            yield f"no words: {html.tostring(button, encoding='unicode')[:120]}"
    yield from (f"no alt: {picture.get('src')}" for picture in page.xpath("//img[not(@alt)]"))
    for form in page.xpath("//form[@method='post'][not(.//input[@name='csrf_token'])]"):
        yield f"no CSRF field: {form.get('action')}"


def _labelled(page: Page, name: str | None) -> bool:
    return bool(name and page.xpath("//label[@for=$name]", name=name))
