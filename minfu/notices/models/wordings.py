"""What the county says in its own words instead of the shipped ones."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Wording(models.Model):
    """The words of one kind of notice in one language, from a day on; empty words: the shipped ones again."""

    key = models.CharField(max_length=64)
    language = models.CharField(_("语言"), max_length=10)
    title = models.CharField(_("标题"), max_length=120, blank=True)
    body = models.CharField(_("正文"), max_length=500, blank=True)
    spoken = models.CharField(_("电话里怎么说"), max_length=500, blank=True)
    valid_from = models.DateField(_("生效日期"))
    source = models.CharField(_("修改原因"), max_length=200)

    class Meta:
        db_table = "notices_wording"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key", "language", "valid_from"],
                name="wording_once_per_day",
                violation_error_message=_("这一天已经有一版，请刷新后再改。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.language}) {self.valid_from}"
