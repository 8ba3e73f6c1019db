"""A page's HTML with one of its forms filled in as a person had filled it in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

TYPED_INTO = frozenset(
    ["text", "search", "number", "date", "month", "time", "datetime-local", "email", "tel", "url", "checkbox", "radio"]
)
CHOSEN = frozenset({"checkbox", "radio"})
CONTROLS = frozenset({"input", "textarea", "select", "option", "button"})
Attributes = dict[str, str | None]


@dataclass(slots=True)
class _Tag:
    """A start tag: where it stands in the page, and for a textarea where its text ends."""

    name: str
    attributes: Attributes
    start: int
    end: int
    text_end: int = 0


@dataclass(slots=True)
class _Form:
    """A form, what is folded away around it, and its controls."""

    attributes: Attributes
    folds: tuple[_Tag, ...]
    controls: list[_Tag] = field(default_factory=list)


class _Page(HTMLParser):
    """The forms of a page, and controls that name a form they do not stand in."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.forms: list[_Form] = []
        self.elsewhere: list[_Tag] = []
        self._html = html
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._folds: list[_Tag] = []
        self._form: _Form | None = None
        self._text: _Tag | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms, folds and controls."""
        start = self._here()
        one = _Tag(tag, dict(attrs), start, start + len(self.get_starttag_text() or ""))
        if tag == "details":
            self._folds.append(one)
        elif tag == "form":
            self._form = _Form(one.attributes, tuple(self._folds))
            self.forms.append(self._form)
        elif tag in CONTROLS:
            self._note(one)

    def handle_endtag(self, tag: str) -> None:
        """Note where a form, a fold and a text end."""
        if tag == "details" and self._folds:
            self._folds.pop()
        elif tag == "form":
            self._form = None
        elif tag == "textarea" and self._text:
            self._text.text_end, self._text = self._here(), None

    def _note(self, control: _Tag) -> None:
        if control.name == "textarea":
            self._text = control
        elif control.name == "option":
            text = self._html[control.end : self._html.find("<", control.end)]
            control.attributes.setdefault("value", unescape(text).strip())
        if "form" in control.attributes:
            self.elsewhere.append(control)
        elif self._form:
            self._form.controls.append(control)

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def filled(html: str, here: str, sent_to: str, typed: "MultiDict[str, str]") -> str:
    """The page of this path with what was typed in the form that was sent to that one, unfolded if it is folded away.

    >>> filled('<form action="/a"><input name="x" value="old"></form>', "/", "/a", MultiDict({"x": "new"}))
    '<form action="/a"><input name="x" value="new"></form>'
    """
    form = _the_form(_Page(html), here, sent_to, typed)
    if form is None or not typed:
        return html
    edits = [(fold.start, fold.end, _written(fold, {**fold.attributes, "open": None})) for fold in form.folds]
    edits += _filled(form.controls, typed)
    for start, end, text in sorted(edits, reverse=True):
        html = html[:start] + text + html[end:]
    return html


def _the_form(page: _Page, here: str, sent_to: str, typed: "MultiDict[str, str]") -> _Form | None:
    """The form that goes there; of several (one a row) the one whose hidden fields say what was sent."""
    for form in page.forms:
        name = form.attributes.get("id")
        form.controls += [control for control in page.elsewhere if name and control.attributes["form"] == name]
    forms = [form for form in page.forms if sent_to in _goes_to(form, here)]
    return max(forms, key=lambda form: _likeness(form, typed), default=None)


def _goes_to(form: _Form, here: str) -> set[str]:
    by_button = {control.attributes.get("formaction") for control in form.controls if control.name == "button"}
    return {urlsplit(address or here).path for address in {form.attributes.get("action"), *(by_button - {None})}}


def _likeness(form: _Form, typed: "MultiDict[str, str]") -> int:
    hidden = [one.attributes for one in form.controls if one.attributes.get("type") == "hidden"]
    return sum((one.get("value") or "") in typed.getlist(one.get("name") or "") for one in hidden)


def _filled(controls: Sequence[_Tag], typed: "MultiDict[str, str]") -> Iterator[tuple[int, int, str]]:
    left = {name: typed.getlist(name) for name in typed}
    chosen: list[str] | None = None
    for control in sorted(controls, key=lambda one: one.start):
        named = control.attributes.get("name") or ""
        if control.name == "select":
            chosen = left.get(named)
        elif control.name == "option" and chosen is not None:
            yield _chosen(control, "selected", control.attributes["value"] in chosen)
        elif control.name == "textarea" and left.get(named):
            yield control.end, control.text_end, "\n" + escape(left[named].pop(0))
        elif control.name != "input":
            continue
        elif (kind := control.attributes.get("type") or "text") in CHOSEN:
            yield _chosen(control, "checked", (control.attributes.get("value") or "on") in left.get(named, []))
        elif kind in TYPED_INTO and left.get(named):
            attributes = {**control.attributes, "value": left[named].pop(0)}
            yield control.start, control.end, _written(control, attributes)


def _chosen(control: _Tag, word: str, chosen: bool) -> tuple[int, int, str]:
    others = {name: value for name, value in control.attributes.items() if name != word}
    return control.start, control.end, _written(control, {**others, word: None} if chosen else others)


def _written(tag: _Tag, attributes: Attributes) -> str:
    words = [name if value is None else f'{name}="{escape(value)}"' for name, value in attributes.items()]
    return f"<{' '.join([tag.name, *words])}>"
