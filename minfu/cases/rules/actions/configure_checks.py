"""What a version of the configuration must be like, whichever door it comes by: a form, a table, a program."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from minfu.accounts.models import Level, Unit
from minfu.cases.models import (
    AutomaticChoice,
    Category,
    Diversion,
    Kind,
    Retention,
    RoutingRule,
    TimeLimit,
    Urgency,
)
from minfu.cases.rules import defaults
from minfu.kernel.errors import Invalid
from minfu.places import index

#: Longest limit, in its own measure.
MOST_AMOUNT = 720
#: Longest time an identity may be kept, in months.
MOST_MONTHS = 360
#: Least and greatest share of right answers, in percent, from which on the software may choose by itself.
LEAST_SURE, MOST_SURE = 90, 99
#: Highest place of a routing rule, and latest reminder in percent of a limit.
MOST_ORDER, MOST_REMIND = 99_999, 90
#: Questions one category may ask, their length in characters, choices and their length.
MOST_QUESTIONS, LONGEST_QUESTION, MOST_CHOICES, LONGEST_CHOICE = 12, 100, 20, 100
QUESTION_TYPES = ("text", "choice", "number", "date")
#: Largest table taken in here, in bytes.
MOST_BYTES = 1024 * 1024
TOWNSHIP = 9  # digits

Content = Mapping[str, Any]


def check(model: type[Any], content: Content, on: date) -> None:
    """Raise ``Invalid`` by field for what a version that holds from ``on`` must not be."""
    _CHECKS[model](content, on)


def small(data: bytes) -> bytes:
    """Return a table that is not too large. ``Invalid`` for one that is."""
    if len(data) > MOST_BYTES:
        raise Invalid({"file": [_("文件超过 1 MB,请确认选对了文件。")]})
    return data


def holding(model: type[Any], on: date) -> Any:
    """Return the rows of a configuration model that hold on a day."""
    return model.objects.filter(valid_from__lte=on).exclude(valid_to__lte=on)


def keyed(questions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return questions, each with a key of its own: answers already given are found by theirs, new ones get a fresh one."""
    used = {str(one["key"]) for one in questions if one.get("key")}
    fresh = (f"q{number}" for number in range(1, 1000) if f"q{number}" not in used)
    return [{**one, "key": str(one.get("key") or next(fresh))} for one in questions]


# --- one of each model ---


def _category(content: Content, on: date) -> None:
    code = str(content["code"])
    if not (code.isascii() and code.isdigit() and len(code) in (2, 4, 6)):
        raise Invalid({"code": [_("类别代码是 2、4 或 6 位数字：大类 2 位，中类 4 位，小类 6 位。")]})
    above = code[: -defaults.CATEGORY_DIGITS_PER_LEVEL]
    if above and not holding(Category, on).filter(code=above).exists():
        raise Invalid({"code": [_("上级类别 %(code)s 还没有，请先新建上级。") % {"code": above}]})
    if content["reserved"] and content["level"] not in ("", Level.COUNTY):
        raise Invalid({"level": [_("由部门办理的类别，责任层级应是县。")]})
    _known_duty(content)
    _questions(content["questions"])


def _questions(questions: Sequence[Mapping[str, Any]]) -> None:
    wrong = []
    if len(questions) > MOST_QUESTIONS:
        wrong.append(_("一个类别最多问 %(most)d 个问题。") % {"most": MOST_QUESTIONS})
    keys = [str(one["key"]) for one in questions]
    if len(set(keys)) < len(keys):
        wrong.append(_("两个问题用了同一个 key,请改掉一个。"))
    wrong += [sentence for one in questions if (sentence := _question(one))]
    if wrong:
        raise Invalid({"questions": wrong})


def _question(one: Mapping[str, Any]) -> str:
    """Return what is wrong with a question, "" for nothing."""
    text, choices = str(one["text"]).strip(), list(one["choices"])
    words = {"text": text[:20]}
    if not 0 < len(text) <= LONGEST_QUESTION:
        return _("每个问题要有 1 到 %(most)d 个字。") % {"most": LONGEST_QUESTION}
    if not re.fullmatch(r"[A-Za-z0-9_]{1,30}", str(one["key"])):
        return _("问题“%(text)s”的 key 应是 1 到 30 个英文字母、数字或下划线。") % words
    if one["type"] not in QUESTION_TYPES:
        return _("问题“%(text)s”的回答方式应是 text、choice、number 或 date。") % words
    if (one["type"] == "choice") != bool(choices):
        return _("问题“%(text)s”：只有“选择”有选项，而且至少要两个。") % words
    plain = all(0 < len(str(option).strip()) <= LONGEST_CHOICE and "|" not in option for option in choices)
    if choices and not (plain and 1 < len(set(choices)) == len(choices) <= MOST_CHOICES):
        return _("问题“%(text)s”：“选择”要有 2 到 %(most)d 个不同的选项，选项里不能有“|”。") % {
            **words,
            "most": MOST_CHOICES,
        }
    return ""


