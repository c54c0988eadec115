"""What notices about forms say."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minfu.notices import texts

ASKED = texts.register(
    "returns.asked", _("有一张表要填"), _("《{title}》，{issuer}发，{until}前交。已有的项系统已填好。")
)
DUE = texts.register(
    "returns.due", _("有一张表快到期限"), _("《{title}》，{issuer}发，{until}前交，还没有交。")
)
GIVEN_BACK = texts.register("returns.given_back", _("表被退回"), _("《{title}》要核对：{reason}"))
JUDGED = texts.register("returns.judged", _("报表准入有结果"), _("《{title}》：{outcome}"))
GATE = texts.register("returns.gate", _("有报表等待准入"), _("《{title}》，{issuer}申报。"))


def register() -> None:
    """Say where a form and a copy are shown, and what stands in the holes."""
    texts.link("return_form", lambda pk: reverse("returns:form", args=[pk]))
    texts.link("return_copy", lambda pk: reverse("returns:copy", args=[pk]))
    texts.describe("title", _("表的名称"), _("村集体收入统计表"))
    texts.describe("issuer", _("发表的单位"), _("古田县农业农村局"))
    texts.describe("outcome", _("准入的结果"), _("准入"))
    texts.describe("reason", _("为什么退回"), _("第 3 项和上月差得多"))
