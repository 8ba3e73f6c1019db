"""What the help tells, apart from the rules: short answers in both languages."""

from dataclasses import dataclass

from reimburse.domain.finding import Text


@dataclass(frozen=True, slots=True)
class Topic:
    """A question and its answer; ``anchor`` is its place on the page."""

    anchor: str
    question: Text
    answer: Text


TOPICS = (
    Topic(
        "upload",
        Text("怎样上传发票？", "How do I upload invoices?"),
        Text(
            "打开“票夹”，把文件拖到页面任何位置，或点“选择文件”；手机上可以直接拍照。"
            "支持 PDF、OFD、XML、照片（含 HEIC）、ZIP 和 EML。请优先上传 OFD 或 XML：读得最准，也最难被改动。",
            "Open Invoices and drop files anywhere on the page, or choose them; on a phone take a photo. PDF, OFD, XML,"
            " photos (HEIC too), ZIP and EML are read. OFD and XML are read best and are hardest to alter.",
        ),
    ),
    Topic(
        "photo",
        Text("照片只读出一部分，怎么办？", "Only a part of my photo was read. What now?"),
        Text(
            "照片和扫描件只读二维码里的内容，其余字段请在发票页对照票面补全，补全的内容会注明是谁在何时填写。",
            "Of photos and scans only the QR code is read; fill in the rest beside the picture. Who filled in what and"
            " when is kept and shown.",
        ),
    ),
    Topic(
        "conflict",
        Text("“来源冲突”是什么意思？", "What does “sources disagree” mean?"),
        Text(
            "票面文字、二维码、文件属性等对同一字段说法不一。请对照两处截图选择，财务确认后才算数；"
            "也可以从官方渠道重新下载原文件。",
            "Text, QR code and file data state different values for one field. Choose beside the crops; it holds once"
            " finance confirms it. Or download the file again from the official site.",
        ),
    ),
    Topic(
        "returned",
        Text("报销单被退回了，怎么改？", "My claim was returned. What do I do?"),
        Text(
            "每条问题都写明现为、应为、条款和改法，按钮直接带您到要改的地方。改完后点“预览并提交”。",
            "Each finding says what was found, what is expected, the clause and the fix; its button leads to the place."
            " Mend them, then preview and submit again.",
        ),
    ),
    Topic(
        "verification",
        Text("发票查验怎么做？", "How is an invoice verified?"),
        Text(
            "在发票页的“查验”里登记全国查验平台显示的状态，并附上截图；有记录后，报销时不必再附查验截图。"
            "公司设置了查验接口密钥时，读到发票后自动查验：每张票每天最多五次，查无此票隔 24 小时再查。",
            "Enter what the national platform shows under Verification on the invoice's page, with its screenshot; the"
            " claim then needs none. Where the company has set the keys of a service, invoices are verified by"
            " themselves: five times a day at most, and again after 24 hours where one is not found.",
        ),
    ),
    Topic(
        "offset",
        Text("已报销的发票被作废、红冲或退款了，怎么办？", "A reimbursed invoice was voided, reversed or refunded?"),
        Text(
            "“冲销任务”里会列出并开始计时：在最后一天前填写冲销用的报销单号，或说明款项如何退回，由财务核对结案。"
            "逾期按违规记录，之后的报销单会被退回，直到提交冲销。退款请在那里自行登记。",
            "It stands under Offsets with its clock: name the claim that offsets it, or say how you paid it back, by"
            " the last day; finance closes it. Late ones go on record and return your next claims until they are"
            " handed in. Register a refund there yourself.",
        ),
    ),
    Topic(
        "twice",
        Text("同一张发票能报两次吗？", "Can an invoice be claimed twice?"),
        Text(
            "不能。提交时系统按发票代码和号码占用该发票，无论文件格式、报销人和年份；撤回、驳回或删除后释放。",
            "No. Submitting reserves the invoice by its code and number, whatever the file, the person and the year;"
            " recalling, rejecting or deleting frees it.",
        ),
    ),
    Topic(
        "seal",
        Text("“签名完整”是不是说明发票是真的？", "Does “unchanged since signed” mean genuine?"),
        Text(
            "不是。它只说明文件自签名后没有被改动，不证明签名人是谁。真伪请到全国增值税发票查验平台查验。",
            "No. It says that nothing changed since it was signed, not who signed. Verify it on the official platform.",
        ),
    ),
    Topic(
        "who",
        Text("谁来审批？", "Who approves?"),
        Text(
            "检查通过后由部门审批人审批；金额超过政策规定时依次经部门总监、财务负责人。"
            "自己的报销单会跳过本人，由上一级审批。提交前的预览页会列出步骤。",
            "The department's approver once the check passes; over the policy's amounts the director and the finance"
            " head too. Nobody approves their own claim: it goes one level up. The preview lists the steps beforehand.",
        ),
    ),
    Topic(
        "draft",
        Text("草稿会保留多久？", "How long are drafts kept?"),
        Text(
            "边填边自动保存；90 天未动的草稿会被清理，之前 14 天和 3 天各提醒一次。发票始终留在票夹里。",
            "Drafts save as you type and are cleared after 90 untouched days, with notices 14 and 3 days before."
            " Invoices stay in the wallet.",
        ),
    ),
)
