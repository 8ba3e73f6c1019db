"""What one version of the policy says differently from another: file, key, old, new, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from reimburse.domain.finding import Severity, Text
from rules.parameter_text import field as parameter_field
from rules.parameter_text import shown, value_of
from rules.parameters import descriptions
from rules.policy import Cap, Category, Override, Policy
from rules.policy_files import SUBJECTS
from rules.policy_words import CONDITIONS, FIELDS, NONE, OWN, PARTS, PER, SEVERITIES


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; a dash stands where it was not there, or is not any more.

    Of lists, ``old`` is what left and ``new`` what came.
    """

    file: str
    key: str
    name: Text
    old: Text
    new: Text
    unit: str = ""


def differences(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """What the new version says differently, in the order of the files; the name and the day aside."""
    return (
        *_of_parameters(old, new),
        *_of_severities(company_severities(old), company_severities(new)),
        *_of_items("policy.toml", "override", Text("例外", "Exception"), exceptions(old), exceptions(new)),
        *(
            item
            for part in SUBJECTS
            if part != "caps"
            for item in _of_part(part, getattr(old, part), getattr(new, part))
        ),
        *_of_caps(old, new),
    )


def company_severities(policy: Policy) -> dict[str, Severity]:
    """The severities that the policy sets for the whole company, by rule."""
    return {item.rule or "": item.severity for item in policy.override if _is_company_wide(item) and item.severity}


def exceptions(policy: Policy) -> tuple[Override, ...]:
    """The overrides that are more than a severity for the whole company, in their order."""
    return tuple(item for item in policy.override if not _is_company_wide(item))


def described(override: Override) -> Text:
    """An exception as a sentence.

    >>> described(Override(rule="X-08", parameters={}, department="sales")).zh
    '部门 sales：X-08'
    """
    conditions = [(words, getattr(override, name)) for name, words in CONDITIONS.items() if getattr(override, name)]
    said = [_severity(override)] if override.rule else []
    said += [_parameter(name, value) for name, value in override.parameters.items()]
    zh = "、".join(f"{words.zh} {value}" for words, value in conditions) or "全公司"
    en = ", ".join(f"{words.en} {value}" for words, value in conditions) or "everyone"
    return Text(f"{zh}：{'，'.join(text.zh for text in said)}", f"{en}: {', '.join(text.en for text in said)}")


def _is_company_wide(item: Override) -> bool:
    scoped = any(getattr(item, name) for name in CONDITIONS)
    return bool(item.rule and item.severity and not item.parameters and not scoped)


def _severity(override: Override) -> Text:
    if override.severity is None:
        return Text(str(override.rule), str(override.rule))
    words = SEVERITIES[override.severity.value]
    return Text(f"{override.rule} → {words.zh}", f"{override.rule} → {words.en}")


def _parameter(name: str, value: object) -> Text:
    item = parameter_field(name)
    texts = [str(part) for part in value] if isinstance(value, list) else [_plain(value)]
    known = shown(value_of(item, texts if item.kind == "kinds" else [", ".join(texts)]))
    return Text(f"{item.words.zh} = {known.zh}", f"{item.words.en} = {known.en}")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _of_parameters(old: Policy, new: Policy) -> Iterator[Difference]:
    for name, words in descriptions():
        before, after = getattr(old.parameters, name), getattr(new.parameters, name)
        if before != after:
            text = Text(words.zh, words.en)
            yield Difference("policy.toml", f"parameters.{name}", text, shown(before), shown(after), words.unit)


def _of_severities(old: Mapping[str, Severity], new: Mapping[str, Severity]) -> Iterator[Difference]:
    for rule in dict.fromkeys([*old, *new]):
        was, will = (SEVERITIES[item] if item else OWN for item in (old.get(rule), new.get(rule)))
        if was != will:
            yield Difference("policy.toml", "override", Text(f"{rule} 的级别", f"Severity of {rule}"), was, will)


def _of_caps(old: Policy, new: Policy) -> Iterator[Difference]:
    """By what each is for; where two are for the same, or the order alone changed, all of them."""
    before, after = ({_cap_key(cap): cap for cap in policy.caps} for policy in (old, new))
    if len(before) < len(old.caps) or len(after) < len(new.caps) or _reordered(before, after):
        yield from _of_items(SUBJECTS["caps"], "caps", PARTS["caps"], old.caps, new.caps)
        return
    for key, named in {**before, **after}.items():
        one, other = before.get(key), after.get(key)
        if one != other:
            was, will = (shown(cap.amount) if cap else NONE for cap in (one, other))
            yield Difference(SUBJECTS["caps"], f"caps {key}", _cap_name(named, new), was, will, "CNY")


def _cap_key(cap: Cap) -> str:
    return " ".join(filter(None, (cap.category, cap.per, cap.tier, *cap.grades)))


def _reordered(before: Mapping[str, Cap], after: Mapping[str, Cap]) -> bool:
    both = [key for key in before if key in after]
    return both != [key for key in after if key in before]


def _cap_name(cap: Cap, policy: Policy) -> Text:
    of = policy.categories.get(cap.category)
    more = " ".join(filter(None, (cap.tier, *cap.grades)))
    zh, en = (of.zh, of.en) if of else (cap.category, cap.category)
    return Text(f"{zh} {PER[cap.per].zh} {more}".strip(), f"{en}, {PER[cap.per].en} {more}".strip())


def _of_part(part: str, old: Any, new: Any) -> Iterator[Difference]:
    file, words = SUBJECTS[part], PARTS[part]
    if isinstance(old, tuple):
        yield from _of_items(file, part, words, old, new)
        return
    before, after = (data if isinstance(data, Mapping) else _fields(data) for data in (old, new))
    for key in dict.fromkeys([*before, *after]):
        yield from _of_value(file, f"{part}.{key}", _named(words, key, after), before.get(key), after.get(key))


def _named(words: Text, key: str, data: Mapping[str, Any]) -> Text:
    """The part and which of it: a category by its name."""
    of = data.get(key)
    if isinstance(of, Category):
        return Text(f"{words.zh} {of.zh}", f"{words.en} {of.en}")
    known = FIELDS.get(key, Text(key, key))
    return Text(f"{words.zh} {known.zh}", f"{words.en} {known.en}")


def _of_value(file: str, key: str, name: Text, old: Any, new: Any) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, msgspec.Struct) and isinstance(new, msgspec.Struct):
        before, after = _fields(old), _fields(new)
        for part in before:
            field = FIELDS.get(part, Text(part, part))
            words = Text(f"{name.zh} · {field.zh}", f"{name.en} · {field.en}")
            yield from _of_value(file, f"{key}.{part}", words, before[part], after[part])
    elif isinstance(old, tuple | frozenset) and isinstance(new, tuple | frozenset):
        yield Difference(file, key, name, _words(_without(old, new) or old), _words(_without(new, old) or new))
    else:
        yield Difference(file, key, name, _words(old), _words(new))


