"""What a verdict on signatures says beside its status, in both languages."""

from collections.abc import Iterable

from reimburse.domain.finding import Text

NOT_GENUINE = Text(
    "“未改动”只说明签署后内容没有变化，不等于发票真实，真伪以税务机关查验为准",
    "unchanged since it was signed, which does not prove the invoice genuine: the tax administration's query decides",
)
REVOCATION = Text("未检查证书吊销状态", "revocation was not checked")
UNSIGNED = Text("文件没有电子签章", "the file carries no signature")
PICTURE = Text("图片不带电子签章", "pictures carry no signature")
EMPTY_FIELD = Text("签名域是空的：签名已被移除或从未签署", "the signature field is empty: removed, or never signed")
XML_SIGNATURE = Text(
    "XML 带有税务机关签名值，但文件中没有验证所需的证书和规则，未能验证",
    "the XML carries the tax bureau's signature value, which cannot be checked without its certificate and rules",
)
SELLER_SIGNATURE = Text("销售方自己的签名存在，未验证", "the seller's own signature is present and was not checked")
CONTENT = Text("签署后内容被改动", "content was changed after signing")
LIST_REMOVED = Text(
    "签章入口被移除，但签章文件仍在", "the entry of the signatures was removed while their parts remain"
)
LIST_MISSING = Text("文件声明有签章，但签章文件缺失", "the file names signatures whose parts are missing")
BAD_SIGNATURE = Text("签名值与签署内容不符", "the signature does not match what it signs")
NOT_LISTED = Text("签章人证书不在印章的授权名单内", "the signer is not in the seal's list")
BAD_SEAL = Text("印章本身的制章者签名无效", "the seal maker's signature over the seal does not hold")
SEAL_DIFFERS = Text("印章文件与签名中的印章不一致", "the seal part differs from the seal in the signature")
UNREADABLE = Text("签名结构无法识别", "the form of the signature is not known")
NO_CERTIFICATE = Text("文件中没有签名人的证书，无法验证", "the signer's certificate is not in the file")
UNKNOWN_METHOD = Text("签名使用了无法验证的算法", "the signature uses a method that cannot be checked here")
COVERS_NOTHING = Text("签名没有覆盖任何页面", "the signature covers no page")
COVERS_PART = Text("签名范围没有覆盖整个文件", "the signature leaves out a part of the file")
OUT_OF_TIME = Text("签署时间不在证书或印章的有效期内", "signed outside the validity of the certificate or the seal")
NO_TIME = Text("签署时间不明", "the time of signing is not known")
FURTHER = Text("之后又加了签名", "a further signature was added later")
OTHER_UNCHECKED = Text("另有签名未能验证", "another signature could not be checked")
LATER_UPDATE = Text(
    "签署后文件又有追加内容，未被签名保护", "the file was added to after signing; no signature protects the addition"
)
LEFTOVER = Text("有未登记的签章文件", "signature parts are left over that no list names")
WEAK = Text("签名使用较弱的算法（SHA-1 或短 RSA 密钥）", "the signature is weak (SHA-1 or a short RSA key)")
PINNED = Text("证书在可信名单内", "the certificate is on the list of trusted ones")
CHAINED = Text("证书链到达管理员指定的根证书", "the certificate leads to a root that the operator gave")
UNKNOWN_ISSUER = Text(
    "签发机构未经验证，任何人都可以自制同名印章", "the issuer is not verified: anybody can make a seal of that name"
)
TEST_ISSUER = Text("由测试证书机构签发，不是正式印章", "issued by a test authority: not a seal in force")


def sealed_by(seal_name: str) -> Text:
    """The name that the seal bears."""
    return Text(f"印章：{seal_name}", f"seal: {seal_name}")


def detail(remarks: Iterable[Text]) -> str:
    """All remarks in one text, each once, Chinese first."""
    unique = list(dict.fromkeys(remarks))
    return "；".join(text.zh for text in unique) + " / " + "; ".join(text.en for text in unique) if unique else ""
