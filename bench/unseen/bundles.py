"""ZIP archives and saved mails with drawn files inside: odd names, nested containers, the same file twice, litter."""

import base64
import io
import quopri
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from email.header import Header
from urllib.parse import quote

from bench.unseen import einvoices, ofd_files, original_invoices, vouchers
from bench.unseen.judging import Drawn

INSIDE: Sequence[Callable[[int], Drawn]] = (
    einvoices.drawn,
    vouchers.drawn,
    original_invoices.drawn,
    ofd_files.drawn,
)
FOLDERS = ("", "", "", "发票/", "2026年3月 出差/酒店/", "a/b/c/", "./", "报销(1)/")
STEMS = ("发票{}", "dzfp_{}_示州云桥", "{}", "餐费发票（3月）{}", "Invoice {}", "㈱示例{}", "数电票-{}")
LITTER = (
    ("__MACOSX/._发票.ofd", b"\0\5\x16\7"),
    ("Thumbs.db", b"\xd0\xcf"),
    (".DS_Store", b"\0\0\0\1Bud1"),
    ("空/", b""),
)
DEEPEST = 2


def drawn(seed: int) -> Drawn:
    """The container of this seed."""
    rng = random.Random(f"bundle {seed}")
    form = rng.choice(("zip", "zip", "eml"))
    data, inside = _container(rng, form, 0)
    return Drawn(f"{seed}.{form}", data, None, f"{form} of {len(inside)}", inside=tuple(inside))


def _container(rng: random.Random, form: str, depth: int) -> tuple[bytes, list[Drawn]]:
    files: list[tuple[str, bytes, list[Drawn]]] = []
    for at in range(rng.choice((1, 2, 3, 6))):
        file = rng.choice(INSIDE)(rng.randrange(10**9))
        name = rng.choice(STEMS).format(f"{rng.randrange(10**6)}{at}") + "." + file.name.rpartition(".")[2]
        folder = rng.choice(FOLDERS) if form == "zip" else ""
        files.append((folder + name, file.data, [file]))
        if rng.random() < 0.15:
            files.append((f"{folder}副本 {name}", file.data, [file]))
    if depth < DEEPEST and rng.random() < 0.3:
        kind = rng.choice(("zip", "eml"))
        data, inside = _container(rng, kind, depth + 1)
        files.insert(rng.randrange(len(files) + 1), (f"附件{depth}.{kind}", data, inside))
    packed = _zipped(rng, files) if form == "zip" else _mailed(rng, files)
    return packed, [
        replace(file, name=(name if held[0].data is data else f"{name}/{file.name}").replace("./", ""))
        for name, data, held in files
        for file in held
    ]


def _zipped(rng: random.Random, files: list[tuple[str, bytes, list[Drawn]]]) -> bytes:
    buffer = io.BytesIO()
    naming = rng.choice(("utf-8", "gbk", "gbk", "utf-8 unsaid"))
    members = [(name, data) for name, data, _ in files]
    members += rng.sample(LITTER, rng.choice((0, 0, 2)))
    with zipfile.ZipFile(buffer, "w", rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(_stored(name, naming), (2026, 1, 2, 3, 4, 6)), data)
    return _unflagged(buffer.getvalue()) if naming != "utf-8" else buffer.getvalue()


def _stored(name: str, naming: str) -> str:
    """The name so that the archive holds these bytes: what is no ASCII goes through one byte a character."""
    if naming == "utf-8":
        return name
    raw = name.encode("gb18030" if naming == "gbk" else "utf-8")
    return raw.decode("cp437")


def _unflagged(data: bytes) -> bytes:
    """Names were written as UTF-8 of what CP437 makes of the bytes: the archive anew with the bytes themselves."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(_PlainInfo(info.filename, info.date_time), source.read(info))
    return buffer.getvalue()


class _PlainInfo(zipfile.ZipInfo):
    """A member whose name is stored byte for byte, with no flag that says UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 the library's own name
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def _mailed(rng: random.Random, files: list[tuple[str, bytes, list[Drawn]]]) -> bytes:
    bound = f"----=_Part_{rng.randrange(10**9)}.5678"
    end = rng.choice(("\r\n", "\n"))
    heads = [
        "From: =?gb2312?B?yr7A/Q==?= <a@sample.example>",
        "To: b@sample.example",
        "Subject: fapiao",
        "Date: Mon, 5 Jan 2026 08:00:00 +0800",
    ]
    heads += ["MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{bound}"']
    rng.shuffle(heads)
    parts = [f"Content-Type: text/html; charset=utf-8{end}{end}<p>您的发票</p>".encode()]
    parts += [_attachment(rng, name, data, end) for name, data, _ in files]
    body = b"".join(f"--{bound}{end}".encode() + part + end.encode() for part in parts)
    return (end.join(heads) + end + end).encode() + body + f"--{bound}--{end}".encode()


def _attachment(rng: random.Random, name: str, data: bytes, end: str) -> bytes:
    kind = rng.choice(("application/octet-stream", "text/xml", "application/ofd", "application/xml"))
    if name.endswith(".eml"):
        kind = rng.choice(("message/rfc822", "application/octet-stream"))
    lines = [f"Content-Type: {kind}".encode(), b"Content-Disposition: attachment; " + _filename(rng, name)]
    if kind == "message/rfc822":
        return end.encode().join((*lines, b"Content-Transfer-Encoding: 8bit", b"", data))
    if rng.random() < 0.2 and name.endswith(".xml"):
        return end.encode().join(
            (*lines, b"Content-Transfer-Encoding: quoted-printable", b"", quopri.encodestring(data))
        )
    encoded = base64.encodebytes(data).replace(b"\n", end.encode())
    return end.encode().join((*lines, b"Content-Transfer-Encoding: base64", b"", encoded))


def _filename(rng: random.Random, name: str) -> bytes:
    form = rng.choice(("rfc2231", "word gbk", "word utf-8", "raw gbk", "raw utf-8"))
    if form == "rfc2231":
        return f"filename*=UTF-8''{quote(name)}".encode()
    if form.startswith("word"):
        charset = form.split()[1]
        text = Header(name, charset, maxlinelen=10**6).encode()
        return f'filename="{text}"'.encode()
    return b'filename="' + name.encode("gb18030" if form == "raw gbk" else "utf-8") + b'"'
