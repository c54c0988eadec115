"""Numbers of persons and organisations: citizen number, credit code, telephone."""

import re
from datetime import date

from django.utils.translation import gettext as _
from stdnum.iso7064 import mod_11_2

from minfu.kernel import clock
from minfu.kernel.calendar.core import CHINA
from minfu.kernel.codes.plain import plain
from minfu.kernel.errors import Invalid

_ID_LENGTH = 18
_OLDEST_BIRTH = 1880
#: GB 32100-2015: the characters of a credit code (no I, O, S, V, Z) and the weights of the first seventeen.
_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = [pow(3, place, 31) for place in range(17)]
#: Registering department, then kind of organisation (GB 32100-2015; N is rural affairs: collective economic organisations).
_CREDIT = re.compile(rf"[{_CREDIT_CHARACTERS}]{{2}}\d{{6}}[{_CREDIT_CHARACTERS}]{{10}}")

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_TOLL = re.compile(r"[48]00\d{7}")
_AREA = re.compile(r"(010|02\d|0[3-9]\d\d)(\d+)")
_EXTENSION = re.compile(r"(.+?)(?:转|EXT\.?|#|(?<=\d{7})-)(\d{1,6})", re.ASCII)


def _refuse(field: str, sentence: str) -> Invalid:
    """Return the refusal of one field with one sentence."""
    return Invalid({field: [sentence]})


def parse_citizen_id(text: str, *, field: str = "id_number") -> str:
    """Return a citizen number (公民身份号码, GB 11643-1999) with X in upper case.

    Checked are length, date of birth (not in the future) and check digit. The area code is never refused: divisions
    that no longer exist stay in the numbers of people born there. Raises ``Invalid`` on ``field``.
    """
    number = plain(text).replace("-", "")
    if len(number) != _ID_LENGTH:
        raise _refuse(field, _("身份证号应为 18 位，现在是 %(n)d 位，请对照证件核对。") % {"n": len(number)})
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII):
        raise _refuse(field, _("身份证号只能是数字，最后一位可以是 X，请对照证件核对。"))
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise _refuse(
            field, _("身份证号第 7 到 14 位（出生日期 %(text)s）不对，请核对。") % {"text": number[6:14]}
        ) from None
    if born.year < _OLDEST_BIRTH or born > clock.now().astimezone(CHINA).date():
        raise _refuse(field, _("身份证号里的出生日期 %(text)s 不可能，请核对。") % {"text": born.isoformat()})
    if mod_11_2.calc_check_digit(number[:17]) != number[17]:
        raise _refuse(field, _("身份证号最后一位校验不符，可能有一位写错了，请对照证件逐位核对。"))
    return number


def parse_credit_code(text: str, *, field: str = "credit_code") -> str:
    """Return a unified social credit code (GB 32100-2015), those of rural collectives (``N…``) included.

    Raises ``Invalid`` on ``field``. (python-stdnum refuses ``N…``: it wants eight leading digits.)
    """
    code = plain(text).replace("-", "")
    if len(code) != _ID_LENGTH:
        raise _refuse(field, _("统一社会信用代码应为 18 位，现在是 %(n)d 位，请核对。") % {"n": len(code)})
    if strange := sorted(set(code) - set(_CREDIT_CHARACTERS)):
        raise _refuse(
            field,
            _("统一社会信用代码里不会出现“%(characters)s”（没有字母 I、O、S、V、Z），请核对。")
            % {"characters": "".join(strange)},
        )
    if not _CREDIT.fullmatch(code):
        raise _refuse(field, _("统一社会信用代码第 3 到 8 位应为数字（登记机关区划），请核对。"))
    weighed = sum(_CREDIT_CHARACTERS.index(a) * w for a, w in zip(code, _CREDIT_WEIGHTS, strict=False))
    if _CREDIT_CHARACTERS[-weighed % 31] != code[17]:
        raise _refuse(field, _("统一社会信用代码校验不符，可能有一位写错了，请对照证照核对。"))
    return code


def parse_phone(text: str, *, field: str = "phone") -> str:
    """Return a telephone number in one form: ``13812345678``, ``0593-3881234``, with an extension ``0593-3881234-8001``.

    Takes +86, 0086, spaces, brackets, full-width digits, 400 and 800 numbers. Raises ``Invalid`` on ``field``.
    """
    typed = plain(text).replace("(", "").replace(")", "")
    if _MOBILE.fullmatch(typed):
        return typed
    if not typed or not re.search(r"\d", typed):
        raise _refuse(field, _("请填写电话号码，例如 13812345678 或 0593-3881234。"))
    typed = re.sub(r"^(\+86|0086|86(?=-?1[3-9]\d{9}$))-?", "", typed)
    number, extension = typed, ""
    if (match := _EXTENSION.fullmatch(typed)) and len(match[1].replace("-", "")) >= 10:  # noqa: PLR2004 - with area code
        number, extension = match.groups()
    digits = number.replace("-", "")
    if not re.fullmatch(r"\d+", digits, re.ASCII):
        raise _refuse(field, _("电话号码里只能有数字，例如 13812345678 或 0593-3881234。"))
    if _MOBILE.fullmatch(digits.removeprefix("0")):
        number = digits.removeprefix("0")
    else:
        number = digits if _TOLL.fullmatch(digits) else _landline(digits, field)
    return f"{number}-{extension}" if extension else number


def _landline(digits: str, field: str) -> str:
    """Return a landline number as area code and number, or refuse it with what is wrong."""
    if digits.startswith("1"):
        raise _refuse(field, _("手机号应为 11 位，现在是 %(n)d 位或号段不对，请核对。") % {"n": len(digits)})
    if not digits.startswith("0"):
        raise _refuse(field, _("固定电话请带上区号，例如 0593-3881234；手机号应为 11 位。"))
    match = _AREA.fullmatch(digits)
    lengths = {3: (8,), 4: (7, 8)}
    if not match or len(match[2]) not in lengths[len(match[1])] or match[2][0] in "01":
        raise _refuse(field, _("固定电话号码不对，应为区号加 7 或 8 位号码，例如 0593-3881234。"))
    return f"{match[1]}-{match[2]}"


def is_mobile(phone: str) -> bool:
    """Tell whether a stored number can receive text messages."""
    return bool(_MOBILE.fullmatch(phone))
