"""Forms of import and export."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from minfu.cases.rules import tables
from minfu.kernel.forms import Form


class ImportForm(Form):
    """A table to import."""

    file = forms.FileField(
        label=_("表格文件"),
        help_text=_("xlsx、xls 或 CSV(UTF-8、GBK 都可以)。最多 100,000 行。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.gz"}),
    )
    source = forms.CharField(
        label=_("数据来源"), max_length=40,
        help_text=_("例如“12345热线”。同一来源、同一来源编号的行，再导入一次也不会重复。"),
    )  # fmt: skip
    skip_bad = forms.BooleanField(
        label=_("跳过有问题的行"), required=False,
        help_text=_("不勾选：只要有一行有问题，就一行也不导入。勾选：有问题的行不导入，列在错误报告里，其余的照常导入。"),
    )  # fmt: skip

    check_only = forms.BooleanField(
        label=_("只检查，不导入"), required=False,
        help_text=_("先看看哪些行有问题、会登记多少件；什么都不改。"),
    )  # fmt: skip

    def clean_file(self) -> Any:
        """Refuse a file that is too large."""
        file = self.cleaned_data["file"]
        if file.size > settings.MINFU_UPLOAD_MB * 1024 * 1024:
            raise forms.ValidationError(str(tables.too_large().message))
        return file
