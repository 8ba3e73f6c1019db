"""How the buyer block of an invoice stands to the company's title library; several rules read this one view."""

import re
from difflib import SequenceMatcher
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from reimburse.domain.invoice import InvoiceKind
from rules.facts import Facts, InvoiceFacts
from rules.folding import blank, fold
from rules.person_names import looks_like_person
from rules.policy import Title
from rules.tax_id import is_personal

BUYER_KINDS = frozenset(
    {
        InvoiceKind.SPECIAL_PAPER,
        InvoiceKind.GENERAL_PAPER,
        InvoiceKind.SPECIAL_ELECTRONIC,
        InvoiceKind.GENERAL_ELECTRONIC,
        InvoiceKind.TOLL,
        InvoiceKind.SPECIAL_DIGITAL,
        InvoiceKind.GENERAL_DIGITAL,
        InvoiceKind.MOTOR_VEHICLE,
        InvoiceKind.BLOCKCHAIN,
    }
)
COMPANY = re.compile(
    r"公司|集团|企业|厂|店|中心|事务所|学校|大学|学院|医院|局|委员会|研究院|研究所|银行|合作社|协会|基金会|政府|工作室"
    r"|(?i:ltd|inc|llc|co\.)"
)
PERSONAL = re.compile(r"[(]?个人[)]?")
SUFFIXES = ("股份有限公司", "有限责任公司", "有限公司", "分公司", "事务所", "集团", "公司")


class Standing(Enum):
    """What the buyer's name is to the library."""

    NOT_JUDGED = "not_judged"
    MISSING = "missing"
    PERSONAL = "personal"
    EXACT = "exact"
    FOLDED = "folded"
    FORMER = "former"
    OUTDATED = "outdated"
    OTHER_ENTITY = "other_entity"
    UNKNOWN = "unknown"


class Buyer(NamedTuple):
    """One invoice's buyer: its standing, the title it is, or should be, and the title whose tax id it states.

    ``pair_holds``: a known name has its own id; under an unknown name any id of the library is left to R-01.
    """

    standing: Standing
    name: str
    tax_id: str
    title: Title | None = None
    library: tuple[Title, ...] = ()
    owner_of_id: Title | None = None
    pair_holds: bool = True

    @property
    def is_ours(self) -> bool:
        """Whether the name is that of a title in force."""
        return self.standing is Standing.EXACT or self.standing is Standing.FOLDED

    @property
    def id_is_in_library(self) -> bool:
        """Whether some title has this tax id."""
        return self.owner_of_id is not None


def buyers(facts: Facts) -> dict[str, Buyer]:
    """The buyer of every invoice, by invoice id."""
    return facts.once("buyers", _buyers)


def _buyers(facts: Facts) -> dict[str, Buyer]:
    """Invoices that state the same buyer, on the same day, share its view."""
    seen: dict[object, Buyer] = {}
    found: dict[str, Buyer] = {}
    for invoice in facts.invoices:
        stated = invoice.invoice
        key = (stated.buyer.name, stated.buyer.tax_id, stated.issue_date, must_name_a_buyer(invoice))
        if key not in seen:
            buyer = _buyer(facts, invoice)
            owner = next((item for item in buyer.library if item.tax_id and fold(item.tax_id) == buyer.tax_id), None)
            seen[key] = buyer._replace(owner_of_id=owner, pair_holds=_pair_holds(buyer, owner))
        found[invoice.id] = seen[key]
    return found


def _pair_holds(buyer: Buyer, owner: Title | None) -> bool:
    if not buyer.is_ours:
        return owner is not None
    known = [fold(title.tax_id) for title in buyer.library if title.tax_id and fold(title.name) == fold(buyer.name)]
    if buyer.title and buyer.title.tax_id:
        known.append(fold(buyer.title.tax_id))
    return not known or buyer.tax_id in known


def must_name_a_buyer(invoice: InvoiceFacts) -> bool:
    """Whether this kind of invoice always carries a buyer."""
    return invoice.invoice.kind in BUYER_KINDS


def names_the_claimant(facts: Facts, name: str) -> bool:
    """Whether a title is the claimant's own name."""
    own = facts.claim.employee.name
    return bool(own) and PERSONAL.sub("", fold(name)) == fold(own or "")


def looks_like_company(name: str) -> bool:
    """Whether a name has a word that only organisations have."""
    return bool(COMPANY.search(name))


@lru_cache(maxsize=1024)
def difference(found: str, expected: str) -> tuple[str, str]:
    """The character-level difference in both languages.

    >>> difference("示例云帆科学有限公司", "示例云帆科技有限公司")[0]
    '第6字“学”应为“技”'
    >>> difference("示例云帆科技", "示例云帆科技有限公司")[1]
    'after character 6 "有限公司" is missing'
    """
    zh, en = [], []
    for kind, i, j, k, m in SequenceMatcher(None, found, expected, autojunk=False).get_opcodes():
        old, new = found[i:j], expected[k:m]
        if kind == "replace":
            zh.append(f"第{i + 1}字“{old}”应为“{new}”")
            en.append(f'character {i + 1} "{old}" must be "{new}"')
        elif kind == "delete":
            zh.append(f"第{i + 1}字多出“{old}”")
            en.append(f'character {i + 1} "{old}" is too much')
        elif kind == "insert":
            zh.append(f"第{i}字后缺“{new}”" if i else f"开头缺“{new}”")
            en.append(f'after character {i} "{new}" is missing' if i else f'"{new}" is missing at the start')
    return "；".join(zh), "; ".join(en)


