"""What the events of claims and batches are called."""

from collections.abc import Mapping
from types import MappingProxyType

from reimburse.domain.finding import Text

EVENTS: Mapping[str, Text] = MappingProxyType(
    {
        "submit": Text("提交", "Submitted"),
        "pass_check": Text("检查通过，进入审核", "Checked, on to review"),
        "approve_automatically": Text("检查通过，自动批准", "Checked and approved by itself"),
        "return": Text("退回", "Returned"),
        "approve": Text("审批通过", "Approved"),
        "step_approved": Text("通过一步审批", "One step approved"),
        "reject": Text("驳回", "Rejected"),
        "approver_reminded": Text("已提醒审批人", "The approver was reminded"),
        "escalated": Text("逾期未审批，转上一级", "Too late, handed one level up"),
        "reassigned": Text(
            "原审批人正代理申请人，改由他人审批", "Its approver acts for the claimant, given to another"
        ),
        "step_overdue": Text("逾期未审批，已请管理员跟进", "Too late, administrators were told"),
        "recall": Text("撤回", "Recalled"),
        "delete": Text("删除", "Deleted"),
        "split": Text("部分明细移到后续单", "Lines moved to a follow-up"),
        "follow_up": Text("由原单拆出", "Taken out of the original"),
        "collect": Text("收入批次", "Put into a batch"),
        "uncollect": Text("移出批次", "Taken out of the batch"),
        "export": Text("导出", "Exported"),
        "pay": Text("付款", "Paid"),
        "reverse": Text("冲销", "Reversed"),
        "mirror": Text("冲销单，由系统生成", "Mirror of a reversed claim"),
        "post": Text("过账", "Posted"),
        "reversal_asked": Text("申请冲销", "Reversal asked for"),
        "reversal_withdrawn": Text("冲销申请已撤回", "Reversal withdrawn"),
        "payout_opened": Text("应付", "Owed"),
        "payout_ordered": Text("列入付款文件", "Put into a file for the bank"),
        "payout_withdrawn": Text("付款文件作废", "The file was withdrawn"),
        "payout_paid": Text("已付款", "Paid"),
        "payout_failed": Text("付款失败", "Failed"),
        "payout_looked_into": Text("财务已核查", "Finance looked into it"),
        "payout_reported": Text("收款人反映情况", "Reported by the payee"),
        "payout_reduced": Text("因冲销减少", "Reduced by a reversal"),
        "payout_cancelled": Text("取消", "Called off"),
        "open": Text("建立批次", "Batch opened"),
        "discard": Text("空批次已删除", "Empty batch discarded"),
        "offset_opened": Text("发票退回、作废或红冲，待冲销", "Its invoice was taken back: to be offset"),
        "offset_handed_in": Text("提交冲销", "Offset handed in"),
        "offset_closed": Text("冲销结案", "Offset closed"),
        "prepayment_cleared": Text("预付款已核销", "Prepayment cleared"),
        "input_tax_ruled": Text("财务核定可抵扣税额", "Deductible tax ruled by finance"),
        "audited": Text("抽查", "Looked at in a sampling audit"),
        "freeze": Text("冻结批次", "Batch frozen"),
    }
)
