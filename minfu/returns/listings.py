"""Forms, copies and the burden as tables: rows as on the screens."""

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.kernel.listings import Asked, Column, Listing, register
from minfu.kernel.pages import number_of
from minfu.returns import rights, states
from minfu.returns.models import Field
from minfu.returns.rules import access, burden, progress, totals

#: The tabs of the list: copies that wait for the unit first.
TABS = {
    "todo": _("要我们填的"),
    "done": _("我们交过的"),
    "ours": _("我们发的表"),
    "gate": _("待准入"),
    "all": _("在用的表"),
}
COPIES = ("todo", "done")


def tabs_for(actor: Actor) -> dict[str, Any]:
    """Return the tabs an actor needs: who issues nothing has no list of it."""
    needed = {"todo": rights.HAND_IN, "done": rights.HAND_IN, "ours": rights.ISSUE, "gate": rights.APPROVE}
    return {name: label for name, label in TABS.items() if name not in needed or actor.may(needed[name])}


def tab_of(actor: Actor, asked: Asked) -> str:
    """Return the tab an address names, the actor's first for none."""
    tabs = tabs_for(actor)
    name = asked.get("tab", "")
    return name if name in tabs else next(iter(tabs))


def rows(actor: Actor, asked: Asked) -> Any:
    """Return the forms, or the copies, of a tab; what is due first stands first among copies that wait."""
    tab = tab_of(actor, asked)
    if tab in COPIES:
        copies = (
            access.copies_for(actor).filter(unit_id=actor.unit_id or 0).select_related("form__unit", "unit")
        )
        waiting = copies.filter(state__in=states.WAITING).order_by("due_on", "pk")
        return waiting if tab == "todo" else copies.exclude(state__in=states.WAITING).order_by("-pk")
    forms = access.forms_for(actor).select_related("unit")
    if tab == "ours":
        forms = forms.filter(unit_id=actor.unit_id or 0)
    elif tab == "gate":
        forms = forms.filter(state=states.REVIEW)
    else:
        forms = forms.filter(state=states.IN_FORCE)
    return forms.order_by("-pk")


def _form(row: Any) -> Any:
    return getattr(row, "form", row)


def _state(row: Any) -> Any:
    return (states.COPY if hasattr(row, "form") else states.FORM)[row.state].label


register(
    Listing(
        name="returns.list",
        title=_("报表"),
        right=rights.VIEW,
        screen=reverse_lazy("returns:list"),
        rows=rows,
        keys=("tab",),
        named=lambda actor, asked: TABS[tab_of(actor, asked)],
        columns=(
            Column(_("表名"), lambda row: _form(row).title),
            Column(_("发表单位"), lambda row: _form(row).unit.name),
            Column(_("依据文号"), lambda row: _form(row).ground),
            Column(_("频次"), lambda row: _form(row).get_frequency_display()),
            Column(_("用到哪一天"), lambda row: _form(row).ends_on),
            Column(_("时段"), lambda row: getattr(row, "period", "")),
            Column(_("交表期限"), lambda row: getattr(row, "due_on", None)),
            Column(_("状态"), _state),
        ),
    )
)


def _copies(actor: Actor, asked: Asked) -> Any:
    form = number_of(asked.get("form", "")) or 0
    fields = list(Field.objects.filter(form_id=form).order_by("place"))
    seen = access.copies_for(actor).filter(form_id=form).select_related("form", "unit")
    found = progress.narrowed(seen, asked.get("in", ""), asked.get("period", ""))
    return [
        (copy, field, (copy.content or {}).get(str(field.pk), {}))
        for copy in found.order_by("-period", "unit__division_id", "unit_id")
        for field in fields
    ]


register(
    Listing(
        name="returns.collected",
        title=_("收到的表"),
        right=rights.VIEW,
        screen=reverse_lazy("returns:list"),
        rows=_copies,
        keys=("form", "in", "period"),
        columns=(
            Column(_("表名"), lambda row: row[0].form.title),
            Column(_("时段"), lambda row: row[0].period),
            Column(_("单位"), lambda row: row[0].unit.name),
            Column(_("状态"), lambda row: states.COPY[row[0].state].label),
            Column(_("交表时间"), lambda row: row[0].handed_in_at),
            Column(_("项目"), lambda row: row[1].name),
            Column(_("填报"), lambda row: row[2].get("text", "")),
            Column(_("系统填好的"), lambda row: (_("是") if row[2]["self"] else _("否")) if row[2] else ""),
            Column(_("记录在"), lambda row: row[2].get("href", "")),
        ),
    )
)


def _totals(actor: Actor, asked: Asked) -> Any:
    """Return the sums of a form for one period, the newest unless told otherwise, none where no form is named."""
    if not asked.get("form"):
        return []
    form = access.get_form_for(actor, number_of(asked["form"]) or 0)
    known = totals.periods(actor, form)
    period = asked.get("period", "") or next(iter(known), "")
    found = totals.collected(actor, form, period)
    return [(found, one) for one in found.totals]


register(
    Listing(
        name="returns.totals",
        title=_("报表汇总"),
        right=rights.VIEW,
        screen=reverse_lazy("returns:list"),
        rows=_totals,
        keys=("form", "period"),
        columns=(
            Column(_("表名"), lambda row: row[0].form.title),
            Column(_("时段"), lambda row: row[0].period),
            Column(_("项目"), lambda row: row[1].field.name),
            Column(_("合计"), lambda row: None if row[1].number is None else float(row[1].number)),
            Column(_("计量单位"), lambda row: row[1].field.measure),
            Column(_("已交"), lambda row: row[0].handed_in),
            Column(_("填报单位数"), lambda row: row[0].asked),
            Column(_("没有合计的原因"), lambda row: row[1].why),
        ),
    )
)

register(
    Listing(
        name="returns.burden",
        title=_("填报负担"),
        right=rights.VIEW,
        screen=reverse_lazy("returns:burden"),
        rows=lambda _actor, _asked: burden.lines(),
        columns=(
            Column(_("月份"), lambda row: f"{row.month:%Y-%m}"),
            Column(_("发表单位"), lambda row: row.unit),
            Column(_("表"), lambda row: row.forms),
            Column(_("份"), lambda row: row.copies),
            Column(_("格"), lambda row: row.cells),
            Column(_("要人填的格"), lambda row: row.asked),
            Column(_("系统填好的格"), lambda row: row.by_itself),
            Column(_("系统填好的比例（%）"), lambda row: row.share),
            Column(_("估算用时（分钟）"), lambda row: float(row.minutes)),
        ),
    )
)

register(
    Listing(
        name="returns.burden_copies",
        title=_("发出的表"),
        right=rights.VIEW,
        screen=reverse_lazy("returns:burden_copies"),
        rows=lambda _actor, asked: (
            burden.counted(burden.month_of(asked.get("month", "")), burden.unit_of(asked.get("unit", "")))
            .select_related("form__unit", "unit")
            .order_by("-pk")
        ),
        keys=("month", "unit"),
        columns=(
            Column(_("表名"), lambda row: row.form.title),
            Column(_("发表单位"), lambda row: row.form.unit.name),
            Column(_("由谁来填"), lambda row: row.unit.name),
            Column(_("时段"), lambda row: row.period),
            Column(_("状态"), lambda row: states.COPY[row.state].label),
            Column(_("要人填的格"), lambda row: row.cells_asked),
            Column(_("系统填好的格"), lambda row: row.cells_self),
            Column(_("估算用时（分钟）"), lambda row: float(row.minutes)),
        ),
    )
)
