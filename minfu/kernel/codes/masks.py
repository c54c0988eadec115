"""Showing just enough: names, telephones and citizen numbers as screens show them to those who need not know."""

#: Surnames of two characters, one after the other.
_DOUBLES = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于"
    "司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘东门西门歐陽"
    "司馬諸葛"
)
_DOUBLE = frozenset(_DOUBLES[start : start + 2] for start in range(0, len(_DOUBLES), 2))
_MIDDLE, _TAIL = 4, 2


def mask_name(name: str) -> str:
    """Return the surname and one star, whatever the length: ``王*``, ``欧阳*``; ``*`` for a single character."""
    name = name.strip()
    if len(name) <= 1:
        return "*" if name else ""
    surname = name[:2] if name[:2] in _DOUBLE and len(name) > _TAIL else name[:1]
    return f"{surname}*"


def mask_phone(phone: str) -> str:
    """Return ``138****1234``; of a landline the area code and the last two digits: ``0593-****34``."""
    area, dash, number = phone.partition("-")
    if dash:
        number = number.split("-")[0]
        return f"{area}-****{number[-_TAIL:]}" if len(number) > _MIDDLE else f"{area}-****"
    if len(phone) <= 2 * _MIDDLE:
        return "*" * len(phone)
    return f"{phone[:3]}****{phone[-4:]}"


def mask_id(number: str) -> str:
    """Return a citizen number with its first six and last two characters, a shorter text wholly starred."""
    if len(number) <= 6 + _TAIL:
        return "*" * len(number)
    return number[:6] + "*" * (len(number) - 6 - _TAIL) + number[-_TAIL:]
