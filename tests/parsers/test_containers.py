import base64
import io
import zipfile
from email.message import EmailMessage

import pytest

from parsers.containers import documents_in, is_container
from parsers.document import Document
from parsers.errors import Damaged, Encrypted, ParseError, TooLarge, Unsafe
from tests.parsers.ofd_files import ofd_file, zipped
from tests.parsers.told import CORPUS, corpus_document, truths

PDF = b"%PDF-1.7 fictional"


def box(members, name="box.zip"):
    return Document(name, zipped(members))


def mail(*attachments, subject="发票"):
    message = EmailMessage()
    message["From"], message["To"] = "shop@example.invalid", "me@example.invalid"
    message["Subject"], message["Date"] = subject, "Fri, 01 May 2026 08:00:00 +0800"
    message.set_content("请查收")
    for name, data in attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return Document("mail.eml", message.as_bytes())


def found(document):
    return [(inner.name, inner.data) for inner in documents_in(document)]


def test_a_plain_document_is_itself():
    document = Document("a.pdf", PDF)
    assert documents_in(document) == (document,)


def test_an_ofd_is_one_document():
    document = ofd_file()
    assert documents_in(document) == (document,)


@pytest.mark.parametrize("mark", ["[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"])
def test_office_files_are_documents(mark):
    assert not is_container(box({mark: "x", "a.pdf": PDF}))


def test_files_and_folders_of_an_archive():
    members = {"a.pdf": PDF, "hotel/b.xml": "<EInvoice/>", "empty.txt": "", "folder/": ""}
    assert found(box(members)) == [("box.zip/a.pdf", PDF), ("box.zip/hotel/b.xml", b"<EInvoice/>")]


@pytest.mark.parametrize("litter", ["__MACOSX/._a.pdf", "x/.DS_Store", "Thumbs.db", "desktop.ini", "sub/._b.pdf"])
def test_litter_is_left_out(litter):
    assert found(box({"a.pdf": PDF, litter: "x"})) == [("box.zip/a.pdf", PDF)]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("..\\..\\windows\\win.ini", "windows/win.ini"),
        ("a\x07b.pdf", "ab.pdf"),
        ("..", "part"),
        ("x" * 500, "x" * 200),
    ],
)
def test_names_are_labels_and_never_paths(name, label):
    assert found(box({name: PDF})) == [(f"box.zip/{label}", PDF)]


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_names_without_a_word_on_their_encoding(codec):
    raw = "行程".encode(codec)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{'?' * len(raw)}.pdf", PDF)
    data = buffer.getvalue().replace(b"?" * len(raw), raw)
    assert found(Document("box.zip", data)) == [("box.zip/行程.pdf", PDF)]


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_an_attachment_named_without_the_encoding_that_mail_asks_for(codec):
    data = mail(("a.pdf", PDF)).data.replace(b'"a.pdf"', '"餐费发票（3月）.pdf"'.encode(codec))
    assert found(Document("mail.eml", data)) == [("mail.eml/餐费发票（3月）.pdf", PDF)]


def test_archives_in_archives_and_mails():
    inner = zipped({"b.pdf": PDF})
    assert found(box({"a.pdf": PDF, "inner.zip": inner})) == [("box.zip/a.pdf", PDF), ("box.zip/inner.zip/b.pdf", PDF)]
    assert found(mail(("发票.zip", inner))) == [("mail.eml/发票.zip/b.pdf", PDF)]
    assert found(box({"m.eml": mail(("a.pdf", PDF)).data})) == [("box.zip/m.eml/a.pdf", PDF)]


def test_attachments_of_a_mail_and_of_the_mail_it_forwards():
    outer = EmailMessage()
    outer["From"], outer["Subject"], outer["Date"] = "a@example.invalid", "Fwd", "Fri, 01 May 2026 08:00:00 +0800"
    outer.set_content("see below")
    forwarded = EmailMessage()
    forwarded["From"], forwarded["Subject"], forwarded["Date"] = (
        "b@example.invalid",
        "x",
        "Fri, 01 May 2026 07:00:00 +0800",
    )
    forwarded.set_content("invoice")
    forwarded.add_attachment(PDF, maintype="application", subtype="pdf", filename="行程单.pdf")
    outer.add_attachment(forwarded)
    assert [name for name, _ in found(Document("mail.eml", outer.as_bytes()))] == ["mail.eml/part1/行程单.pdf"]


def test_a_mail_without_attachments_holds_nothing():
    assert found(mail()) == []


def test_a_mail_that_is_the_file_itself():
    body = base64.b64encode(PDF).decode()
    head = "From: a@example.invalid\nSubject: x\nMIME-Version: 1.0\nContent-Type: application/pdf\n"
    data = (
        f"{head}Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=a.pdf\n\n{body}\n".encode()
    )
    assert found(Document("mail.eml", data)) == [("mail.eml/a.pdf", PDF)]


@pytest.mark.parametrize(("size", "kept"), [(14_000, 0), (16_000, 1)])
def test_a_small_picture_in_the_text_is_decoration(size, kept):
    message = EmailMessage()
    message["From"], message["Subject"], message["Date"] = "a@example.invalid", "x", "Fri, 01 May 2026 08:00:00 +0800"
    message.set_content("text")
    message.add_attachment(b"\x89PNG" + b"0" * size, maintype="image", subtype="png", cid="<logo>")
    assert len(found(Document("mail.eml", message.as_bytes()))) == kept


