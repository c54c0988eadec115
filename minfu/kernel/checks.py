"""The kernel's part of ``minfu doctor``."""

from collections.abc import Iterator

from django.conf import settings

from minfu.kernel import seals
from minfu.kernel.doctor import Finding, Progress
from minfu.kernel.models import Event
from minfu.kernel.pg_checks import check_server
from minfu.kernel.postgres import embedded_url


def database(progress: Progress) -> Iterator[Finding]:
    """Check the server's version, encoding and locale."""
    del progress
    version = check_server(settings.DATABASE_URL or embedded_url(settings.MINFU_HOME))
    kind = "外部数据库" if settings.DATABASE_URL else "内置数据库"
    yield Finding(
        "数据库", well=True, words=f"{kind},PostgreSQL {version // 10000}.{version % 10000},认得汉字"
    )


def history(progress: Progress) -> Iterator[Finding]:
    """Check the chains and seals of the history."""
    broken = seals.verify(progress)
    if broken is None:
        yield Finding("历史", well=True, words=f"{Event.objects.count()} 条记录首尾相接,没有改动")
        return
    where = f"{broken.subject[0]}:{broken.subject[1]} 第 {broken.seq} 条," if broken.subject else ""
    yield Finding(
        "历史",
        well=False,
        words=f"断在{where}编号 {broken.event_id}:{broken.what}",
        remedy="请保留现状、不要再改动数据库,报告审计员,并与备份中的同一编号核对。",
    )
