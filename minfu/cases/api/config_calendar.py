"""The working calendar: a year of it, its versions, and the yearly notice."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, UploadedFile
from pydantic import Field

from minfu.cases import rights
from minfu.cases.api.config import may_configure
from minfu.cases.api.config_schemas import CalendarNotice, CalendarVersionOut, DayChange, DayOut, YearOut
from minfu.cases.rules.actions import configure
from minfu.kernel import calendar
from minfu.kernel.api import In, Line, Room
from minfu.kernel.models import CalendarVersion

room = Room("calendar", _("工作日历"))

Year = Annotated[int, Field(ge=2017, le=2099)]
#: Versions one answer lists.
RECENT = 20


class CalendarNoticeIn(In):
    """The document a notice rests on."""

    source: Line
    check_only: bool = False
    """Change nothing, and say which days would change."""


@room.get("/config/calendar", _("工作日历的版本"), right=rights.CONFIGURE, answer=list[CalendarVersionOut])
def versions(request: HttpRequest) -> list[CalendarVersionOut]:
    """List the newest versions of the calendar."""
    may_configure(request)
    return [
        CalendarVersionOut(number=row.number, imported_at=row.imported_at, source=row.source)
        for row in CalendarVersion.objects.order_by("-number")[:RECENT]
    ]


@room.post("/config/calendar/notices", _("导入放假通知"), right=rights.CONFIGURE, answer=CalendarNotice)
def notice(request: HttpRequest, asked: Form[CalendarNoticeIn], file: File[UploadedFile]) -> CalendarNotice:
    """Import a State Council notice (CSV `date,is_workday,name`) as `multipart/form-data`.

    Deadlines of open demands are counted again by a job. The same notice again changes nothing.
    """
    actor, data = may_configure(request), file.read()
    if asked.check_only:
        changes = configure.preview_notice(actor=actor, data=data, source=asked.source)
        version = calendar.current().version
    else:
        done = configure.import_notice(actor=actor, data=data, source=asked.source)
        changes, version = done.changes, done.version
    return CalendarNotice(
        taken_over=not asked.check_only,
        version=version,
        changes=[DayChange(**vars(one)) for one in changes],
    )


@room.get("/config/calendar/{year}", _("一年的工作日历"), right=rights.CONFIGURE, answer=YearOut)
def year(request: HttpRequest, year: Year) -> YearOut:
    """Show the days off and made up of a year, official or estimated."""
    may_configure(request)
    seen = calendar.year(year)
    return YearOut(
        year=year,
        workdays=seen.workdays,
        estimated=seen.estimated,
        days=[DayOut(**vars(one)) for one in seen.named],
    )