def _rule(content: Content, _on: date) -> None:
    _conditions(content)
    if not 0 < int(content["order"]) <= MOST_ORDER:
        raise Invalid({"order": [_("顺序请填 1 到 %(most)d。") % {"most": MOST_ORDER}]})
    _known_duty(content)
    area = content["area"]
    if area and not _is_township(area):
        raise Invalid({"area": [_("请填乡镇代码的前 9 位，或者空着表示全县。")]})
    if content["unit_id"]:
        units = Unit.objects.filter(is_active=True).exclude(kind=Unit.Kind.PARTNER)
        if not units.filter(pk=content["unit_id"]).exists():
            raise Invalid({"unit_id": [_("没有这个单位，或它已停用。")]})
        return
    if content["level"] not in ("", Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY):
        raise Invalid({"level": [_("派往层级应是村、乡镇或县。")]})
    if not content["level"]:
        raise Invalid({"level": [_("请选择派往哪个单位，或派往哪一级。")]})
    if content["level"] == Level.COUNTY and not content["duty"]:
        raise Invalid({"duty": [_("派往县级时，请选择哪个职责的部门，或直接指定单位。")]})


def _is_township(area: str) -> bool:
    found = index.current().divisions.get(f"{area}000") if len(area) == TOWNSHIP else None
    return found is not None and found.level == "township" and not found.ended


def _limit(content: Content, _on: date) -> None:
    _conditions(content)
    known_measure(content["measure"])
    if not 0 < int(content["amount"]) <= MOST_AMOUNT:
        raise Invalid({"amount": [_("数量请填 1 到 %(most)d。") % {"most": MOST_AMOUNT}]})
    if not 0 <= int(content["remind_percent"]) <= MOST_REMIND:
        raise Invalid({"remind_percent": [_("提前提醒请填 0 到 %(most)d。") % {"most": MOST_REMIND}]})


def known_measure(measure: str) -> None:
    """Raise ``Invalid`` for what is no measure of a limit."""
    if measure not in TimeLimit.Measure.values:
        raise Invalid({"measure": [_("时限的单位应是 hours、workdays 或 days。")]})


def _retention(content: Content, _on: date) -> None:
    _conditions(content)
    if not 0 < int(content["months"]) <= MOST_MONTHS:
        raise Invalid({"months": [_("请填 1 到 %(most)d 个月。") % {"most": MOST_MONTHS}]})


def _choice(content: Content, _on: date) -> None:
    if content["matter"] not in AutomaticChoice.Matter.values:
        raise Invalid({"matter": [_("现在只能自动判断类别，请填 category。")]})
    if int(content["percent"]) and not LEAST_SURE <= int(content["percent"]) <= MOST_SURE:
        words = {"least": LEAST_SURE, "most": MOST_SURE}
        raise Invalid({"percent": [_("请填 %(least)d 到 %(most)d；填 0 表示不自动判断。") % words]})


def _diversion(content: Content, _on: date) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", str(content["code"])):
        raise Invalid({"code": [_("代码只能用英文字母、数字、横线。")]})


def _conditions(content: Content) -> None:
    """Check which demands a row is about: a category that is or was, a kind, an urgency; empty ones hold for all."""
    code = content["category_code"]
    if code and not Category.objects.filter(code=code).exists():
        raise Invalid({"category_code": [_("没有类别 %(code)s。") % {"code": code}]})
    for name, known in (("kind", Kind.values), ("urgency", Urgency.values)):
        if content.get(name, "") not in ("", *known):
            sentence = _("“%(value)s”不在可选的范围里，请对照说明。")
            raise Invalid({name: [sentence % {"value": str(content[name])[:20]}]})


def _known_duty(content: Content) -> None:
    if content["duty"] and content["duty"] not in defaults.duties():
        sentence = _("没有职责代码“%(text)s”，请看职责代码表。")
        raise Invalid({"duty": [sentence % {"text": str(content["duty"])[:20]}]})


_CHECKS: dict[type[Any], Callable[[Content, date], None]] = {
    Category: _category,
    RoutingRule: _rule,
    TimeLimit: _limit,
    Retention: _retention,
    AutomaticChoice: _choice,
    Diversion: _diversion,
}
