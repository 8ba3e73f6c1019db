"""统一社会信用代码, the Unified Social Credit Code (GB 32100-2015), and the ids of persons (GB 11643-1999).

A USCC has 18 characters: 1 registering department, 1 kind, 6 region, 9 organisation code, 1 check character, of
``0-9A-Z`` without I, O, S, V, Z. The check character is 31 minus the weighted sum modulo 31, weights 3^i mod 31.
"""

import re

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CONFUSED = frozenset("IOZSV")
COMPANY_LENGTHS = (15, 18)
BIRTH = r"(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
PERSON = re.compile(rf"[1-8][0-9]{{5}}(19|20)[0-9]{{2}}{BIRTH}[0-9]{{3}}[0-9X]")
OLD_PERSON = re.compile(rf"[1-8][0-9]{{7}}{BIRTH}[0-9]{{3}}")


def check_character(first_seventeen: str) -> str:
    """The check character that belongs to the first 17.

    >>> check_character("91990000MA0DEM001")
    '1'
    """
    total = sum(ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first_seventeen))
    return ALPHABET[-total % 31]


def has_valid_check(tax_id: str) -> bool:
    """Whether an 18-character code ends in its check character; False for any other text.

    >>> has_valid_check("91990000MA0DEM0011"), has_valid_check("91990000MA0DEM0012")
    (True, False)
    """
    if len(tax_id) != 18 or any(char not in ALPHABET for char in tax_id):
        return False
    return check_character(tax_id[:17]) == tax_id[17]


def faults(tax_id: str) -> tuple[str, ...]:
    """What is wrong with the shape of a company's tax id: its length, or characters that a code never has.

    >>> faults("91990000MAODEM0011")
    ('O@11',)
    >>> faults("91990000MA0DEM001")
    ('17',)
    """
    if len(tax_id) not in COMPANY_LENGTHS:
        return (str(len(tax_id)),)
    allowed = frozenset(ALPHABET)
    return tuple(f"{char}@{place}" for place, char in enumerate(tax_id.upper(), 1) if char not in allowed)


def is_personal(tax_id: str) -> bool:
    """Whether this is an ID-card number, or the 20-character code of a sole trader.

    >>> is_personal("110101199003071234"), is_personal("91990000MA0DEM0011")
    (True, False)
    """
    return bool(PERSON.fullmatch(tax_id) or OLD_PERSON.fullmatch(tax_id) or re.fullmatch(r"[0-9A-Z]{20}", tax_id))
