"""Receipt codes, which residents keep and read out on the phone, and case numbers, which desks use."""

import re
import secrets
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _
from stdnum import verhoeff

from minfu.kernel.codes.plain import plain
from minfu.kernel.errors import Invalid

RECEIPT_DIGITS = 12
_SERIAL_DIGITS = 7
#: Digits as people say and write them: 幺 for one, 两 for two, 洞, 拐 and 勾 on a bad line, the capitals of receipts.
_SAID = ("零〇○洞", "一幺壹", "二两贰貳", "三叁參", "四肆", "五伍", "六陆陸", "七拐柒", "八捌", "九勾玖")
_SPOKEN = str.maketrans({said: str(digit) for digit, group in enumerate(_SAID) for said in group})
_CASE = re.compile(r"(\d{4})(\d{2})(\d{2})-?(\d{7,})", re.ASCII)


def new_receipt() -> str:
    """Return a new receipt code: eleven digits nobody can guess and a check digit (Verhoeff).

    One in 10^11; the caller's unique constraint settles the rest. The check digit catches every wrong digit and every
    pair of neighbours exchanged.
    """
    body = f"{secrets.randbelow(10 ** (RECEIPT_DIGITS - 1)):011d}"
    return body + str(verhoeff.calc_check_digit(body))


def show_receipt(receipt: str) -> str:
    """Return a receipt code in groups of four, as it is printed and read out: ``1234 5678 9012``."""
    return " ".join(receipt[start : start + 4] for start in range(0, len(receipt), 4))


def parse_receipt(text: str, *, field: str = "receipt") -> str:
    """Return the twelve digits of a receipt code someone typed or dictated.

    Takes spaces, dashes, dots, full-width digits and Chinese numerals (一二三, 幺). Raises ``Invalid`` on ``field``: the
    sentence tells a wrong length from a wrong digit.
    """
    digits = re.sub(r"[-.,，。、·_]", "", plain(text)).translate(_SPOKEN)
    if not re.fullmatch(r"\d*", digits, re.ASCII):
        raise Invalid({field: [_("查询码是 12 位数字，请只填数字。")]})
    if len(digits) != RECEIPT_DIGITS:
        raise Invalid({field: [_("查询码是 12 位数字，现在是 %(n)d 位，请核对。") % {"n": len(digits)}]})
    if not verhoeff.is_valid(digits):
        raise Invalid({field: [_("查询码不对，可能有一位写错或两位写反了，请对照回执核对。")]})
    return digits


class CaseNumber(NamedTuple):
    """What a case number says: the case's id and the day (in China) it was registered on."""

    id: int
    registered_on: date


def case_number(id: int, registered_on: date) -> str:  # noqa: A002 - the case's own word
    """Return the number desks use, e.g. ``20261122-0000123``: the day of registration and the case's id."""
    return f"{registered_on.year:04d}{registered_on.month:02d}{registered_on.day:02d}-{id:0{_SERIAL_DIGITS}d}"


def parse_case_number(text: str, *, field: str = "number") -> CaseNumber:
    """Return what a case number says; raises ``Invalid`` on ``field`` when it is none."""
    match = _CASE.fullmatch(plain(text))
    try:
        if not match:
            raise ValueError(text)
        return CaseNumber(int(match[4]), date(int(match[1]), int(match[2]), int(match[3])))
    except ValueError:
        raise Invalid({field: [_("编号应像 20261122-0000123：8 位日期、短横线、7 位序号。")]}) from None