def missing_suffix(found: str, expected: str) -> str | None:
    """The legal suffix of the full name that the found one lacks.

    >>> missing_suffix("示例云帆科技", "示例云帆科技有限公司")
    '有限公司'
    """
    for suffix in SUFFIXES:
        if expected.endswith(suffix):
            return None if found.endswith(suffix) else suffix
    return None


def _buyer(facts: Facts, invoice: InvoiceFacts) -> Buyer:
    stated = invoice.invoice.buyer
    name, tax_id = stated.name or "", fold(stated.tax_id or "")
    library = facts.titles or ()
    if blank(name):
        standing = Standing.MISSING if must_name_a_buyer(invoice) else Standing.NOT_JUDGED
        return Buyer(standing, name, tax_id, _nearest(facts, library, name, tax_id), library)
    known = _in_library(facts, invoice, name, tax_id, library)
    if known:
        return known
    if facts.parameters.personal_titles_allowed and _is_personal(facts, name, tax_id, library):
        return Buyer(Standing.PERSONAL, name, tax_id, None, library)
    return Buyer(Standing.UNKNOWN, name, tax_id, _nearest(facts, library, name, tax_id), library)


def _in_library(
    facts: Facts, invoice: InvoiceFacts, name: str, tax_id: str, library: tuple[Title, ...]
) -> Buyer | None:
    folded, day = fold(name), invoice.invoice.issue_date
    same = [title for title in library if fold(title.name) == folded]
    holding = [title for title in same if title.holds_on(day)]
    if holding:
        title = next((item for item in holding if fold(item.tax_id or "") == tax_id), holding[0])
        exact = any(item.name == name for item in holding)
        standing = _of_known(title, tax_id, same, exact=exact)
        wanted = _wanted(facts, library)
        if wanted and title not in wanted and standing is not Standing.OUTDATED:
            standing, title = Standing.OTHER_ENTITY, wanted[0]
        return Buyer(standing, name, tax_id, title, library)
    renamed = next((item for item in library if folded in {fold(old) for old in item.former_names}), None)
    if renamed and renamed.valid_from and day and day < renamed.valid_from:
        return Buyer(Standing.EXACT, name, tax_id, renamed, library)
    if same:
        return Buyer(Standing.OUTDATED, name, tax_id, renamed or _successor(same[0], library, day), library)
    if renamed:
        return Buyer(Standing.OUTDATED if renamed.valid_from else Standing.FORMER, name, tax_id, renamed, library)
    return None


def _of_known(title: Title, tax_id: str, same: list[Title], *, exact: bool) -> Standing:
    """The standing of a name in force; with the tax id that the same name had once, it is outdated."""
    had_once = any(tax_id and fold(old.tax_id or "") == tax_id for old in same)
    if had_once and fold(title.tax_id or "") != tax_id:
        return Standing.OUTDATED
    return Standing.EXACT if exact else Standing.FOLDED


def _is_personal(facts: Facts, name: str, tax_id: str, library: tuple[Title, ...]) -> bool:
    """The claimant's name, one marked as a person's, one beside a person's number, or one that has a name's form."""
    if names_the_claimant(facts, name) or PERSONAL.search(fold(name)):
        return True
    if looks_like_company(name):
        return False
    return is_personal(tax_id) or (looks_like_person(fold(name)) and not _abbreviates(name, library))


def _abbreviates(name: str, library: tuple[Title, ...]) -> bool:
    """Whether a title, or a former one, holds these characters one after the other."""
    known = (text for title in library for text in (title.name, *title.former_names))
    return any(fold(name) in fold(text) for text in known)


def _wanted(facts: Facts, library: tuple[Title, ...]) -> list[Title]:
    """The titles of the claim's legal entity, where the library knows it."""
    entity = fold(facts.claim.legal_entity or "")
    return [title for title in library if entity and entity in {fold(title.name), fold(title.tax_id or "")}]


def _successor(old: Title, library: tuple[Title, ...], day: object) -> Title:
    """The title of the same tax id that holds now, else the outdated one itself."""
    heirs = [title for title in library if title.tax_id == old.tax_id and title is not old and title.valid_to is None]
    return heirs[0] if heirs and day else old


def _nearest(facts: Facts, library: tuple[Title, ...], name: str, tax_id: str) -> Title | None:
    """The title that was most likely meant: the claim's entity, the one with the tax id, else the most similar name."""
    wanted = _wanted(facts, library)
    by_id = [title for title in library if tax_id and fold(title.tax_id or "") == tax_id]
    candidates = wanted or by_id or list(library)
    return max(candidates, key=lambda title: (_likeness(name, title.name), title.name), default=None)


@lru_cache(maxsize=4096)
def _likeness(found: str, expected: str) -> float:
    return SequenceMatcher(None, fold(found), fold(expected), autojunk=False).ratio()
