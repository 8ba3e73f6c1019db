"""What the work in the background is called, for the administrator who looks at it."""

from reimburse.domain.finding import Text

WORDS = {
    "adopt_archive": Text("收存档案台账", "Take over into the archive ledger"),
    "seal_archive": Text("封存事件链", "Seal the chains of events"),
    "check_files": Text("巡检存档文件", "Check stored files"),
    "clear_packages": Text("清理过期的档案包", "Clear old packages"),
    "make_package": Text("制作档案包", "Make a package"),
    "verify_archive": Text("验证档案", "Verify the archive"),
    "ask_again_about_reimbursed": Text("复查已报销发票的状态", "Ask again about reimbursed invoices"),
    "chase_invoices": Text("催收缺票", "Chase missing invoices"),
    "check_claim": Text("检查报销单", "Check a claim"),
    "clear_drafts": Text("清理过期草稿", "Clear expired drafts"),
    "follow_certifications": Text("登记发票勾选状态", "Follow selections for deduction"),
    "match_payments": Text("对账", "Match payments"),
    "post_earlier_payments": Text("补记以前的付款", "Post earlier payments"),
    "read_document": Text("读取文件", "Read a file"),
    "remove_erased": Text("清除已删个人信息的文件", "Remove erased files"),
    "remind_approvers": Text("提醒审批人", "Remind approvers"),
    "remind_reissues": Text("提醒退票重开", "Remind of returns and reissues"),
    "remind_money": Text("提醒借款与付款", "Remind of advances and payments"),
    "remind_monthly": Text("每月提醒", "Monthly reminders"),
    "remind_offsets": Text("提醒冲销", "Remind of offsets"),
    "report_claim": Text("汇总报销单到报表", "Sum up a claim for reports"),
    "report_earlier_claims": Text("补汇以前的报销单", "Sum up earlier claims for reports"),
    "send_mail": Text("发送邮件", "Send a mail"),
    "settle_payouts": Text("按银行结果结清付款", "Settle payouts by the bank's result"),
    "simulate_policy": Text("试算政策草案", "Simulate a draft policy"),
    "summarise_supplier": Text("汇总供应商", "Sum up a supplier"),
    "summarise_suppliers": Text("汇总全部供应商", "Sum up all suppliers"),
    "verify_invoice": Text("查验发票", "Verify an invoice"),
    "work_on_batch": Text("处理批次", "Work on a batch"),
}
"""By the name under which the outbox keeps it; every job of the workers stands here."""


def job_words(name: str) -> Text:
    """What this job is called; one that an older version left behind is named as it is.

    >>> job_words("match_payments").en
    'Match payments'
    """
    return WORDS.get(name, Text(f"未知任务（{name}）", f"unknown job ({name})"))
