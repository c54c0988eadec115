"""What comes along with a text and says nothing about the matter: greetings, thanks, footers of programs, advertisements.

Only whole clauses are recognised (between punctuation or line ends), in a folded text: "感谢" inside a sentence stays.
What an office could need to know is no greeting: "尊敬的教育局领导" keeps its office.
"""

import re

_WHO = "(?:各位|上级|尊敬的|敬爱的|亲爱的)*(?:领导|书记|市长|县长|镇长|乡长|省长|主任|同志|编辑|工作人员)(?:同志|们)?"
_GREETING = rf"(?:{_WHO})?[,:]?(?:您们?|你们?|大家|各位)?(?:早上|上午|中午|下午|晚上)?好|{_WHO}"
_THANKS = (
    "(?:再次|在此|先|提前|最后)?(?:表示|致以)?(?:非常|万分|十分|不胜|不甚|衷心|由衷|真心|真诚)?的?(?:感谢|感激|谢谢|多谢|谢)(?:谢|不尽|了|啦)?"
    f"(?:您们?|你们?|大家)?(?:{_WHO})?"
)
_HOPES = (
    "(?:盼|望|敬请|恳请|请|希望)(?:早日|尽快|及时|予以)?(?:回复|答复|批复|复)(?:为盼)?"
    "|(?:希望|望|请|恳请)(?:各位|上级|有关)?(?:领导|部门)(?:能|们)?(?:引起)?(?:高度)?(?:重视|关注)"
    "|此致敬礼|此致|敬礼|祝?(?:工作顺利|身体健康|万事如意|阖家幸福)|特此(?:报告|反映|申请)"
)
_FOOTERS = (
    r"\[?本帖最后由[^\n]{0,60}?编辑\]?|(?:发|来|分享)自(?:我的)?[^\n,。!?]{0,16}?(?:手机|手机版|客户端|iphone|ipad|android|安卓|app)"
    r"|(?:点击|戳)(?:这里|此处|下方|上方|蓝字|链接|阅读原文)[^\n,。!?]{0,12}"
    r"|(?:长按|扫描|扫|识别)(?:下方|上方|下面|上面|图中)?二维码[^\n,。!?]{0,12}"
    r"|(?:咨询|详情|有意者|有需要的|需要的|欢迎)?(?:请|可)?(?:加|添加|联系)(?:微信|qq|v信|vx)[号:]*[a-z0-9_-]{5,20}"
    r"|qq手机版让你随时随地接收消息|不在电脑前|立刻安装|(?:复制|打开)(?:这条信息|此消息|本条消息)[^\n,。!?]{0,20}"
)
_MARKS = r"\s,.:;!?。、~"
_ALONG = re.compile(f"{_GREETING}|{_THANKS}|{_HOPES}")
_MARK = re.compile(f"[{_MARKS}]")
_REST = re.compile(f"[{_MARKS}]*")
_FOOTER = re.compile(f"(?<![^{_MARKS}])(?:{_FOOTERS})(?:[{_MARKS}]+|$)")
#: One of these stands in every footer: most texts have none and need no closer look.
_FOOTER_WORDS = re.compile("本帖|二维码|自|点击|戳|微信|qq|v信|vx|电脑|安装|复制|打开")
_LONGEST = 60  # characters of a clause that is looked at
LINK = re.compile(r"(?:https?://|www\.)[!-;=?-~]+")
#: Variant characters (第一批异体字整理表) that people's input methods and old papers have and OpenCC leaves alone.
_PAIRS = (
    "葠参 刦劫 効效 勅敕 匃丐 囘回 囙因 墖塔 墻墙 壻婿 妬妒 姉姊 姙妊 姪侄 寃冤 尅克 尙尚 崐昆 帋纸 彊强 "
    "徃往 悤匆 悳德 惪德 慙惭 抝拗 捄救 昻昂 朶朵 柹柿 栢柏 棃梨 椀碗 槀槁 櫈凳 欵款 歛敛 毘毗 氊毡 涖莅 "
    "淸清 漑溉 潄漱 煖暖 燄焰 畧略 畱留 疎疏 痲麻 皐皋 盌碗 盇盍 瞇眯 砲炮 碁棋 秊年 秔粳 穽阱 窓窗 窰窑 "
    "筯箸 箇个 簮簪 籐藤 粃秕 粬曲 紥扎 絃弦 緜绵 缾瓶 羇羁 脃脆 脇胁 脣唇 臈腊 艸草 菓果 蔴麻 藁稿 蝨虱 "
    "蠏蟹 衂衄 裌夹 覩睹 誖悖 譌讹 跥跺 躭耽 輭软 迯逃 鄕乡 閙闹 隄堤 霛灵 頋顾 飇飙 鬀剃 鬪斗 鬰郁 鴈雁 "
    "鵶鸦 麞獐 鼇鳌 "
)
_VARIANTS = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}
_VARIANT = re.compile(f"[{''.join(map(chr, _VARIANTS))}]")


def usual(text: str) -> str:
    """Return the text with the usual form of each variant character."""
    return text.translate(_VARIANTS) if _VARIANT.search(text) else text


def without_pasted(text: str) -> str:
    """Return a folded text without footers, greetings before and thanks after the matter; "" if nothing else is in it."""
    if _FOOTER_WORDS.search(text):
        text = _FOOTER.sub("", text)
    start, end = 0, len(text)
    while start < end and (after := _clause_end(text, start, end)):
        start = after
    while start < end and (before := _clause_start(text, start, end)) is not None:
        end = before
    return text[start:end]


def _clause_end(text: str, start: int, end: int) -> int:
    """Return where the text goes on after a greeting or thanks at ``start``; 0 if there is none."""
    mark = _MARK.search(text, start, min(end, start + _LONGEST))
    stop = mark.start() if mark else end
    if stop - start > _LONGEST or not _ALONG.fullmatch(text, start, stop):
        return 0
    rest = _REST.match(text, stop, end)
    return rest.end() if rest else stop


def _clause_start(text: str, start: int, end: int) -> int | None:
    """Return where the last clause begins if it is a greeting or thanks."""
    stop = end
    while stop > start and _MARK.match(text, stop - 1):
        stop -= 1
    first = stop
    while first > start and stop - first <= _LONGEST and not _MARK.match(text, first - 1):
        first -= 1
    return first if first < stop and _ALONG.fullmatch(text, first, stop) else None
