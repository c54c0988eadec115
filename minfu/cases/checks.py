"""What ``minfu doctor`` asks of the room."""

from collections.abc import Iterator

from minfu.cases.rules.hints import folder
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
