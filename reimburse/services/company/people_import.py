"""People from a CSV file: a dry run shows what would happen, then all rows or none are added."""

import csv
import io
from dataclasses import dataclass

from reimburse.services.company.people import PersonForm, add_in, problems_of
from reimburse.services.errors import Refused
from reimburse.store.db import db, transaction
from reimburse.store.people import PersonRow

COLUMNS = ("login", "employee_no", "name", "department", "email", "grade", "payout_account", "roles")
CHINESE = dict(zip(("账号", "工号", "姓名", "部门", "邮箱", "职级", "收款账户", "角色"), COLUMNS, strict=True))
NEEDED = COLUMNS[:4]
MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: its line number, the person, and what is wrong with it."""

    line: int
    form: PersonForm
    problems: tuple[Refused, ...]


def dry_run(data: bytes) -> list[Row]:
    """What the file holds and what is wrong with each row; nothing is stored."""
    forms = _forms(data)
    return [
        Row(line, form, (*problems_of(db.session(), form), *_twice(form, [other for _, other in forms[:index]])))
        for index, (line, form) in enumerate(forms)
    ]


def add_all(data: bytes, by: PersonRow) -> list[tuple[str, str]]:
    """Add every row in one transaction; login and first password of each. Refused as a whole where one row is wrong."""
    rows = dry_run(data)
    wrong = [row for row in rows if row.problems]
    if wrong or not rows:
        raise Refused(f"有 {len(wrong)} 行有误，未导入任何人。", f"{len(wrong)} rows are wrong; nobody was added.")
    with transaction() as session:
        return [(row.form.login, add_in(session, row.form, by)) for row in rows]


def _forms(data: bytes) -> list[tuple[int, PersonForm]]:
    reader = csv.DictReader(io.StringIO(decoded(data)))
    names = {name: CHINESE.get((name or "").strip(), (name or "").strip()) for name in reader.fieldnames or ()}
    missing = [name for name in NEEDED if name not in names.values()]
    if missing:
        raise Refused(
            f"缺少列：{'、'.join(missing)}。第一行应为：{','.join(COLUMNS)}",
            f"Missing columns: {', '.join(missing)}. The first line should be: {','.join(COLUMNS)}",
        )
    forms = [(reader.line_num, _form({names[key]: value or "" for key, value in row.items() if key})) for row in reader]
    if len(forms) > MOST_ROWS:
        raise Refused(f"一次最多 {MOST_ROWS} 行。", f"{MOST_ROWS} rows at the most.")
    return forms


def _form(values: dict[str, str]) -> PersonForm:
    roles = tuple(
        role for role in values.get("roles", "").replace("；", ";").replace("、", ";").split(";") if role.strip()
    )
    return PersonForm(
        **{name: values.get(name, "").strip() for name in COLUMNS if name != "roles"},
        roles=tuple(r.strip() for r in roles),
    )


def decoded(data: bytes) -> str:
    """The file's text, from UTF-8 or GBK."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("无法识别文件编码，请存为 UTF-8 的 CSV。", "Save the file as CSV in UTF-8.")


def _twice(form: PersonForm, earlier: list[PersonForm]) -> list[Refused]:
    same = any(form.login.lower() == other.login.lower() or form.employee_no == other.employee_no for other in earlier)
    return [Refused("文件中有重复的账号或工号。", "This login or number stands twice in the file.")] if same else []
