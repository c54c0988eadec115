"""Personal data inside free text: where they stand, so that readers without need see stars. Pure: no database.

Looked for once, when a text is taken in; what is kept are places, not the data. Telephones and citizen numbers are found by their
form, bank cards by form and check digit or by the word before them, names only where a word announces one. Numbers that say
nothing about a person (amounts, years, documents, service hotlines) stay.
"""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from minfu.kernel.codes.masks import mask_id, mask_name, mask_phone
from minfu.language.surnames import PLAIN_SURNAME, SURNAME


class What(StrEnum):
    """What kind of personal data a span is. Stored; never renamed."""

    PHONE = "phone"
    CITIZEN_ID = "id"
    CARD = "card"
    PLATE = "plate"
    ACCOUNT = "account"
    HOUSEHOLD = "household"
    NAME = "name"


class Span(NamedTuple):
    """Personal data from ``start`` up to ``end`` (characters of the text)."""

    start: int
    end: int
    what: What


_HAN = "\u3400-\u9fff"
#: One character for one, so that places stay places: full width, dashes, and the numerals people write numbers with.
_WIDE = (
    {chr(0xFF01 + step): chr(0x21 + step) for step in range(94)}
    | dict.fromkeys("－—–―‐‑﹣", "-")
    | {"\u3000": " "}
)
_NUMERALS = {
    mark: str(digit)
    for digit, marks in enumerate(
        ("〇零○", "一壹幺", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for mark in marks
}
_ANY_NUMERAL = f"[{''.join(_NUMERALS)}]"
#: Nearly every text has none of these: it costs one look.
_WORTH_READING = re.compile(
    rf"\d{{3}}|\d[ -]\d[ -]\d|{_ANY_NUMERAL}(?:[ -]?{_ANY_NUMERAL}){{6}}"
    r"|我叫|我是|名叫|本人|姓名|联系人|户主|人[:：]|敬礼|微信|[QqＱ]|@|＠|电话|手机|栋|幢|号|座|室|单元"
    r"|村民|居民|市民|群众|业主|住户|职工|租户|邻居|(?:来电|诉求|信访|举报|投诉|反映|求助)人"
)
_WIDE_MARK, _NUMERAL = (re.compile(f"[{''.join(table)}]") for table in (_WIDE, _NUMERALS))
#: Every number looked for has seven digits or more, however they are parted. Most numbers in a text are shorter.
_LONG_NUMBER = re.compile(r"[\dN](?:[ \-.·_)]{0,3}[\dN]){6}".replace("N", "".join(_NUMERALS)))
_GAP = r"[ \-.·_]{0,2}"
_PHONE_WORD = r"(?:电话|座机|手机|号码|致电|来电|联系方式|拨打|[Tt][Ee][Ll])"
_MONEY = r"(?!\d|[.]\d|[ ]?(?:元|块|万|亿|平|米|吨|%))"

_MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?(1{_GAP}[3-9](?:{_GAP}\d){{9}}){_MONEY}")
#: How people part the digits of a mobile number (other ways are spans of years, amounts, house numbers).
_MOBILE_GROUPS = {
    (11,),
    (3, 4, 4),
    (3, 8),
    (7, 4),
    (4, 4, 3),
    (4, 3, 4),
    (3, 3, 5),
    (3, 5, 3),
    (5, 6),
    (4, 7),
    (6, 5),
    (3, 2, 2, 2, 2),
    (3, 2, 2, 4),
    (3, 4, 2, 2),
    (3, 2, 3, 3),
    (3, 3, 3, 2),
}
_LANDLINE = re.compile(
    rf"(?<![\d.])(?:\(0\d{{2,3}}\)|0\d{{2,3}}){_GAP}(?:\d{{3,4}}[ -]?\d{{4}}|\d{{7,8}}){_MONEY}"
)
_LOCAL = re.compile(rf"{_PHONE_WORD}[^\d\n]{{0,8}}?([2-9]\d{{2,3}}[ -]?\d{{4}}){_MONEY}")
_CITIZEN = re.compile(rf"(?<!\d)[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx](?![\dA-Za-z])")
_OLD_CITIZEN = re.compile(r"身份证[^\d\n]{0,10}([1-9]\d{14})(?!\d)")
_BORN = re.compile(r"^\d{6}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]$")
_CARD = re.compile(rf"(?<!\d)[3-69](?:{_GAP}\d){{15,18}}{_MONEY}")
_CARD_WORD = re.compile(
    r"(?:卡号|银行卡|信用卡|储蓄卡|借记卡|[农工建中交商]行卡|信用社卡|账号|帐号|账户|帐户|存折|一卡通|社保卡)[^\d\n]{0,10}$"
)
#: What follows such a word is somebody's account, whatever digits it begins with and however many there are.
_NUMBERED = re.compile(rf"(?:卡号|账号|帐号|账户|帐户|存折)[^\d\n]{{0,10}}(\d(?:{_GAP}\d){{9,23}}){_MONEY}")
#: Papers that are no citizen's card, where a word announces them: passports, permits, soldiers' and disability cards, insurance.
_PAPER = re.compile(
    r"(?:护照|通行证|台胞证|回乡证|居留证|军官证|士兵证|残疾证|残疾人证|社保号|社保编号|医保号|医保编号|学籍号|准考证)[^\dA-Za-z\n]{0,10}"
    rf"([A-Za-z]{{0,2}}[ ]?\d(?:{_GAP}[\dXx]){{6,19}}){_MONEY}"
)
_PLATE = re.compile(
    r"[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][ ]?[A-HJ-Za-hj-z][ ·•.-]?"
    r"(?=(?:[A-Za-z]{0,2}\d){3})(?:[A-HJ-NP-Za-hj-np-z\d]{5,6}|[A-HJ-NP-Za-hj-np-z\d]{4}[挂学警港澳])(?![A-Za-z\d])"
)
_ACCOUNT = re.compile(
    r"(?:微信|[Ww][Xx]|[Vv][Xx]|[Qq]{2})(?:号码|号|群)?[:是为 ]{0,3}([A-Za-z\d][\w-]{4,19})", re.ASCII
)
_MAIL = re.compile(r"(?<![\w.-])[\w.-]{2,40}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_ONE_TO_TEN = "[一二三四五六七八九十百\\d]{1,4}"
_FIGURE = "[〇零一二三四五六七八九]"
#: The door in a building. A number before 户 is one only if it reads like a door (501户), else so many households (180户).
_ROOM = re.compile(
    rf"(?:{_ONE_TO_TEN}(?:栋|幢|座|号楼)-?(?:{_ONE_TO_TEN}-?(?:单元|门|梯))?-?|单元|[A-Za-z]座)"
    rf"(\d{{3,4}}(?:-\d{{3,4}})?(?=室|房|号)|{_FIGURE}{{3,4}}(?=室|房|号)"
    r"|\d{1,2}[01]\d(?=户)|\d{3,4}(?![\d年多余]|.?(?:平|米|元|户|人|分|㎡|m|M)))"
)
#: Building, stairs and door in figures alone, after the name of a housing estate.
_DOOR = re.compile(
    r"(?:小区|花园|家园|公寓|宿舍|公馆|新村|[住苑城庭湾府])[^\d\n]{0,3}(\d{1,2}-\d{1,2}-\d{3,4})(?![\d年月-])"
)
_OFFICE = re.compile(r"(?<!\d)(\d{3,4})室")
_HOUSE = re.compile(
    r"(?:\d组|[一二三四五六七八九十]组|[村屯寨弄巷])-?(\d{1,4})[号](?![线楼路机地坝桥井令文公院国码])"
)
#: The number in a street, where a word says that it is somebody's home; elsewhere it says where a lamp is broken.
_STREET = re.compile(
    r"(?!住[建房院宅宿持保])(?:住|户籍地|家庭地址|联系地址)[^\n,;。!?]{0,24}?[路街道弄里](\d{1,4}(?:-\d{1,4})?)[号](?![线楼路机地坝桥井令文公院国码])"
)

#: Words that begin like a name and are none.
_NO_NAME = "(?!农民|单凭|成绩|成年|全家|应该|申请)"
_NAME = f"{_NO_NAME}(?:{SURNAME})[{_HAN}]{{1,2}}(?<!某)(?<!某.)"
#: A name by its surname alone: one that hardly begins a word.
_PLAIN_NAME = f"(?:{PLAIN_SURNAME})[{_HAN}]{{1,2}}(?<!先生)(?<!女士)(?<!某)(?<!某.)"
#: How a clerk goes on who writes down what somebody tells.
_SAYS = "反映|来电|来访|致电|表示|投诉|举报|咨询|求助|诉称"
_ENDS = r"(?=$|[\s\d,.;:!?()，。；：！？（）、“”'\"])"
#: How a sentence goes on after a name.
_ON = "的是在家住今系男女,"
_NAMES = tuple(
    (re.compile(pattern), signs)
    for pattern, signs in (
        (
            rf"(?:我叫|我名叫|本人叫|名叫|我的名字[是叫]|(?:姓名|联系人|户主)[是为: ]{{0,2}})({_NAME})(?:{_ENDS}|(?=[{_ON}]))",
            ("叫", "名", "联系人", "户主"),
        ),
        (
            rf"(?:信访|举报|投诉|反映|申请|当事|来信|求助|代理|报料|负责|编写)人[是为: ]{{0,2}}({_NAME}){_ENDS}",
            ("人",),
        ),
        (rf"(?:我是|本人)({_NAME})(?=[,，。；（(]|$)", ("我是", "本人")),
        (
            rf"(?<![{_HAN}])({_NAME})(?=[ (,，（:]{{0,2}}(?:联系)?(?:电话|手机|身份证|联系方式|1[3-9]\d{{9}}))",
            ("电话", "手机", "身份证", "联系方式", *(f"1{digit}" for digit in range(3, 10))),
        ),
        (
            rf"(?:敬礼|谢谢|感谢)[!。 \n]*({_NAME})(?=\s*$|[ \n]*(?:20)?\d\d)",
            ("敬礼", "谢谢", "感谢"),
        ),
        (
            rf"(?:村民|居民|市民|群众|业主|住户|职工|租户|邻居)({_PLAIN_NAME})(?:{_ENDS}|(?={_SAYS}))",
            ("民", "群众", "业主", "户", "职工", "邻居"),
        ),
        (
            rf"(?:来电|诉求|信访|举报|投诉|反映|求助)人({_PLAIN_NAME})(?={_SAYS})",
            ("人",),
        ),
    )
)


def _digits(text: str) -> str:
    return re.sub(r"[^\dXx]", "", text)


def _gaps(text: str) -> int:
    return len(re.findall(r"(?<=[\dXx])[^\dXx]+(?=[\dXx])", text))


def _luhn(digits: str) -> bool:
    """Tell whether the check digit of a bank card fits (ISO/IEC 7812-1)."""
    doubled = [int(one) * (2 if place % 2 else 1) for place, one in enumerate(reversed(digits))]
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0  # noqa: PLR2004  # of two digits


def _is_mobile(found: re.Match[str], _text: str) -> bool:
    groups = tuple(map(len, re.findall(r"\d+", found[1])))
    return groups in _MOBILE_GROUPS or len(groups) == sum(groups)


def _is_citizen(found: re.Match[str], _text: str) -> bool:
    return bool(_BORN.match(_digits(found[0]))) and (_gaps(found[0]) <= 4 or _gaps(found[0]) == 17)  # noqa: PLR2004  # places - 1


def _is_card(found: re.Match[str], text: str) -> bool:
    digits = _digits(found[0])
    if _CARD_WORD.search(text[max(0, found.start() - 16) : found.start()]):
        return True
    return _luhn(digits) and (_gaps(found[0]) <= 4 or _gaps(found[0]) == len(digits) - 1)  # noqa: PLR2004  # groups of four


def _always(_found: re.Match[str], _text: str) -> bool:
    return True


#: In this order: what is found first keeps its place.
_NUMBERS: tuple[tuple[What, re.Pattern[str], Callable[[re.Match[str], str], bool]], ...] = (
    (What.CITIZEN_ID, _CITIZEN, _is_citizen),
    (What.CITIZEN_ID, _OLD_CITIZEN, _always),
    (What.CARD, _CARD, _is_card),
    (What.CARD, _NUMBERED, _always),
    (What.ACCOUNT, _PAPER, _always),
    (What.PHONE, _MOBILE, _is_mobile),
    (What.PHONE, _LANDLINE, _always),
    (What.PHONE, _LOCAL, _always),
)
#: With each the signs of which a text must have one: looking for a sign costs a fiftieth of looking for the whole.
_WORDS: tuple[tuple[What, re.Pattern[str], tuple[str, ...]], ...] = (
    (What.PLATE, _PLATE, ("",)),
    (What.ACCOUNT, _MAIL, ("@",)),
    (What.ACCOUNT, _ACCOUNT, ("微信", "x", "X", "q", "Q")),
    (What.HOUSEHOLD, _ROOM, ("栋", "幢", "座", "号楼", "单元")),
    (What.HOUSEHOLD, _DOOR, ("-",)),
    (What.HOUSEHOLD, _OFFICE, ("室",)),
    (What.HOUSEHOLD, _HOUSE, ("号",)),
    (What.HOUSEHOLD, _STREET, ("住", "户籍", "家庭地址", "联系地址")),
    *((What.NAME, pattern, signs) for pattern, signs in _NAMES),
)


def _candidates(text: str) -> Iterator[Span]:
    """Yield what looks like personal data, the surest kinds first; spans may overlap."""
    half = _narrowed(text)
    if _LONG_NUMBER.search(half):
        counted = _counted(half)
        yield from _numbers(counted)
        if counted != half:  # a numeral that ends a name makes the number behind it one digit longer
            yield from _numbers(half)
    for what, pattern, signs in _WORDS:
        if any(sign in half for sign in signs):
            for found in pattern.finditer(half):
                yield Span(*found.span(1 if pattern.groups else 0), what)


def _narrowed(text: str) -> str:
    """Return a text with narrow marks for wide ones. ``str.translate`` takes fifty times as long where few are found."""
    return _WIDE_MARK.sub(lambda mark: _WIDE[mark[0]], text)


def _counted(half: str) -> str:
    """Return a narrowed text with digits for numerals."""
    return _NUMERAL.sub(lambda mark: _NUMERALS[mark[0]], half)


def _numbers(counted: str) -> Iterator[Span]:
    """Yield the numbers that say something about a person."""
    for what, pattern, fits in _NUMBERS:
        for found in pattern.finditer(counted):
            if fits(found, counted):
                place = pattern.groups and found[1] is not None and what != What.PHONE
                start, end = found.span(1 if place or pattern is _LOCAL else 0)
                yield Span(start, end, what)


def find(text: str) -> list[Span]:
    """Return where personal data stand in a text, in order, without overlaps; time grows with its length only."""
    if not _WORTH_READING.search(text):
        return []
    found: list[Span] = []
    for span in _candidates(text):
        if all(span.end <= one.start or span.start >= one.end for one in found):
            found.append(span)
    return sorted(found)


def _phone_stars(digits: str) -> str:
    """Return a telephone number with stars; of a landline the area code stays (three digits from 010 and 02x, else four)."""
    if not digits.startswith("0") or digits.startswith("00"):
        return mask_phone(digits[-11:])
    area = 3 if digits[1] in "12" else 4
    return mask_phone(f"{digits[:area]}-{digits[area:]}")


def _stars(words: str, what: What) -> str:
    """Return what is shown in place of one span."""
    if what == What.PHONE:
        return _phone_stars(_digits(_counted(_narrowed(words))))
    if what == What.CITIZEN_ID:
        return mask_id(_digits(_counted(_narrowed(words))))
    if what == What.NAME:
        return mask_name(words)
    if what == What.PLATE:
        return "".join(words.split())[:2] + "*****"
    return "****"


def masked(text: str, spans: list[Span]) -> str:
    """Return ``text`` with stars in place of the spans, which are in order and do not overlap.

    A span outside the text is passed over: a text that was put right since shows no less than it should.
    """
    shown, reached = [], 0
    for start, end, what in spans:
        if reached <= start < end <= len(text):
            shown += [text[reached:start], _stars(text[start:end], What(what))]
            reached = end
    return "".join([*shown, text[reached:]])