def nested(depth):
    data = zipped({"a.pdf": PDF})
    for _ in range(depth):
        data = zipped({"inner.zip": data})
    return Document("box.zip", data)


def test_nesting_ends():
    assert found(nested(3)) == [("box.zip/inner.zip/inner.zip/inner.zip/a.pdf", PDF)]
    with pytest.raises(TooLarge):
        documents_in(nested(4))


def encrypted():
    data = bytearray(zipped({"a.pdf": PDF}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return Document("box.zip", bytes(data))


def many_mail_layers(depth):
    heads = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return Document(
        "m.eml", b"From: a@example.invalid\nSubject: x\nDate: y\nMIME-Version: 1.0\n" + heads.encode() + b"\nx"
    )


def mail_naming_its_part(name):
    head = b"From: a@example.invalid\nSubject: x\nDate: y\nMIME-Version: 1.0\n"
    return Document("m.eml", head + b"Content-Type: application/pdf; " + name + b"\n\n%PDF-1.7")


HOSTILE = {
    "too many files": (lambda: box({f"{n}.txt": "x" for n in range(700)}), TooLarge),
    "too many members": (lambda: box({f"{n}.txt": "x" for n in range(1100)}), TooLarge),
    "empty archives over and over": (lambda: box({f"{n}.zip": zipped({"x/": ""}) for n in range(700)}), TooLarge),
    "one huge member": (lambda: box({"a": b"\0" * 40_000_000}), TooLarge),
    "a bomb by ratio": (lambda: box({"a": b"\0" * 20_000_000}), Unsafe),
    "many large": (lambda: box({f"{n}": b"\0" * 30_000_000 for n in range(5)}), TooLarge),
    "encrypted": (encrypted, Encrypted),
    "cut": (lambda: Document("box.zip", zipped({"a.pdf": PDF * 100})[:-30]), Damaged),
    "same name twice": (lambda: Document("b.zip", zipped({"a1": "x", "a2": "y"}).replace(b"a2", b"a1")), Unsafe),
    "mail with a null in its character set": (lambda: mail_naming_its_part(b"name*=utf\0''%41"), Damaged),
    "mail of many layers": (lambda: many_mail_layers(100), Unsafe),
    "mail of very many layers": (lambda: many_mail_layers(5000), Unsafe),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_containers_are_refused_by_name(name):
    make, error = HOSTILE[name]
    with pytest.raises(error):
        documents_in(make())


def locked_member():
    """Two members, of which the directory says that the first asks for a password."""
    data = bytearray(zipped({"locked.pdf": PDF, "a.pdf": PDF}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def broken_member():
    data = zipped({"broken.pdf": PDF + b" one", "a.pdf": PDF}, zipfile.ZIP_STORED)
    return data.replace(PDF + b" one", PDF + b" 0ne", 1)


LEFT_INSIDE = {
    "over the limit of a member": (lambda: zipped({"big.bin": b"\0" * 40_000_000, "a.pdf": PDF}), "too_large"),
    "over every limit": (lambda: zipped({"big.bin": b"\0" * 140_000_000, "a.pdf": PDF}), "too_large"),
    "a bomb by ratio": (lambda: zipped({"bomb.bin": b"\0" * 20_000_000, "a.pdf": PDF}), "unsafe"),
    "locked": (locked_member, "encrypted"),
    "broken": (broken_member, "damaged"),
    "an archive too deep": (lambda: zipped({"deep.zip": nested(3).data, "a.pdf": PDF}), "too_large"),
    "a broken archive": (lambda: zipped({"cut.zip": zipped({"b.pdf": PDF * 100})[:-30], "a.pdf": PDF}), "damaged"),
}


@pytest.mark.parametrize("name", LEFT_INSIDE)
def test_what_is_refused_inside_is_named_and_the_rest_is_read(name):
    make, code = LEFT_INSIDE[name]
    refused, read = documents_in(Document("box.zip", make()))
    assert (refused.data, refused.refused) == (b"", code)
    assert refused.name.startswith("box.zip/")
    assert (read.name, read.data, read.refused) == ("box.zip/a.pdf", PDF, None)


def test_what_is_refused_in_a_mail_is_named():
    big, small = documents_in(mail(("big.bin", b"\0" * 34_000_000), ("a.pdf", PDF)))
    assert (big.name, big.refused, small.data) == ("mail.eml/big.bin", "too_large", PDF)


def test_a_size_that_lies_is_found_out():
    data = zipped({"a": b"\0" * 3_000_000}, zipfile.ZIP_DEFLATED)
    real = (3_000_000).to_bytes(4, "little")
    with pytest.raises(ParseError):
        documents_in(Document("box.zip", data.replace(real, (30).to_bytes(4, "little"))))


@pytest.mark.parametrize("truth", truths("pdf", "ofd", "xml", "xbrl", "img"))
def test_no_file_of_the_corpus_is_a_container(truth):
    document = corpus_document(truth["file"])
    assert documents_in(document) == (document,)


def test_statements_are_no_mails():
    if not CORPUS.is_dir():
        pytest.skip("the shared corpus is not here")
    for path in (CORPUS / "statements").iterdir():
        assert not is_container(Document(path.name, path.read_bytes()))
