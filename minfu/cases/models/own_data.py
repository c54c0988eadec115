"""What residents ask about their own data (个人信息保护法 第四十六条 correction, 第四十七条 deletion)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Post, Unit
from minfu.cases import states
from minfu.cases.models.case import Case
from minfu.registry.models import Identity


class DataRequest(models.Model):
    """A resident asks to have their name or number corrected, or erased; a desk decides and says why."""

    class Wish(models.TextChoices):
        CORRECT = "correct", _("更正姓名、电话")
        ERASE = "erase", _("删除姓名、电话")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    wish = models.CharField(_("要求"), max_length=8, choices=Wish.choices)
    words = models.CharField(_("说明"), max_length=500, blank=True)
    #: What it should say instead, sealed; erased when the request is decided.
    proposed = models.ForeignKey(Identity, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=states.DATA_REQUEST.choices, default="asked")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.CharField(_("答复"), max_length=500, blank=True)

    class Meta:
        db_table = "cases_data_request"
        indexes = [
            models.Index(
                fields=["desk", "due_at", "id"], name="data_request_waiting", condition=Q(state="asked")
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "wish"],
                condition=Q(state="asked"),
                name="data_request_once",
                violation_error_message=_("您已经提过同样的要求，正在处理。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decision=""), name="refusal_says_why"
            ),  # 第五十条: 拒绝个人行使权利的请求的,应当说明理由
        ]
        triggers = [states.DATA_REQUEST.trigger("data_request_steps")]

    def __str__(self) -> str:
        return f"{self.get_wish_display()} {self.case_id}"
