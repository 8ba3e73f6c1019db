"""The time in a seal of the first version: a BIT STRING of any of the forms that producers put there.

As a DER time, as the same in plain text, as people write it, or as a time stamp (RFC 3161), whose own signature is
not checked here: the seal's signature is over all of them.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

from parsers.seal import der
from parsers.seal.der import Malformed

CHINA = timezone(timedelta(hours=8))
SHORT_YEAR = re.compile(r"\d{12}(?=Z?$)")
WRITTEN = re.compile(
    r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?[T ]?(\d{1,2})[:时](\d{1,2})[:分](\d{1,2})(?:\.\d+)?秒?(Z?)"
)
TIME_STAMP = "1.2.840.113549.1.9.16.1.4"
SIGNED_DATA = "1.2.840.113549.1.7.2"


def time_in(content: bytes) -> datetime | None:
    """The time that the bytes state, aware, or None.

    >>> time_in(b"201012130907Z").isoformat(), time_in("2020-10-12 21:09:07".encode()).isoformat()
    ('2020-10-12T13:09:07+00:00', '2020-10-12T21:09:07+08:00')
    """
    for form in (_der_time, _stamped, _text_time):
        try:
            return form(content)
        except (Malformed, ValueError, IndexError):
            continue
    return None


def _der_time(content: bytes) -> datetime:
    return der.parse(content).time()


def _stamped(content: bytes) -> datetime:
    """The time in a stamp: ContentInfo, SignedData, what is encapsulated, and there the generation time."""
    kind, holder = der.parse(content).parts()
    if kind.oid() != SIGNED_DATA:
        raise Malformed("no time stamp")
    _, _, encapsulated, *_ = der.parse(holder.expect(der.CONTEXT_0).content).parts()
    form, value = encapsulated.parts()
    if form.oid() != TIME_STAMP:
        raise Malformed("no time stamp")
    stated = der.parse(der.parse(value.expect(der.CONTEXT_0).content).octets()).parts()
    return stated[4].time()


def _text_time(content: bytes) -> datetime:
    """Digits are in UTC, as in DER; what people write without a zone is China Standard Time."""
    text = content.decode("utf-8").strip("\0 \r\n\t")
    if written := WRITTEN.fullmatch(text):
        *numbers, zulu = written.groups()
        year, month, day, hour, minute, second = map(int, numbers)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC if zulu else CHINA)
    return der.moment(("20" + text) if SHORT_YEAR.match(text) else text)
