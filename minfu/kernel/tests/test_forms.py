"""Forms name the field and say what to do."""

import pytest
from django import forms

from minfu.kernel.forms import Form


class Example(Form):
    title = forms.CharField(label="标题", max_length=5)
    share = forms.IntegerField(label="占比(100%)", max_value=100)
    kind = forms.ChoiceField(label="类别(100%)", choices=[("a", "甲")])
    day = forms.DateField(label="日期")
    agree = forms.BooleanField(label="已核对")
    own = forms.CharField(label="口令", error_messages={"required": "请先问村里要口令。"})
    photo = forms.FileField(label="照片")


GOOD = {"title": "路灯", "share": "5", "kind": "a", "day": "2026-11-21", "agree": "on", "own": "x"}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "请填写“标题”。"),
        ("title", "一二三四五六", "“标题”最多 5 个字，现在有 6 个，请删减。"),
        ("title", "a\x00b", "“标题”里有无法识别的字符，请重新输入。"),
        ("share", "许多", "“占比(100%)”请填写数字，例如 12。"),
        ("share", "101", "“占比(100%)”不能大于 100。"),
        ("kind", "", "请选择“类别(100%)”。"),
        ("kind", "b", "“类别(100%)”里没有这个选项，请重新选择。"),
        ("day", "昨天", "“日期”不是有效的日期，请按 2026-11-21 这样的格式填写。"),
        ("agree", "", "请先勾选“已核对”。"),
        ("own", "", "请先问村里要口令。"),
        ("photo", "", "请上传“照片”。"),
    ],
)
def test_each_mistake_is_named(field: str, value: str, sentence: str) -> None:
    form = Example({**GOOD, field: value})
    assert form.errors[field] == [sentence]


def test_what_is_right_is_accepted() -> None:
    form = Example(GOOD)
    assert set(form.errors) == {"photo"}