def _of_items(file: str, part: str, name: Text, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    gone, come = _without(old, new), _without(new, old)
    yield from (Difference(file, part, name, _words(item), NONE) for item in gone)
    yield from (Difference(file, part, name, NONE, _words(item)) for item in come)
    if old != new and not gone and not come:
        before, after = ("；".join(_words(item).zh for item in items) for items in (old, new))
        yield Difference(file, part, name, Text(before, before), Text(after, after))


def _without(items: Any, others: Any) -> tuple[Any, ...]:
    """The items that are not among the others; of a set, in order."""
    left = [item for item in items if item not in others]
    return tuple(sorted(left) if isinstance(items, frozenset) else left)


def _words(value: Any) -> Text:
    if isinstance(value, Override):
        return described(value)
    if isinstance(value, msgspec.Struct):
        said = {name: item for name, item in _fields(value).items() if item not in (None, (), "", False)}
        text = "，".join(f"{name} {_words(item).zh}" for name, item in said.items())
        return Text(text, text)
    if isinstance(value, tuple | frozenset):
        text = "、".join(_words(item).zh for item in (sorted(value) if isinstance(value, frozenset) else value))
        return Text(text or "—", text or "—")
    return shown(value) if isinstance(value, bool) else Text(*[_spoken(value)] * 2)


def _spoken(value: object) -> str:
    return "—" if value is None or value == "" else str(getattr(value, "value", value))


def _fields(struct: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}
