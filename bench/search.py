"""Searching by words at two sizes, over HTTP as ``bench/read.py`` asks pages, and what being searchable costs a demand."""

import json
import random
from collections.abc import Iterator

from bench import read
from bench.home import Home
from bench.read import Page
from bench.report import Figure

#: Milliseconds a search may take at the 95th percentile, and the share of its speed that intake may lose.
MILLISECONDS, SHARE = 150.0, 0.25
#: Searches take steps back in time: more demands are more steps, never as many times as demands.
RATIO = 4.0
DEMANDS, TEXTS = 600, 100
#: Demands that the index holds before its cost is measured: adding to an empty one costs less.
HELD = 50_000
_COST = """
import json, os, sys, time
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django
django.setup()
import psutil
from django.db import connection
from minfu.accounts.actor import resident
from minfu.cases.rules import actions, search_entries
from minfu.cases.rules.intake import Intake, Person, Spot
told = json.loads(sys.argv[1])
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_backend_pid()")
    backend = psutil.Process(cursor.fetchone()[0])
def spent():
    times = backend.cpu_times()
    return time.process_time() + times.user + times.system
def register(count):
    for number in range(count):
        village, text = told[number % len(told)]
        actions.register(actor=resident("web"), intake=Intake(
            door="web", description=f"{text}{number}", kind="request", category_code="040101", spot=Spot(village_code=village),
            person=Person(name="林小满", phone=f"138{number:08d}")))
search_entries.keep_up()
register(50)
search_entries.keep_up()
begun = spent()
register(int(sys.argv[2]))
registered = spent()
search_entries.keep_up()
with connection.cursor() as cursor:
    cursor.execute("SELECT gin_clean_pending_list('search_keys')")
print(json.dumps([registered - begun, spent() - registered]))
"""


def texts(where: Home) -> list[tuple[str, str]]:
    """Return invented demands with the villages they are in: 60 to 300 characters of different words."""
    with where.connect() as connection:
        villages = connection.execute(
            "SELECT code, name FROM places_division WHERE level = 'village' AND valid_to IS NULL ORDER BY code"
        ).fetchall()
    dice = random.Random(20261122)
    matters = (
        "村口的路面坏了很久", "下雨天积水出不了门", "自来水发黄有泥沙", "路灯坏了三盏晚上看不见", "垃圾桶满了没人清运",
        "隔壁装修噪音很大", "农业补贴没有发到手上", "公交车等了一个小时不来", "广场舞吵得孩子没法写作业", "河道里有人倒污水",
        "医保报销不知道怎么办", "低保申请了半年没有答复", "学校门口放学时堵车", "电线垂下来怕碰到人", "山坡上的石头松了",
        "树倒在路中间", "狗没有拴绳追着人跑", "快递柜占了消防通道", "菜市场缺斤少两", "工地夜里施工",
    )  # fmt: skip
    ends = (
        "希望尽快派人来看一看",
        "打过几次电话都说在处理",
        "老人和孩子都不方便",
        "邻居也反映过",
        "请给一个明确的时间",
    )
    made = []
    for number in range(TEXTS):
        code, name = dice.choice(villages)
        said = dice.sample(matters, dice.randint(3, 12))
        text = f"{name}第{number}件：" + "，".join(said) + "，" + dice.choice(ends) + "。"
        made.append((code, text))
    return made


def pages() -> list[Page]:
    """Return the searches the target names."""
    asked = (
        ("search: a word of two characters that every demand has, county", "xian", "积水"),
        ("search: the same, a village", "cun", "积水"),
        ("search: the same, a department", "shui", "积水"),
        ("search: a village's name", "xian", "苏墩"),
        ("search: a village's name and a word, township", "xiang", "苏墩 积水"),
        ("search: a long word", "xian", "老人和孩子出门不方便"),
        ("search: a wrong character", "xian", "老人和孩子出们不方便"),
        ("search: a wrong character that sounds the same", "xian", "苏敦村"),
        ("search: pinyin", "xian", "jishui"),
        ("search: initials", "xian", "js"),
        ("search: nothing has it", "xian", "卫星发射"),
    )
    return [
        Page(
            name,
            user,
            _box,
            form={"text": words},
            follow=True,
            ratio=RATIO,
            most=MILLISECONDS,
        )
        for name, user, words in asked
    ]


def _box(_dice: random.Random, _rows: int) -> str:
    return "/cases/search/"


def measure(where: Home, *, rows: int, times: int) -> Iterator[Figure]:
    """Yield what being searchable costs a demand, then p95 of searches at both sizes."""
    for name, size in (("small", read.SMALL), ("large", rows)):
        read.fill(where, name, size)
        with where.connect(name) as connection:
            made = connection.execute("SELECT count(*) FROM cases_search_entry").fetchone()
        if not made or made[0] < size:
            where.run("bench.entries", database=name)
    yield _cost(where)
    yield from read.compare(where, pages(), ("small", "large"), rows, times)


def _cost(where: Home) -> Figure:
    """Return processor time of making a demand searchable beside that of registering it, without HTTP."""
    told = json.dumps(texts(where), ensure_ascii=False)
    registering, following = json.loads(where.run_code(_COST, told, str(DEMANDS), database="small"))
    kept = registering / (registering + following)
    return Figure(
        "search",
        f"intake with the index, of intake without, beside {HELD:,} demands",
        f"{100 * kept:.0f}% (registering {1000 * registering / DEMANDS:.2f} ms, index {1000 * following / DEMANDS:.2f} ms)",
        f"≥ {100 * (1 - SHARE):.0f}%",
        kept >= 1 - SHARE,
    )
