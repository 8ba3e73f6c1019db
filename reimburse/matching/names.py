"""When a payee is the seller: the same name, or one that banks and payment platforms have bent."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from rapidfuzz import fuzz

LEAST_RATIO = 90
LEAST_PREFIX = 10
"""A name cut short by a bank counts from this many characters on."""

BRACKETS = str.maketrans("[{<【〔〖「『〈《]}>】〕〗」』〉》", "((((((((((" + "))))))))))")
PLATFORM = (
    "(?:支付宝|财付通|微信支付|微信|银联商务|银联|云闪付|京东支付|网银在线|抖音支付|美团支付|美团|拼多多|多多支付|拉卡拉|"
    "翼支付|和包支付|和包|快钱|通联支付|易宝支付|度小满|百付宝|壹钱包|平安付|苏宁支付|易付宝|alipay|tenpay|wechatpay|wechat|paypal)"
)
COMPANY_BEHIND = (
    r"(?:\((?:中国|上海|北京|深圳)\))?(?:网络技术|信息技术|支付科技|支付服务|网络科技|信息服务|科技|支付)?"
    r"(?:股份)?(?:有限公司)?(?:客户)?(?:备付金)?"
)
BEFORE_MERCHANT = re.compile(rf"{PLATFORM}{COMPANY_BEHIND}[-_:*/|—–.,、~]+(?=..)")
AROUND_MERCHANT = re.compile(rf"{PLATFORM}\((?!中国\)|上海\)|北京\)|深圳\))(..+)\)")
GLUED_TO_MERCHANT = re.compile(
    r"(?:财付通|微信支付|支付宝|云闪付|银联商务|京东支付|抖音支付|美团支付)(?!\(|支付|网络|信息|科技|股份|有限|技术)(?=....)"
)
BRANCH = re.compile(
    r"(?:(?<=公司)[^公司]{0,16}(?:分公司|支公司|分店|分部|分行|支行|营业部|营业厅|营业所|门店|服务部|办事处|分厂|店)"
    r"|(?<=银行)[^银行]{0,12}(?:分行|支行|营业部|分理处)"
    r"|\([^()]*(?:店|分公司|分部|分行|支行|营业部)\)"
    r"|第?[一二三四五六七八九十百\d]*(?:分公司|支公司))$"
)
LEGAL = re.compile(
    r"(?:\((?:普通合伙|有限合伙|特殊普通合伙|个人独资|个体工商户)\))?"
    r"(?:股份有限公司|有限责任公司|责任有限公司|有限公司|股份公司|总公司|公司|有限合伙|合伙企业|个体工商户"
    r"|(?:,?co\.?)?,?(?:ltd|limited|inc|llc|corp|corporation|company|plc|gmbh)\.?)?"
    r"(?:\((?:普通合伙|有限合伙|特殊普通合伙|个人独资|个体工商户)\))?$"
)


class Likeness(Enum):
    """How a payee agrees with a seller."""

    SAME = "payee_same"
    SIMILAR = "payee_similar"


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the two forms compared: without a platform before it, and then without legal form and branch."""

    folded: str
    core: str


@lru_cache(maxsize=400_000)
def fold(text: str) -> str:
    """NFKC, small letters, one kind of bracket, no blanks.

    >>> fold("示例 科技（北京）有限公司")
    '示例科技(北京)有限公司'
    """
    plain = unicodedata.normalize("NFKC", text).translate(BRACKETS).casefold()
    return "".join(char for char in plain if not char.isspace() and unicodedata.category(char) not in {"Cf", "Cc"})


@lru_cache(maxsize=400_000)
def name_of(text: str) -> Name:
    """A name as it is compared.

    >>> name_of("财付通-样例餐饮管理有限公司（滨江店）").core
    '样例餐饮管理'
    >>> name_of("支付宝（中国）网络技术有限公司-样例书店").core, name_of("样例科技股份有限公司上海第一分公司").core
    ('样例书店', '样例科技')
    """
    folded = merchant(fold(text))
    core = LEGAL.sub("", BRANCH.sub("", folded), count=1)
    return Name(folded, core or folded)


def merchant(folded: str) -> str:
    """The name behind a payment platform's, where one stands before it."""
    if around := AROUND_MERCHANT.fullmatch(folded):
        return around[1]
    for pattern in (BEFORE_MERCHANT, GLUED_TO_MERCHANT):
        if before := pattern.match(folded):
            return folded[before.end() :]
    return folded


def is_blank(payee: str) -> bool:
    """Whether a payee says nothing: no letter and no digit in it.

    >>> is_blank(" -- "), is_blank("李")
    (True, False)
    """
    return not any(char.isalnum() for char in payee)


def likeness(payee: str, seller: str) -> Likeness | None:
    """Whether the payee is the seller or similar.

    >>> likeness("样例科技(北京)有限公司", "样例科技（北京）有限公司")
    <Likeness.SAME: 'payee_same'>
    >>> likeness("样例云帆信息技术服务有限", "样例云帆信息技术服务有限公司")
    <Likeness.SIMILAR: 'payee_similar'>
    >>> likeness("样例科技", "示例科技")
    """
    if is_blank(payee) or is_blank(seller):
        return None
    if fold(payee) == fold(seller):
        return Likeness.SAME
    return Likeness.SIMILAR if similar(name_of(payee), name_of(seller)) else None


def similar(one: Name, other: Name) -> bool:
    """Equal cores, a name cut short, or a ratio of 90."""
    return (
        one.core == other.core
        or cut_short(one.folded, other.folded)
        or cut_short(one.core, other.core)
        or fuzz.ratio(one.core, other.core, score_cutoff=LEAST_RATIO) >= LEAST_RATIO
    )


def cut_short(one: str, other: str) -> bool:
    """Whether one is a prefix of the other, of ten characters or more."""
    short, long = sorted((one, other), key=len)
    return len(short) >= LEAST_PREFIX and long.startswith(short)
