"""Template tags every room uses: ``{% load minfu %}``. Examples of each: ``docs/howto/build-a-screen.md``."""

import json
import re
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import forms, template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from minfu.kernel import calendar, clock, listings, record
from minfu.kernel.steps import StateTable

register = template.Library()


@cache
def icons() -> frozenset[str]:
    """Return the names of the symbols in ``static/minfu/icons.svg``."""
    sprite = Path(settings.BASE_DIR) / "static" / "minfu" / "icons.svg"
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', sprite.read_text(encoding="utf-8")))


@register.simple_tag
def svg_icon(name: str, label: str = "") -> SafeString:
    """Draw a symbol of the sprite; decorative unless ``label`` says what it means. LookupError for an unknown name."""
    return _drawn(name, label, _sprite())


@cache
def _sprite() -> str:
    """Return the sprite's address, which changes with the software only."""
    return static("minfu/icons.svg")


@lru_cache(maxsize=512)
def _drawn(name: str, label: str, sprite: str) -> SafeString:
    if name not in icons():
        raise LookupError(f"no symbol {name} in icons.svg; there are {', '.join(sorted(icons()))}")
    href = f"{sprite}#{name}"
    if label:
        return format_html(
            '<svg class="icon icon-{}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            name,
            label,
            href,
        )
    return format_html('<svg class="icon icon-{}" aria-hidden="true"><use href="{}"></use></svg>', name, href)


@register.inclusion_tag("components/state_badge.html")
def state_badge(table: StateTable, code: str) -> dict[str, Any]:
    """Show a state as word + shape + colour; KeyError for a code the table does not know."""
    return {"state": table[code]}


@register.inclusion_tag("components/masked.html")
def masked(value: str, reveal_url: str = "") -> dict[str, Any]:
    """Show a masked value (``138****1234``) and, with ``reveal_url``, the button that asks why before unmasking."""
    return {"value": value, "url": reveal_url}


@register.simple_tag
def place(*names: Any) -> SafeString:
    """Show a place from large to small, the last part bold; takes names or one list of them and skips empty ones."""
    first = names[0] if names else ()
    listed = first if len(names) == 1 and isinstance(first, list | tuple) else names
    parts = [str(name) for name in listed if name]
    if not parts:
        return format_html('<span class="place place-none">{}</span>', _("地点待定"))
    larger = format_html_join("", "<span>{}</span>", ((part,) for part in parts[:-1]))
    return format_html('<span class="place">{}<b>{}</b></span>', larger, parts[-1])


@register.simple_tag(takes_context=True)
def export_button(context: Any, name: str, query: str | None = None) -> SafeString:
    """Link to the export of a list as it is narrowed now (``query``: with its question mark); nothing for who may not."""
    listing, request = listings.get(name), context["request"]
    actor = getattr(request, "actor", None)
    if actor is None or not actor.may(listing.right):
        return SafeString("")
    asked = listing.asked(request.GET.dict())
    narrowed = query if query is not None else f"?{urlencode(asked)}" if asked else ""
    link = '<a class="btn btn-quiet" href="{}{}" data-key="e">{} {}</a>'
    return format_html(link, listings.export_path(name), narrowed, svg_icon("download"), _("导出"))


@register.simple_tag
def receipt(code: str) -> SafeString:
    """Show a receipt code as large as a price tag, in groups (its own, or of four) that can be read out."""
    bare = re.sub(r"\s+", "", str(code))
    groups = bare.split("-") if "-" in bare else [bare[i : i + 4] for i in range(0, len(bare), 4)]
    spans = format_html_join("", "<span>{}</span>", ((group,) for group in groups))
    return format_html('<strong class="receipt" translate="no">{}</strong>', spans)


@register.filter
def moment(value: datetime | None) -> str:
    """Return ``2026年11月21日 14:05`` in local time; an empty string for None."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M}"


@register.filter
def number(value: Any) -> str:
    """Return a number with thousands separators; what is no number comes back as it is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


@register.filter
def who(label: str) -> str:
    """Return an actor's label ("unit · title") with the title in the reader's language; the unit keeps its name."""
    unit, dot, title = label.rpartition(" · ")
    own = title.removesuffix("（代）")
    return unit + dot + (_(own) if own else "") + (_("（代）") if own != title else "")


@register.filter
def event_sentence(event: Any) -> str:
    """Return what an event of the history says: its own ``sentence`` if a room gave one, else the registered one."""
    name, data = getattr(event, "name", ""), getattr(event, "data", {})
    return record.told(name, data, getattr(event, "sentence", ""))


@register.inclusion_tag("components/deadline.html")
def deadline(due: datetime | None, unit: str = "workdays", *, running: bool = True) -> dict[str, Any]:
    """Show a deadline as date, weekday and what is left: ``11月27日 周五，还剩 3 个工作日``.

    ``unit`` is the deadline's own unit (a value of ``calendar.Unit``). Overdue is red, less than a working day amber,
    each with its own shape. With ``running=False`` (the clock stands, or the matter has ended) only the date is shown.
    """
    if due is None:
        return {"due": None, "text": _("没有时限"), "tone": "plain", "icon": ""}
    now, working = clock.now(), calendar.current()
    if not running:
        return {"due": due, "text": moment(due), "tone": "plain", "icon": ""}
    left = working.remaining(now, due)
    tone, icon = (
        ("red", "danger") if left.overdue else ("amber", "alert") if left.workdays < 1 else ("plain", "")
    )
    return {
        "due": due,
        "text": calendar.phrase(working, now, due, calendar.Unit(unit)),
        "tone": tone,
        "icon": icon,
    }


# --- forms ---


@register.filter
def is_tick(field: BoundField) -> bool:
    """Tell whether the field is a single tick box, whose label stands behind it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_wide(field: BoundField) -> bool:
    """Tell whether a filter deserves a wide place (free text)."""
    widget = field.field.widget
    return isinstance(widget, forms.TextInput) and not isinstance(widget, forms.NumberInput | forms.DateInput)


def _look(widget: forms.Widget) -> str:
    """Return the class a widget is drawn with."""
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return ""
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Draw the input of a field, in our looks and tied to its help and error texts."""
    widget = field.field.widget
    classes = f"{_look(widget)} {widget.attrs.get('class', '')}".split()
    if field.errors:
        classes.append("is-invalid")
    return field.as_widget(attrs={"class": " ".join(classes)} if classes else {})


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: forms.BaseForm) -> dict[str, Any]:
    """List what is wrong in a form at the top of the page, each sentence a link to its field."""
    problems = [{"target": "", "sentence": sentence} for sentence in form.non_field_errors()]
    for field in form:
        target = f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
        problems += [{"target": target, "sentence": sentence} for sentence in field.errors]
    return {"problems": problems}


_TONES = {"error": "red", "warning": "amber", "success": "green"}
_SHAPES = {"error": "danger", "warning": "alert", "success": "check"}


@register.filter
def message_tone(level: str) -> str:
    """Return the tone of a message of Django's level tag."""
    return _TONES.get(level, "blue")


@register.filter
def message_icon(level: str) -> str:
    """Return the symbol of a message of Django's level tag."""
    return _SHAPES.get(level, "info")


@register.filter
def as_json(value: Any) -> str:
    """Return a value as JSON, for a ``data-`` attribute that a script reads: pages carry no script of their own."""
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
