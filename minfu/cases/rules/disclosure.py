"""What must not stand in a text for everyone: numbers of people, the resident's name, the resident's own words. Pure.

A mistake cannot be taken back once it is read: what looks like a number of a person is refused even where it is none, and
the sentence says how to write it otherwise. Names and addresses cannot be told from other words for certain: of them the
releasing person is warned.
"""

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext as _

#: Digits as people write them to get past a filter.
_SIGNS = {
    "0": "〇零○", "1": "一壹幺", "2": "二贰", "3": "三叁", "4": "四肆",
    "5": "五伍", "6": "六陆", "7": "七柒", "8": "八捌", "9": "九玖",
}  # fmt: skip
_DIGITS = {ord(sign): digit for digit, signs in _SIGNS.items() for sign in signs}
#: What may stand between the digits of one number.
_BETWEEN = r"[\s\-—–_.,·•*()/\\]"
_DAY = re.compile(r"(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])(?!\d)")
_NUMBER = re.compile(rf"\d(?:{_BETWEEN}{{0,3}}\d){{6,}}(?:{_BETWEEN}{{0,3}}X)?")
_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")
_PLATE = re.compile(
    r"[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][A-Z][\s·.\-]{0,2}(?=[A-Z0-9]*\d)[A-Z0-9]{4,6}[挂学警港澳]?"
)
_MAIL = re.compile(r"[A-Z0-9._%+\-]+@[A-Z0-9.\-]+")
_ID, _OLD_ID, _SHORTEST_CARD, _LONGEST_CARD = 18, 15, 16, 19
#: So many characters in a row, the same as in the resident's words, are a quotation.
QUOTED = 12
#: Surnames of most people; a warning needs no more.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方"
    "白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温阮游翁章詹庄柯"
)
_CALLED = (
    "先生|女士|小姐|大爷|大妈|大伯|大叔|大婶|大姐|大哥|阿姨|阿婆|阿公|奶奶|爷爷|老人|师傅|老师|医生|同学|某"
)
_NAMES = (
    re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}?(?:{_CALLED})"),
    re.compile(
        rf"(?:村民|居民|群众|住户|户主|业主|反映人|名叫|叫做|姓名)[:为是“]?[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}"
    ),
)
_ADDRESSES = re.compile(r"\d+\s*[号栋幢室弄组楼]|\d+\s*单元|[东西南北]头第?\d*家|隔壁|对门")


def _plain(text: str) -> str:
    """Return the text with half-width signs, capital letters, and without what cannot be seen."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in folded if unicodedata.category(sign) not in ("Cf", "Mn"))


def refusals(text: str) -> list[str]:
    """Return a sentence for each number of a person, plate or address of mail in ``text``; none if it has none."""
    plain = _plain(text)
    said = []
    if _PLATE.search(plain):
        said.append(_("文字里像有车牌号，请删去。"))
    if _MAIL.search(plain):
        said.append(_("文字里有电子邮箱，请删去。"))
    for form in {_DAY.sub("某日", plain), _DAY.sub("某日", plain.translate(_DIGITS))}:
        said += [_number(re.sub(r"[^\dX]", "", found[0])) for found in _NUMBER.finditer(form)]
    return list(dict.fromkeys(said))


def _number(digits: str) -> str:
    """Say what a long number looks like, and what to do."""
    if _MOBILE.fullmatch(digits):
        return _("文字里有手机号，请删去。")
    if len(digits) == _ID or (len(digits) == _OLD_ID and not digits.endswith("X")):
        return _("文字里像有身份证号，请删去。")
    if _SHORTEST_CARD <= len(digits) <= _LONGEST_CARD:
        return _("文字里像有银行卡号，请删去。")
    return _("文字里有一串像电话号码的数字，请删去；是金额或数量的，请写成“12 万”这样。")


def warnings(text: str) -> list[str]:
    """Return a sentence for each word that may be a person's name or the address of a house."""
    plain = _plain(text)
    names = [found[0] for pattern in _NAMES for found in pattern.finditer(plain)]
    places = [found[0] for found in _ADDRESSES.finditer(plain)]
    return [
        *(_("“%(word)s”像是人名或称呼。") % {"word": word} for word in dict.fromkeys(names)),
        *(_("“%(word)s”可能让人认出是哪一家。") % {"word": word} for word in dict.fromkeys(places)),
    ]


def quotes(text: str, sources: Iterable[str]) -> str:
    """Return the first passage of ``text`` that was taken from one of ``sources``; "" if there is none."""
    mine = _letters(text)
    for source in sources:
        theirs = _letters(source)
        for start in range(len(mine) - QUOTED + 1):
            if mine[start : start + QUOTED] in theirs:
                return mine[start : start + QUOTED]
    return ""


def _letters(text: str) -> str:
    """Return only letters and digits: punctuation and spaces hide no quotation."""
    return "".join(sign for sign in _plain(text) if sign.isalnum())
