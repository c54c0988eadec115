"""What ``minfu doctor`` asks of the room."""

from collections.abc import Iterator

from minfu.cases.rules import catalog
from minfu.cases.rules.hints import folder
from minfu.kernel import clock
from minfu.kernel.doctor import Finding, Progress
from minfu.language import versions


def category_model(_progress: Progress) -> Iterator[Finding]:
    """Tell whether the county's category model can be read. Without one, or with a broken one, everything works."""
    number, trouble = versions.in_use(folder()), versions.trouble(folder())
    if trouble:
        yield Finding(
            "类别模型",
            well=False,
            words=f"读不出来({trouble}),现在按类别树的关键词提示",
            remedy="请运行 minfu learn 重新学习,或 minfu learn --back 换回上一版。",
        )
    elif number is None:
        yield Finding("类别模型", well=True, words="还没有学习过,按类别树的关键词提示")
    else:
        yield Finding("类别模型", well=True, words=f"正在使用第 {number} 版")


_DESK = "平台"
_HOW = "系统管理员登录，在“单位”里建县平台：docs/howto/configure-a-county.md 第 4 步。"


def desks(_progress: Progress) -> Iterator[Finding]:
    """Tell whether the county has a desk. A new installation without units that work is well: it is only not open yet."""
    now = catalog.load(clock.today())
    if now.county_desk:
        yield Finding(_DESK, well=True, words=f"县平台是{now.county_desk.name}")
    elif any(unit.kind != "other" for unit in now.units.values()):  # "other": the administrators' own
        yield Finding(_DESK, well=False, words="没有县平台，居民的诉求收不进来", remedy=_HOW)
    else:
        yield Finding(_DESK, well=True, words=f"还没有建单位，居民现在不能反映。{_HOW}")
