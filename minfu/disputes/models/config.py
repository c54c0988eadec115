"""What a county configures, dated and with its source: terms, and the ways that are open when mediation ends."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from minfu.kernel.dated import Dated


class Term(Dated):
    """A length of time in natural days."""

    class Key(models.TextChoices):
        """What the term is for."""

        CONFIRM = "confirm", _("申请司法确认的期限（自协议生效之日起）")
        CONFIRM_REMIND = "confirm_remind", _("司法确认到期前多少天提醒")
        VISIT = "visit", _("协议生效或约定履行之日后多少天回访")
        KEEP = "keep", _("调解结束后多少天删除当事人的姓名、电话")
        VISIT_AGAIN = "visit_again", _("没有履行完的，多少天后再回访")

    key = models.CharField(_("期限"), max_length=20, choices=Key.choices)
    days = models.PositiveSmallIntegerField(_("天数（自然日）"))

    class Meta(Dated.Meta):
        db_table = "disputes_term"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["key", "valid_from"], name="term_once_per_day"),
            models.CheckConstraint(
                condition=models.Q(days__range=(1, 7300)),
                name="term_within_twenty_years",
                violation_error_message=_("天数请填 1 到 7300。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_key_display())


class Way(Dated):
    """Another way open to the parties when mediation ends: court, arbitration, an authority. What they are told."""

    code = models.SlugField(_("代码"), max_length=20)
    name = models.CharField(_("途径"), max_length=60)
    advice = models.TextField(_("告知内容"))

    class Meta(Dated.Meta):
        db_table = "disputes_way"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["code", "valid_from"], name="way_once_per_day"),
        ]

    def __str__(self) -> str:
        return self.name
