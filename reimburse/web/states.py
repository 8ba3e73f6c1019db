"""Each state has one colour, one icon and one name, everywhere."""

from dataclasses import dataclass

from reimburse.domain.finding import Text


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown."""

    colour: str
    icon: str
    words: Text


LOOKS = {
    "draft": Look("secondary", "edit", Text("草稿", "Draft")),
    "checking": Look("azure", "clock", Text("检查中", "Checking")),
    "returned": Look("orange", "arrow-back-up", Text("已退回", "Returned")),
    "in_review": Look("blue", "eye", Text("审核中", "In review")),
    "approved": Look("green", "check", Text("已通过", "Approved")),
    "rejected": Look("red", "circle-x", Text("已驳回", "Rejected")),
    "batched": Look("cyan", "stack-2", Text("已入批次", "In a batch")),
    "exported": Look("teal", "download", Text("已导出", "Exported")),
    "paid": Look("lime", "cash", Text("已付款", "Paid")),
    "mirror_exported": Look("teal", "download", Text("冲销，待退款", "Reversal, money to come back")),
    "mirror_paid": Look("lime", "check", Text("冲销，已结清", "Reversal, settled")),
    "reversed": Look("pink", "rotate", Text("已冲销", "Reversed")),
    "deleted": Look("secondary", "trash", Text("已删除", "Deleted")),
    "block": Look("red", "ban", Text("阻断", "Blocks")),
    "return": Look("orange", "arrow-back-up", Text("退回", "Returns")),
    "approval": Look("purple", "users", Text("特批", "Needs approval")),
    "warn": Look("yellow", "alert-triangle", Text("提示", "Warning")),
    "info": Look("azure", "info-circle", Text("信息", "Info")),
    "pass": Look("green", "circle-check", Text("通过", "Passes")),
    "waiting": Look("secondary", "clock", Text("等待读取", "Waiting")),
    "reading": Look("azure", "scan", Text("读取中", "Reading")),
    "read": Look("green", "check", Text("已读取", "Read")),
    "failed": Look("red", "alert-circle", Text("读取失败", "Failed")),
    "parsed": Look("green", "circle-check", Text("已识别", "Read")),
    "incomplete": Look("yellow", "alert-triangle", Text("待补全", "Needs a look")),
    "not_an_invoice": Look("secondary", "file-text", Text("非发票", "Not an invoice")),
    "free": Look("green", "circle-check", Text("可报销", "Free")),
    "claimed": Look("blue", "receipt", Text("报销中", "In a claim")),
    "reimbursed": Look("teal", "cash", Text("已报销", "Reimbursed")),
    "red_letter": Look("red", "arrow-back-up", Text("红字发票", "Red letter")),
    "red_lettered": Look("red", "ban", Text("已红冲", "Red-lettered")),
    "open": Look("blue", "lock-open", Text("进行中", "Open")),
    "freezing": Look("cyan", "refresh", Text("冻结中", "Freezing")),
    "exporting": Look("teal", "refresh", Text("导出中", "Exporting")),
    "posting": Look("green", "refresh", Text("过账中", "Posting")),
    "posted": Look("green", "book", Text("已过账", "Posted")),
    "reversing": Look("pink", "refresh", Text("冲销中", "Reversing")),
    "period_open": Look("blue", "lock-open", Text("未关账", "Open")),
    "period_closed": Look("cyan", "lock", Text("已关账", "Closed")),
    "payout_due": Look("blue", "clock", Text("待付", "Due")),
    "payout_ordered": Look("cyan", "send", Text("付款中", "With the bank")),
    "payout_paid": Look("lime", "cash", Text("已付", "Paid")),
    "payout_failed": Look("red", "alert-circle", Text("付款失败", "Failed")),
    "payout_returned": Look("red", "arrow-back-up", Text("已退汇", "Came back")),
    "payout_cancelled": Look("secondary", "x", Text("已取消", "Called off")),
    "payout_withdrawn": Look("secondary", "arrow-back-up", Text("文件已作废", "File withdrawn")),
    "advance_draft": Look("secondary", "edit", Text("草稿", "Draft")),
    "advance_in_review": Look("blue", "eye", Text("审核中", "In review")),
    "advance_approved": Look("green", "check", Text("已批准，待付款", "Approved, to be paid")),
    "advance_rejected": Look("red", "circle-x", Text("已驳回", "Rejected")),
    "advance_withdrawn": Look("secondary", "arrow-back-up", Text("已撤回", "Withdrawn")),
    "advance_paid": Look("orange", "cash", Text("未结清", "Out")),
    "advance_overdue": Look("red", "alert-triangle", Text("逾期", "Overdue")),
    "advance_settled": Look("lime", "circle-check", Text("已结清", "Settled")),
    "frozen": Look("cyan", "lock", Text("已冻结", "Frozen")),
    "trusted": Look("green", "shield-check", Text("签名可信", "Signature trusted")),
    "intact": Look(
        "teal", "shield-check", Text("签名完整（未证明真伪）", "Unchanged since signed (no proof of origin)")
    ),
    "altered": Look("red", "shield-x", Text("签名后被改动", "Altered after signing")),
    "unsigned": Look("secondary", "shield-question", Text("无签名", "Not signed")),
    "unverifiable": Look("yellow", "shield-question", Text("签名无法验证", "Signature cannot be checked")),
    "verified_never": Look("secondary", "shield-question", Text("未查验", "Not verified")),
    "verified_normal": Look("green", "shield-check", Text("查验正常", "Verified: normal")),
    "verified_voided": Look("red", "ban", Text("已作废", "Voided")),
    "verified_red_lettered": Look("red", "ban", Text("已红冲", "Red-lettered")),
    "verified_out_of_control": Look("red", "alert-circle", Text("失控", "Out of control")),
    "verified_not_found": Look("orange", "help", Text("查无此票", "Not found")),
    "level_normal": Look("green", "circle-check", Text("正常", "Normal")),
    "level_watch": Look("yellow", "eye", Text("关注", "Watched")),
    "level_blocked": Look("red", "ban", Text("禁用", "Blocked")),
    "offset_open": Look("orange", "clock", Text("待冲销", "To be offset")),
    "offset_submitted": Look("blue", "send", Text("待财务核对", "Handed in")),
    "offset_closed": Look("green", "check", Text("已结案", "Closed")),
    "reissue_open": Look("orange", "clock", Text("办理中", "Under way")),
    "reissue_done": Look("green", "check", Text("已换新票", "Reissued")),
    "reissue_dropped": Look("secondary", "ban", Text("已撤销", "Dropped")),
    "sample_open": Look("secondary", "clock", Text("待抽查", "To be looked at")),
    "sample_fine": Look("green", "circle-check", Text("无问题", "Nothing wrong")),
    "sample_violation": Look("red", "alert-circle", Text("违规", "Violation")),
    "proposed": Look("purple", "send", Text("待第二人批准", "Awaits approval")),
    "preview": Look("azure", "eye", Text("待确认", "To be confirmed")),
    "imported": Look("green", "circle-check", Text("已导入", "Imported")),
    "past": Look("secondary", "history", Text("已失效", "Past")),
    "done": Look("green", "check", Text("完成", "Done")),
    "overdue": Look("orange", "alert-triangle", Text("超时", "Overdue")),
    "planned": Look("azure", "calendar", Text("未开始", "To come")),
    "in_force": Look("green", "users", Text("生效中", "In force")),
    "over": Look("secondary", "clock", Text("已到期", "Over")),
    "revoked": Look("secondary", "x", Text("已结束", "Ended")),
    "withdrawn": Look("secondary", "arrow-back-up", Text("已撤回", "Withdrawn")),
    "dropped": Look("secondary", "x", Text("已取消", "Dropped")),
    "bill_open": Look("orange", "clock", Text("缺发票", "Lacks an invoice")),
    "bill_tied": Look("green", "check", Text("已有发票", "Has its invoice")),
    "bill_void": Look("secondary", "ban", Text("已作废", "Void")),
    "goods_waiting": Look("orange", "clock", Text("未到货", "Not arrived")),
    "goods_received": Look("teal", "package", Text("有收货", "Arrived")),
    "receipt_receipt": Look("teal", "package", Text("收货", "Received")),
    "receipt_acceptance": Look("green", "checklist", Text("验收", "Accepted")),
    "flows_agree": Look("green", "circle-check", Text("三流一致", "Three flows agree")),
    "flows_differ": Look("red", "alert-triangle", Text("三流不一致", "Three flows differ")),
    "flows_incomplete": Look("secondary", "help", Text("三流不全", "Three flows incomplete")),
    "cert_unselected": Look("orange", "clock", Text("未勾选", "Not selected")),
    "cert_selected": Look("blue", "checklist", Text("已勾选", "Selected")),
    "cert_certified": Look("green", "check", Text("已认证", "Certified")),
    "cert_not_deductible": Look("secondary", "ban", Text("不抵扣", "Not deducted")),
}


def look(state: str) -> Look:
    """How this state is shown; ``KeyError`` for one that has no look yet."""
    return LOOKS[str(state)]
