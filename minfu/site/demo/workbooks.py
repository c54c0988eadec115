"""An invented form from above (an empty Excel table) that a township's clerk has half filled in."""

from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from minfu.accounts.access import actor_for
from minfu.accounts.models import Post, Role
from minfu.figures import door as figures
from minfu.kernel import clock
from minfu.places.models import Division
from minfu.workbooks.models import Workbook
from minfu.workbooks.rules import actions, reading
from minfu.workbooks.trial.drawing import Sheet, drawn

#: How many people the township's hall received: nobody but the clerk knows.
RECEIVED = "128"


def load(now: datetime) -> None:
    """Take the form in as the clerk of the first township, once; type one number, leave the rest to whoever looks."""
    post = Post.objects.filter(role=Role.TOWNSHIP_CLERK).select_related("user", "unit").order_by("pk").first()
    actor = actor_for(post.user, post.pk, "screen", second_factor=True) if post else None
    if post is None or actor is None or Workbook.objects.exists():
        return
    with clock.travel(now - timedelta(hours=20)):
        data = _form(Division.objects.get(pk=post.unit.division_id).name)
        row = actions.begin(actor=actor, upload=SimpleUploadedFile("群众诉求办理情况月报表.xlsx", data))
        filling = reading.filling(actor, row)
        received = [
            cell for cell in filling.cells.values() if cell.status == "ask" and "接待" in cell.slot.label
        ]
        told = {cell.slot.key: RECEIVED for cell in received[:1]}
        actions.answer(actor=actor, pk=row.pk, told=told)


def _form(township: str) -> bytes:
    """Return the empty form, of the month before: what minfu knows, what it is not sure of, what only the clerk knows."""
    today = clock.today()
    month = figures.period(f"{today:%Y-%m}").before()
    title = f"{township}{month.start.year}年{month.start.month}月份12345热线诉求办理情况月报表"
    cells: dict[str, str | float] = {
        "A1:F1": title, "A2": f"填报单位：{township}人民政府", "E2": f"填报日期：{today.year}年{today.month}月5日",
        "A3": "序号", "B3": "指标名称", "C3": "计量单位", "D3": "本月数", "E3": "本年累计", "F3": "上年同期",
    }  # fmt: skip
    lines = (
        ("受理诉求总量", "件"), ("  其中：咨询类", "件"), ("        投诉类", "件"), ("        求助类", "件"), ("已办结", "件"),
        ("按期办结率", "%"), ("群众满意率", "%"), ("市级转来受理诉求", "件"), ("批准延期", "次"), ("接待群众", "人次"),
    )  # fmt: skip
    for number, (name, measure) in enumerate(lines, 1):
        cells |= {f"A{3 + number}": number, f"B{3 + number}": name, f"C{3 + number}": measure}
    last = 3 + len(lines)
    cells[f"A{last + 1}"] = "注：本表由乡镇填报，每月5日前报县民富中心。（演示，虚构）"
    return drawn([Sheet("月报", cells, box=[f"A3:F{last}"])])
