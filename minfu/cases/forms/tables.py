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
        help_text=_("xlsx、xls 或 CSV（UTF-8、GBK 都可以）。最多 100,000 行。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.gz"}),
    )
    source = forms.CharField(
        label=_("数据来源"), max_length=40,
        help_text=_("例如“12345热线”。同一来源、同一来源编号的行，再导入一次也不会重复。"),
    )  # fmt: skip
    how = forms.ChoiceField(
        label=_("怎样导入"),
        choices=[
            ("all", _("没有一行有问题才导入；有问题就一行也不导入")),
            ("skip", _("跳过有问题的行，其余照常导入")),
            ("check", _("只检查，不导入：看哪些行有问题、会登记多少件")),
        ],
        initial="all",
        widget=forms.RadioSelect,
    )

    ask = forms.BooleanField(
        label=_("导入前先核对每一列是什么"),
        required=False,
        help_text=_("不勾也可以：标题认不出来的会请您核对，核对过的表格下次直接导入。"),
    )

    def asked(self) -> dict[str, Any]:
        """Return what else is asked of the import."""
        how = self.cleaned_data["how"]
        return {
            "source": self.cleaned_data["source"],
            "skip_bad": how == "skip",
            "check_only": how == "check",
        }

    def clean_file(self) -> Any:
        """Refuse a file that is too large."""
        file = self.cleaned_data["file"]
        if file.size > settings.MINFU_UPLOAD_MB * 1024 * 1024:
            raise forms.ValidationError(str(tables.too_large().message))
        return file
