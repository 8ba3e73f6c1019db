"""Red-letter invoices: a negative total makes one; the remark names the invoice it takes back."""

import re

from parsers import normalise
from parsers.witness import Witness

BLUE = r"(?:被红冲蓝字|对应蓝字|蓝字)(?:数电|税控)?(?:发票|票)?"
RED_OF = re.compile(rf"{BLUE}号码:?(\d{{20}})(?!\d)")
RED_OF_OLD = re.compile(rf"(?:{BLUE}|对应正数发票)代码:?(\d{{10,12}})[,;、]?(?:{BLUE})?号码:?(\d{{8}})(?!\d)")


def say_red(witness: Witness) -> None:
    """Record what a witness's totals and remark say of it. The remark's wording is prescribed, so its number counts."""
    total = witness.says("total_incl_tax") or witness.says("amount_excl_tax") or ""
    if total.startswith("-"):
        witness.say("red_letter", "true")
    if not witness.says("red_letter"):
        return
    remark = normalise.compact(witness.says("remark") or "")
    if found := RED_OF.search(remark):
        witness.say("red_letter_of.number", found[1])
    elif old := RED_OF_OLD.search(remark):
        witness.say("red_letter_of.code", old[1])
        witness.say("red_letter_of.number", old[2])
