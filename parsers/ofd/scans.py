"""Pages of an OFD that are one large picture: a scan, of which the QR codes tell."""

from collections.abc import Iterator, Sequence

from parsers import qr_payload
from parsers.ofd.images import picture_of
from parsers.ofd.package import Body
from parsers.ofd.page import Page, Picture
from parsers.qr import decode
from parsers.testimony import Found
from reimburse.domain.reading import Box

MOST_SCANS = 12
LEAST_SHARE = 0.25
"""How much of the page a picture covers that is a scan of it."""


def found_on(body: Body, pages: Sequence[Page]) -> Iterator[Found]:
    """An invoice for each code of one on the pictures, the same code once."""
    told: set[str] = set()
    scans = [(page, picture) for page in pages for picture in page.pictures if _is_scan(page, picture)]
    for page, picture in scans[:MOST_SCANS]:
        image = picture_of(body, picture.resource)
        if image is None:
            continue
        for code in decode(image):
            said = qr_payload.testimony(code.text, page.number, _placed(code.box, image.size, picture.box))
            if said and code.text not in told:
                told.add(code.text)
                yield Found(page.number, (said,))


def _is_scan(page: Page, picture: Picture) -> bool:
    left, top, right, bottom = picture.box
    return (right - left) * (bottom - top) >= LEAST_SHARE * page.width * page.height


def _placed(box: Box, size: tuple[int, int], picture: Box) -> Box:
    """A box in pixels of the picture as points on the page."""
    across, down = (picture[2] - picture[0]) / size[0], (picture[3] - picture[1]) / size[1]
    x0, y0, x1, y1 = box
    return picture[0] + x0 * across, picture[1] + y0 * down, picture[0] + x1 * across, picture[1] + y1 * down
