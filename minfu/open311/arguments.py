"""What a call says: its arguments, read one by one; an empty one is none. Each refusal names the argument."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from minfu.cases.door import Span
from minfu.kernel import clock
from minfu.kernel.errors import Invalid, Missing

#: The longest span one may ask for at once (GeoReport v2).
LONGEST_SPAN = timedelta(days=90)
#: Requests of one answer, unless told otherwise and at most (GeoReport v2: the first 1000).
MOST_ROWS = 1000
#: Answers tell whole seconds: the last one asked for is included whole.
SECOND = timedelta(seconds=1)
_YEARS = (1970, 2200)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+ -]\d\d:\d\d)", re.ASCII)


class Arguments:
    """The arguments of a call, as typed there."""

    def __init__(self, given: QueryDict):
        """Keep what was given."""
        self.given = given

    def text(self, name: str, *, longest: int = 200) -> str:
        """Return an argument without the spaces around it; "" for none. ``Invalid`` beyond ``longest`` characters."""
        value = self.given.get(name, "").replace("\0", "").strip()
        if len(value) > longest:
            raise Invalid(
                {
                    name: [
                        _("最多 %(most)s 字，现在有 %(count)s 字。") % {"most": longest, "count": len(value)}
                    ]
                }
            )
        return value

    def wanted(self, name: str, *, longest: int = 200) -> str:
        """Return an argument that must be there; ``Invalid`` without it."""
        value = self.text(name, longest=longest)
        if not value:
            raise Invalid({name: [_("缺少这个参数。")]})
        return value

    def several(self, name: str, *, most: int) -> list[str]:
        """Return the values of an argument that may be given more than once or with commas, each once."""
        found = [one.strip() for given in self.given.getlist(name) for one in given.split(",")]
        values = list(dict.fromkeys(one for one in found if one))
        if len(values) > most:
            raise Invalid({name: [_("一次最多 %(most)s 个，请分几次查。") % {"most": most}]})
        return values

    def number(self, name: str, default: int, *, most: int) -> int:
        """Return a whole number from 1 to ``most``."""
        value = self.text(name)
        if not value:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", value) or not 1 <= int(value) <= most:
            raise Invalid({name: [_("应为 1 到 %(most)s 的整数。") % {"most": most}]})
        return int(value)

    def flag(self, name: str) -> bool:
        """Tell whether an argument says true."""
        return self.text(name).lower() in ("true", "1")

    def choice(self, name: str, choices: Sequence[str]) -> list[str]:
        """Return the values of an argument that may be some of ``choices``, whatever their case."""
        values = [one.lower() for one in self.several(name, most=len(choices) + 1)]
        if wrong := [one for one in values if one not in choices]:
            said = {"wrong": wrong[0][:40], "choices": _("、").join(choices)}
            raise Invalid({name: [_("没有“%(wrong)s”，可选：%(choices)s。") % said]})
        return values

    def degree(self, name: str, most: float) -> float | None:
        """Return a coordinate in degrees."""
        value = self.text(name)
        if not value:
            return None
        if not re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?", value) or abs(float(value)) > most:
            raise Invalid(
                {name: [_("应为 WGS 84 坐标，-%(most)s 到 %(most)s 的度数。") % {"most": int(most)}]}
            )
        return float(value)

    def moment(self, name: str) -> datetime | None:
        """Return a moment; ``Invalid`` unless it is written as W3C says, with its zone."""
        value = self.text(name)
        if not value:
            return None
        try:
            if not _MOMENT.fullmatch(value):
                raise ValueError(value)
            # The plus of an offset is a space when nobody escaped it in the address.
            moment = datetime.fromisoformat(value.replace(" ", "+")).astimezone(UTC)
            if not _YEARS[0] <= moment.year < _YEARS[1]:
                raise ValueError(value)
        except (ValueError, OverflowError):
            sentence = _("时间应写成 2026-01-02T03:04:05Z 或 2026-01-02T11:04:05+08:00，要带时区。")
            raise Invalid({name: [sentence]}) from None
        return moment

    def span(self, first: str, last: str, default: timedelta = LONGEST_SPAN) -> Span | None:
        """Return the span that two arguments tell, both included, at most ``LONGEST_SPAN``; None when neither is there.

        With one of them the other follows: ``default`` later or earlier.
        """
        since, until = self.moment(first), self.moment(last)
        if since is None and until is None:
            return None
        until = until or (since or clock.now()) + default
        since = since or until - default
        if since > until:
            raise Invalid({first: [_("开始时间晚于结束时间。")]})
        if until - since > LONGEST_SPAN:
            raise Invalid(
                {first: [_("时间跨度最长 %(days)s 天，请分几次查。") % {"days": LONGEST_SPAN.days}]}
            )
        return Span(since, until + SECOND)


def check_jurisdiction(arguments: Arguments) -> None:
    """Raise ``Missing`` for a jurisdiction that is not this county."""
    asked = arguments.text("jurisdiction_id")
    if asked and asked not in (settings.MINFU_COUNTY, f"{settings.MINFU_COUNTY}000000"):
        raise Missing(
            _("没有 jurisdiction_id“%(asked)s”，本系统是 %(here)s。")
            % {"asked": asked[:40], "here": settings.MINFU_COUNTY}
        )
