"""Rows of a layout: the values that fields name, put into shape, and everything that does not fit, told at once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reimburse.domain.finding import Text
from reimburse.domain.money import CENT
from reimburse.export.cells import one_line
from reimburse.export.layout import Field, Layout

Value = str | int | Decimal | date | None
Record = Mapping[str, Value]
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together: the postings of a voucher, or all payments. ``label`` is what people know it by."""

    label: str
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that the layout cannot hold: where it stands, what it is, and why not."""

    label: str
    row: int
    field: str
    value: str
    why: Text

    @property
    def text(self) -> Text:
        """The whole of it in one sentence."""
        return Text(
            f"{self.label} 第 {self.row} 行“{self.field}”：{self.value or '空'}，{self.why.zh}",
            f'{self.label}, row {self.row}, "{self.field}": {self.value or "empty"}, {self.why.en}',
        )


class DoesNotFit(ValueError):
    """The layout cannot hold these rows; ``misfits`` are what was found, ``text`` the first and how many more."""

    def __init__(self, layout: Layout, misfits: tuple[Misfit, ...]) -> None:
        first, more = misfits[0].text, len(misfits) - 1
        zh = f"{layout.zh}：{first.zh}" + (f"；另有 {more} 处" if more else "")
        en = f"{layout.en}: {first.en}" + (f"; {more} more" if more else "")
        super().__init__(en)
        self.misfits, self.text = misfits, Text(zh, en)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The rows of a group, every value as the fields want it, in their order."""

    label: str
    rows: tuple[tuple[Value, ...], ...]


def check(layout: Layout, groups: Iterable[Group]) -> None:
    """``DoesNotFit`` with everything that the layout cannot hold, up to the first twenty."""
    misfits: list[Misfit] = []
    for group in groups:
        _shape(layout, group, misfits)
        if len(misfits) >= MOST_TOLD:
            break
    if misfits:
        raise DoesNotFit(layout, tuple(misfits[:MOST_TOLD]))


def fitted(layout: Layout, groups: Iterable[Group]) -> Iterator[Fitted]:
    """The same groups, put into shape one by one; ``DoesNotFit`` where one cannot be written."""
    for group in groups:
        misfits: list[Misfit] = []
        shaped = _shape(layout, group, misfits)
        if misfits:
            raise DoesNotFit(layout, tuple(misfits[:MOST_TOLD]))
        yield shaped


def values_of(layout: Layout, group: Fitted) -> Iterator[tuple[Value, ...]]:
    """The rows of a fitted group; head fields are blank from the second row on where the layout says so."""
    for number, row in enumerate(group.rows):
        if layout.head_once and number > 0:
            pairs = zip(layout.fields, row, strict=True)
            yield tuple(None if field.head else value for field, value in pairs)
        else:
            yield row


def text_of(field: Field, value: Value) -> str:
    """A fitted value as text: amounts with the field's places, days in its format."""
    if value is None:
        return field.empty
    if isinstance(value, Decimal):
        return f"{value:.{field.places}f}"
    return value.strftime(field.format) if isinstance(value, date) else str(value)


def _shape(layout: Layout, group: Group, misfits: list[Misfit]) -> Fitted:
    rows: list[tuple[Value, ...]] = []
    for number, record in enumerate(group.records, start=1):
        row: list[Value] = []
        for field in layout.fields:
            value, why = _shaped(layout, field, field.const if field.constant else record.get(field.value))
            if why:
                misfits.append(Misfit(group.label, number, field.label, text_of(field, value), why))
            row.append(value)
        rows.append(tuple(row))
    return Fitted(group.label, tuple(rows))


def _shaped(layout: Layout, field: Field, value: Value) -> tuple[Value, Text | None]:
    """The value as it is written, and why it cannot be."""
    if value is None or value == "":
        return None, Text("不能为空", "must be given") if field.required else None
    if isinstance(value, Decimal):
        return value, _amount_misfit(field, value)
    if isinstance(value, str) and field.value:
        value = _clean(layout, field, value)
        return value, _text_misfit(layout, field, value)
    return value, None


def _amount_misfit(field: Field, amount: Decimal) -> Text | None:
    if amount != amount.quantize(CENT):
        return Text("金额超过两位小数", "has more than two decimal places")
    if abs(amount) >= Decimal(10) ** field.digits:
        return Text(f"整数部分超过 {field.digits} 位", f"has more than {field.digits} digits before the point")
    return None


def _clean(layout: Layout, field: Field, text: str) -> str:
    """One line without control characters; a separator that cannot be quoted becomes its full-width twin."""
    text = one_line(text)
    if layout.writer == "text" and not layout.quoted:
        text = text.replace(layout.separator, chr(ord(layout.separator) + 0xFEE0) if layout.separator > " " else " ")
    return _cut(layout, field, text) if field.cut else text


def _cut(layout: Layout, field: Field, text: str) -> str:
    """Cut to what fits; signs that the encoding lacks become question marks."""
    data = text[: field.max].encode(layout.encoding, "replace")
    data = data[: field.width] if layout.writer == "dbf" else data
    return data.decode(layout.encoding, "ignore")


def _text_misfit(layout: Layout, field: Field, text: str) -> Text | None:
    if field.max is not None and len(text) > field.max:
        return Text(f"超过 {field.max} 个字符", f"is longer than {field.max} characters")
    try:
        width = len(text.encode(layout.encoding))
    except UnicodeEncodeError as error:
        sign, name = text[error.start], layout.encoding.upper()
        return Text(f"“{sign}”不能用 {name} 编码", f'"{sign}" cannot be written in {name}')
    if layout.writer == "dbf" and width > field.width:
        return Text(f"超过 {field.width} 字节", f"is longer than {field.width} bytes")
    return None
