"""The form (开票信息表, F-32) that a company stamps to ask for an invoice on paper, in Chinese for sellers."""

from reimburse.domain.money import from_fen
from reimburse.export.print_pdf import Grid, Printout
from reimburse.services.missing.missing import BILL, Item
from reimburse.store.db import today
from reimburse.store.people import LegalEntityRow


def title_form_of(title: LegalEntityRow, item: Item, *, special: bool) -> Printout:
    """The exact title block, what the invoice is for, and room for the seal and whoever fetches it."""
    kind = "纸质增值税专用发票" if special else "纸质增值税普通发票"
    block = (
        ("名称", title.name),
        ("纳税人识别号", title.tax_id),
        ("地址、电话", title.address_phone or "—"),
        ("开户行及账号", title.bank_account or "—"),
    )
    what = f"账单 {item.ref}" if item.kind == BILL else f"{item.counts_from} 的付款"
    amount = f"¥{from_fen(item.fen):,.2f}"
    grids = (
        Grid("开票信息", ("项目", "内容"), (0.25, 0.75), frozenset(), block),
        Grid("申请开具", ("发票种类", "依据", "价税合计"), (0.35, 0.4, 0.25), frozenset({2}), ((kind, what, amount),)),
        Grid(
            "领取方式（勾选一项，寄送后填写单号）",
            ("方式", "收件人、地址、电话或单号"),
            (0.25, 0.75),
            frozenset(),
            (("□ EMS", ""), ("□ 顺丰", ""), ("□ 自取（携带身份证复印件）", "")),
        ),
    )
    facts = (("致", item.party or "供应商"), ("日期", f"{today()}"))
    return Printout("开票信息表", "请逐字照填，加盖公章后有效", facts, grids, ("单位公章", "经办人", "领取人"))
