"""What the archive calls the things it answers for."""

from collections.abc import Mapping
from types import MappingProxyType

from reimburse.domain.finding import Text

FAMILIES: Mapping[str, Text] = MappingProxyType(
    {
        "document": Text("文件", "file"),
        "invoice": Text("发票", "invoice"),
        "verification": Text("查验", "verification"),
        "claim": Text("报销单", "claim"),
        "batch": Text("批次", "batch"),
        "entry": Text("凭证", "voucher"),
        "payout": Text("付款", "payout"),
        "payout_file": Text("付款文件", "bank file"),
        "payout_result": Text("银行结果", "bank result"),
        "request": Text("事前申请", "request"),
        "advance": Text("借款", "advance"),
        "match": Text("核对决定", "match decision"),
        "policy": Text("政策", "policy"),
        "delegation": Text("审批代理", "delegation"),
        "hold": Text("法律保全", "legal hold"),
        "person": Text("人员", "person"),
        "title": Text("抬头", "title"),
        "sampling": Text("抽查", "sampling"),
        "key": Text("发票号码", "invoice number"),
        "bill": Text("账单", "bill"),
        "order": Text("订单", "order"),
        "receipt": Text("收货", "goods receipt"),
        "tie": Text("发票归属", "tie"),
        "table_import": Text("表格导入", "table import"),
        "statement": Text("流水", "statement"),
        "payment_account": Text("付款账户", "payment account"),
        "reissue": Text("退票重开", "return"),
        "period": Text("会计期间", "accounting period"),
        "supplier": Text("销售方", "seller"),
        "archive": Text("档案", "archive"),
    }
)
"""What chains are named after."""
TABLES: Mapping[str, Text] = MappingProxyType(
    {
        "documents": Text("文件登记", "file record"),
        "notices": Text("通知", "notice"),
        "mails": Text("邮件", "mail"),
        "readings": Text("读取结果", "reading"),
        "invoices": Text("发票字段", "invoice fields"),
        "field_corrections": Text("人工更正", "correction"),
        "verifications": Text("查验结果", "verification result"),
        "claims": Text("单据内容", "claim's head"),
        "expense_lines": Text("费用明细", "expense line"),
        "claim_invoices": Text("单据所附发票", "invoice on the claim"),
        "line_invoices": Text("明细所附发票", "invoice on a line"),
        "attachments": Text("附件", "attachment"),
        "checks": Text("检查结论", "verdict"),
        "approval_steps": Text("审批决定", "decision"),
        "line_decisions": Text("逐行决定", "decision on a line"),
        "balance_entries": Text("余额分录", "balance entry"),
        "batch_claims": Text("批次归属", "place in the batch"),
        "archive_entries": Text("台账条目", "ledger entry"),
        "offsets": Text("冲销任务", "offset"),
        "prepayment_clearings": Text("预付核销", "prepayment clearing"),
        "batches": Text("批次内容", "batch's head"),
        "reversals": Text("冲销申请", "reversal"),
        "ledger_entries": Text("凭证头", "posted entry"),
        "ledger_postings": Text("凭证分录", "posting"),
        "payouts": Text("付款内容", "payout's head"),
        "payout_claims": Text("付款所含单据", "claim in the payout"),
        "payout_attempts": Text("付款指令", "payment order"),
        "payout_files": Text("付款文件登记", "bank file record"),
        "payout_results": Text("银行结果登记", "bank result record"),
        "requests": Text("申请内容", "request's head"),
        "request_steps": Text("申请审批决定", "decision"),
        "advances": Text("借款内容", "advance's head"),
        "advance_steps": Text("借款审批决定", "decision"),
        "advance_entries": Text("借款分录", "advance entry"),
        "match_decisions": Text("核对决定内容", "match decision"),
        "policy_versions": Text("政策版本", "policy version"),
        "delegations": Text("代理内容", "delegation"),
        "legal_holds": Text("保全内容", "hold"),
        "line_input_taxes": Text("可抵扣税额核定", "ruled input tax"),
        "sampled_claims": Text("抽查结果", "sampling result"),
        "samplings": Text("抽样记录", "sample"),
        "invoice_balances": Text("发票可报金额", "face value"),
        "red_postings": Text("红字入账", "red posting"),
        "certifications": Text("勾选认证状态", "certification"),
        "certification_changes": Text("勾选认证变更", "certification change"),
        "bills": Text("账单内容", "bill record"),
        "orders": Text("订单内容", "order record"),
        "order_lines": Text("订单明细", "order line"),
        "goods_receipts": Text("收货记录", "receipt record"),
        "goods_receipt_lines": Text("收货明细", "receipt line"),
        "invoice_ties": Text("归属记录", "tie record"),
        "table_imports": Text("导入记录", "import record"),
        "statement_imports": Text("流水导入记录", "statement record"),
        "statement_parts": Text("流水账户部分", "part"),
        "payments": Text("付款流水行", "payment"),
        "payment_accounts": Text("付款账户内容", "account record"),
        "reissues": Text("退票任务", "return task"),
        "reissue_steps": Text("退票步骤", "return step"),
        "accounting_periods": Text("期间状态", "period state"),
        "suppliers": Text("销售方等级", "seller's standing"),
        "supplier_notes": Text("销售方备注", "seller's note"),
        "legal_entities": Text("抬头内容", "title record"),
    }
)
"""What kept rows are called."""

SAID: Mapping[str, Text] = MappingProxyType(
    {
        "reason": Text("原因", "reason"),
        "note": Text("说明", "note"),
        "words": Text("反映", "words"),
        "why": Text("原因", "why"),
        "reference": Text("凭据号", "reference"),
        "batch_no": Text("批次", "batch"),
        "round": Text("轮次", "round"),
        "place": Text("存放地点", "place"),
    }
)
"""Parts of an event's payload that people are told."""
COUNTED: Mapping[str, Text] = MappingProxyType(
    {
        "chains": Text("事件链", "chains"),
        "events": Text("事件", "events"),
        "seals": Text("封存", "seals"),
        "roots": Text("批次默克尔根", "batches' Merkle roots"),
        "policies": Text("政策全文", "policies"),
        "balances": Text("发票余额", "invoice balances"),
        "files": Text("文件", "files"),
        "erasures": Text("依法删除", "erasures"),
    }
)
"""What a verification counts."""


def table_words(name: str) -> Text:
    """What the rows of this table are called.

    >>> table_words("readings").en, table_words("unheard_of").en
    ('reading', 'unheard_of')
    """
    return TABLES.get(name, Text(name, name))


def family_words(name: str) -> Text:
    """What chains of this family are called."""
    return FAMILIES.get(name, Text(name, name))


def said_words(name: str) -> Text:
    """What a part of an event's payload is called."""
    return SAID.get(name, Text(name, name))


def counted_words(name: str) -> Text:
    """What a verification counts under this name."""
    return COUNTED.get(name, Text(name, name))
