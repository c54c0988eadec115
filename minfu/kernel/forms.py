"""Forms whose sentences say what to do: rooms derive from ``Form`` and ``ModelForm`` here instead of Django's."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

_CHOOSE = (forms.ChoiceField, forms.ModelChoiceField, forms.DateField, forms.DateTimeField, forms.TimeField)


def _required(field: forms.Field) -> Any:
    """Return what to say when the field was left empty."""
    if isinstance(field, forms.FileField):
        return _("请上传“%(label)s”。")
    if isinstance(field, forms.BooleanField):
        return _("请先勾选“%(label)s”。")
    return _("请选择“%(label)s”。") if isinstance(field, _CHOOSE) else _("请填写“%(label)s”。")


def _sentences(field: forms.Field) -> dict[str, Any]:
    """Return the sentences a field of this kind may need, ``%(label)s`` still open; ``%%(…)`` is filled by Django."""
    said = {
        "required": _required(field),
        "max_length": _("“%(label)s”最多 %%(limit_value)d 个字，现在有 %%(show_value)d 个，请删减。"),
        "min_length": _("“%(label)s”至少 %%(limit_value)d 个字，请补充。"),
        "max_value": _("“%(label)s”不能大于 %%(limit_value)s。"),
        "min_value": _("“%(label)s”不能小于 %%(limit_value)s。"),
        "null_characters_not_allowed": _("“%(label)s”里有无法识别的字符，请重新输入。"),
    }
    if isinstance(field, forms.DateField | forms.DateTimeField):
        said["invalid"] = _("“%(label)s”不是有效的日期，请按 2026-11-21 这样的格式填写。")
    elif isinstance(field, forms.IntegerField):
        said["invalid"] = _("“%(label)s”请填写数字，例如 12。")
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        said["invalid_choice"] = _("“%(label)s”里没有这个选项，请重新选择。")
    return said


def _default(field: forms.Field, key: str) -> Any:
    """Return Django's own sentence for a kind of mistake, or None."""
    for one in type(field).__mro__:
        if key in getattr(one, "default_error_messages", {}):
            return one.default_error_messages[key]  # type: ignore[attr-defined]  # every field has them
    return None


def _fill(sentence: Any, label: str) -> str:
    """Return a sentence that names a field."""
    return str(sentence) % {"label": label}


#: The same when it is said: of a form's dozens of sentences most never are.
_filled = lazy(_fill, str)


def say_plainly(field: forms.Field, label: str) -> None:
    """Give a field error sentences that name it and say what to do; sentences its author wrote stay."""
    for key, sentence in _sentences(field).items():
        if field.error_messages.get(key) is _default(field, key):
            filled_later = key not in {"required", "invalid", "null_characters_not_allowed"}
            name = label.replace("%", "%%") if filled_later else label
            field.error_messages[key] = _filled(sentence, name)


class PlainWords:
    """Mixin for forms: every field's mistakes are told in sentences that name it and say what to do."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any):
        """Make the form, then its sentences."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            say_plainly(field, str(field.label or name))


class Form(PlainWords, forms.Form):
    """A form in plain words."""


class ModelForm(PlainWords, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """A form over a model in plain words."""
