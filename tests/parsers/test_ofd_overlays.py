"""A watermark over an OFD's page changes nothing that is read of its face."""

import pytest

from parsers import ofd
from parsers.testimony import Testimony
from reimburse.domain.reading import Source
from tests.parsers.ofd_files import TEXTS, content, entry, ofd_file, parts, text_object

ASLANT = 'CTM="0.866 0.5 -0.5 0.866 0 0"'
FAINT = "<ofd:FillColor Value='204 204 204'/>"


def face_of(page: str) -> Testimony:
    """What the face says where the file holds nothing but it."""
    bare = {name: data for name, data in parts(entry=entry({}), page=page).items() if "Tags" not in name}
    (found,) = ofd.read(ofd_file(bare))
    (face,) = (said for said in found.testimonies if said.source is Source.TEXT)
    return face


@pytest.mark.parametrize(
    "over",
    [
        "".join(text_object(200 + at, "仅供报销使用", 10 + at % 5 * 40, 10 + at // 5 * 20, ASLANT) for at in range(30)),
        "".join(
            text_object(200 + at, "内部资料 99.00", 10 + at % 5 * 40, 12 + at // 5 * 20).replace(
                "<ofd:TextCode", f"{FAINT}<ofd:TextCode"
            )
            for at in range(30)
        ),
    ],
    ids=["aslant", "faint"],
)
def test_a_watermark_is_not_read(over: str) -> None:
    plain, marked = face_of(content()), face_of(content(TEXTS, over))
    assert marked.fields == plain.fields
    assert [placed.line for placed in marked.lines] == [placed.line for placed in plain.lines]
