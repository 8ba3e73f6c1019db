"""Who paid for an expense, in both languages (CONTRACTS: ``check``, ``paid_by``)."""

from collections.abc import Mapping
from types import MappingProxyType

from reimburse.domain.finding import Text

PAID_BY: Mapping[str, Text] = MappingProxyType(
    {
        "employee": Text("个人垫付", "Own pocket"),
        "company_card": Text("公务卡", "Company card"),
        "company_transfer": Text("公司转账", "Company transfer"),
        "advance": Text("借款冲抵", "Advance"),
    }
)
