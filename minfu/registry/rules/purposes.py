"""What identity and contact data may be looked at for. A dated list: a purpose added or ended later does not change the past.

Source: 个人信息保护法 第六条 (clear and reasonable purpose, least scope) and 第五十一条 (measures, records of operations).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Purpose:
    """A purpose, and the days (first inclusive, last exclusive; None: open) on which it may be stated."""

    code: str
    label: Any
    since: date
    until: date | None = None

    def runs_on(self, day: date) -> bool:
        """Tell whether the purpose may be stated on ``day``."""
        return self.since <= day and (self.until is None or day < self.until)


PURPOSES = (
    Purpose("contact", _("联系本人了解情况"), date(2026, 1, 1)),
    Purpose("visit", _("上门办理、现场核实"), date(2026, 1, 1)),
    Purpose("answer", _("答复办理结果、回访"), date(2026, 1, 1)),
    Purpose("verify", _("核对身份和资格"), date(2026, 1, 1)),
    Purpose("mediate", _("调解中联系当事人"), date(2026, 1, 1)),
    Purpose("urgent", _("紧急情况下保护人身安全"), date(2026, 1, 1)),
    Purpose("own_request", _("应本人要求查询或更正"), date(2026, 1, 1)),
)


def purposes_on(day: date) -> list[Purpose]:
    """Return the purposes that may be stated on ``day``, in the order of the list."""
    return [purpose for purpose in PURPOSES if purpose.runs_on(day)]


def purpose(code: str) -> Purpose | None:
    """Return a purpose by its code, whether it still runs or not; None if there never was one."""
    return next((one for one in PURPOSES if one.code == code), None)
