"""Invented demands with categories, for tests: enough of them to learn from in a second."""

import random

_MATTERS = {
    "路灯": ["路灯不亮", "路灯坏了三天", "灯杆倒了", "路灯晚上一闪一闪"],
    "供水": ["自来水停了", "水管爆裂漏水", "自来水发黄有味道", "水压太小用不上水"],
    "垃圾": ["垃圾没人清运", "垃圾桶满了发臭", "河边倒垃圾", "垃圾堆在路口"],
    "道路": ["水泥路面破损", "村道有大坑", "道路塌方过不去", "路面积水难走"],
}
_WHERE = ["村口", "祠堂后面", "学校旁边", "桥头", "老人会门前", "三组", "卫生所对面"]
_BEGIN = ["您好，", "我是村民，", "请问，", "麻烦看一下，", ""]
_END = ["，请尽快处理。", "，已经一个星期了。", "，老人出门不方便。", "，谢谢。", "，什么时候能好？"]


def invented(count: int, seed: int = 0) -> tuple[list[str], list[str]]:
    """Return texts and their categories, drawn evenly."""
    drawn = random.Random(seed)
    texts, labels = [], []
    for at in range(count):
        label = list(_MATTERS)[at % len(_MATTERS)]
        where, begin, end = drawn.choice(_WHERE), drawn.choice(_BEGIN), drawn.choice(_END)
        texts.append(f"{where}的事\n{begin}{where}{drawn.choice(_MATTERS[label])}{end}编号{at}")
        labels.append(label)
    return texts, labels
