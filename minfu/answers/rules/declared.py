"""What may be asked for at all: never something about one person."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from minfu.answers.models import Kind, Span, Whose
from minfu.answers.rules.naming import plain
from minfu.kernel.errors import Invalid
from minfu.language import personal
from minfu.language.normal import clean_input

MOST_NAME, MOST_MEASURE, MOST_MEANING, MOST_ORIGIN = 60, 12, 300, 200
#: Decimals a number may have at most.
MOST_DECIMALS = 4
#: Names that ask for something of one person, whoever declares them. What counts people (低保人数) is none.
_OF_A_PERSON = re.compile(
    r"姓名|名字|身份证|证件号|手机|电话号码|联系电话|联系方式|微信号|银行卡|银行账号|家庭住址|家庭地址|出生日期|出生年月|病情|病史|疾病名称"
    r"|宗教信仰|婚姻状况|政治面貌|指纹|人脸|行踪|个人收入|工资卡|照片"
)
#: Behind such a word it is people or things that are counted.
_COUNTED = re.compile(r"(数|人数|户数|率|次数|总数|份数|比例)$")


@dataclass(frozen=True)
class Declaration:
    """What an item is to be. ``about_person``: whether the one who asks says that it is about a person."""

    name: str
    meaning: str
    kind: str = "number"
    measure: str = ""
    decimals: int = 0
    whose: str = "area"
    span: str = "standing"
    owner_id: int | None = None
    origin: str = ""
    about_person: bool = False
    valid_from: date | None = None


def refuse_personal(name: str, *, about_person: bool = False, field: str = "name") -> None:
    """Raise ``Invalid`` at ``field`` for what asks about one person."""
    text = plain(name)
    if about_person or (_OF_A_PERSON.search(text) and not _COUNTED.search(text)) or personal.find(name):
        sentence = _(
            "“%(name)s”涉及具体的人，不能设为数据项，也不能用表格收集。确需了解某个人的情况，请在相应的业务里依法办理。"
        )
        raise Invalid({field: [sentence % {"name": name}]})


def refuse_personal_text(text: str, field: str = "value") -> None:
    """Raise ``Invalid`` for a text that holds a telephone number, a citizen number or the like."""
    if personal.find(text):
        raise Invalid(
            {field: [_("这里像是写了某个人的姓名、电话或证件号，请去掉：这里只收不涉及个人的情况。")]}
        )


def checked(asked: Declaration) -> Declaration:
    """Return a declaration with its texts cleaned; ``Invalid`` by field for what is missing, too long or about a person."""
    faults: dict[str, list[str]] = {}
    name = _line(asked.name, "name", MOST_NAME, faults, _("请写明数据项的名称。"))
    meaning = _line(
        asked.meaning, "meaning", MOST_MEANING, faults, _("请写明口径：算什么、不算什么、从哪里来。")
    )
    measure = _line(asked.measure, "measure", MOST_MEASURE, faults)
    origin = _line(asked.origin, "origin", MOST_ORIGIN, faults, _("请写明为什么设立（依据或哪张表要用）。"))
    choices = (("kind", Kind), ("whose", Whose), ("span", Span))
    for field, values in choices:
        if getattr(asked, field) not in values.values:
            faults[field] = [_("请选择列出的一种。")]
    if not 0 <= asked.decimals <= MOST_DECIMALS:
        faults["decimals"] = [_("小数位数是 0 到 %(most)s。") % {"most": MOST_DECIMALS}]
    if name and not plain(name):
        faults.setdefault("name", []).append(_("名称里要有文字。"))
    if faults:
        raise Invalid(faults)
    refuse_personal(name, about_person=asked.about_person)
    number = asked.kind == Kind.NUMBER
    return Declaration(
        name=name,
        meaning=meaning,
        kind=asked.kind,
        measure=measure if number else "",
        decimals=asked.decimals if number else 0,
        whose=asked.whose,
        span=asked.span,
        owner_id=asked.owner_id,
        origin=origin,
        valid_from=asked.valid_from,
    )


def _line(value: str, field: str, most: int, faults: dict[str, list[str]], missing: str = "") -> str:
    text = " ".join(clean_input(value).text.split())
    if len(text) > most:
        told = {"max": most, "count": len(text)}
        faults[field] = [_("最多 %(max)s 字，现在有 %(count)s 字。") % told]
    elif missing and not text:
        faults[field] = [missing]
    return text
