"""The kinds of channels: what each is asked on its form, where it delivers to, and what the sending program is told.

Pure: no database. A new kind is one entry here: docs/howto/add-a-channel.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minfu.kernel.errors import Invalid

Filled = Mapping[str, str]


class Address(StrEnum):
    """What a channel delivers to."""

    PHONE = "phone"
    EMAIL = "email"
    ACCOUNT = "account"
    #: The group of one unit: the robot knows it, no person is named.
    GROUP = "group"
    #: Nowhere: kept in the house (the demo's catcher).
    NONE = "none"


class Widget(StrEnum):
    """How a field is asked."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    LINES = "lines"


@dataclass(frozen=True)
class Field:
    """A field of a kind's form. ``secret``: sealed, and never shown again."""

    name: str
    label: Any
    help: Any = ""
    secret: bool = False
    required: bool = True
    widget: Widget = Widget.TEXT
    choices: tuple[tuple[str, Any], ...] = ()
    default: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of channel. ``order(filled, address)`` returns what the sending program is told besides title and body.

    ``titled``: the title is shown by itself; otherwise the body stands alone behind ``sign`` (the signature of a text message).
    ``longest``: characters of a body.
    """

    code: str
    label: Any
    hint: Any
    address: Address
    order: Callable[[Filled, str], dict[str, Any]]
    fields: tuple[Field, ...] = ()
    titled: bool = True
    longest: int = 1500
    demo_only: bool = False


def _server(url: str, name: str = "url") -> dict[str, Any]:
    """Return the parts of an http(s) address as the library takes them; ``Invalid`` for anything else."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
        raise Invalid({name: [_now("请填写完整的地址，以 https:// 或 http:// 开头，不要带用户名。")]})
    return {
        "host": parts.hostname,
        "port": port,
        "secure": parts.scheme == "https",
        "fullpath": parts.path or "/",
    }


def _pairs(text: str, name: str) -> dict[str, str]:
    """Return ``name=value`` lines as a mapping; ``Invalid`` names the first wrong line."""
    found = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        key, equals, value = line.partition("=")
        if not equals or not key.strip():
            raise Invalid({name: [_now("“%(line)s”应写成“名称=内容”，一行一个。") % {"line": line[:40]}]})
        found[key.strip()] = value.strip()
    return found


def _base(filled: Filled, path: str) -> str:
    """Return the address of a call at a county's own server, "" for the provider's."""
    base = filled.get("base", "").strip()
    if base:
        _server(base, "base")
    return base.rstrip("/") + path if base else ""


# --- what the sending program is told ---


def _nothing(_filled: Filled, _address: str) -> dict[str, Any]:
    """The catcher asks nobody."""
    return {}


def _sms(filled: Filled, address: str) -> dict[str, Any]:
    """A gateway for text messages that takes JSON or a form over HTTP."""
    spec = _server(filled["url"]) | {
        "schema": filled["format"] + ("s" if filled["url"].strip().startswith("https") else ""),
        "method": "POST",
        "headers": _pairs(filled.get("headers", ""), "headers"),
        "params": dict(parse_qsl(urlsplit(filled["url"].strip()).query, keep_blank_values=True)),
    }
    if filled.get("user"):
        spec |= {"user": filled["user"], "password": filled.get("password", "")}
    extra = _pairs(filled.get("extra", ""), "extra") | _pairs(filled.get("secret_extra", ""), "secret_extra")
    extra[filled["phone_field"]] = address
    order: dict[str, Any] = {"spec": spec, "set": _body(filled["format"], filled["text_field"], extra)}
    if filled.get("answer_field"):
        values = [one.strip() for one in filled.get("answer_values", "0").split(",")]
        order["answer"] = {"field": filled["answer_field"], "values": values}
    return order


#: What the library puts into a body by itself, and a gateway has no use for.
_UNASKED = ("version", "title", "type", "attachments")


def _body(format_: str, text_field: str, extra: Mapping[str, str]) -> dict[str, Any]:
    """Return what the library's plugin is to hold so that the body has the text, ``extra`` and nothing else.

    Its own names go first, in order: a gateway may well ask for a field ``type`` or ``version`` of its own.
    """
    if format_ == "form":
        names = dict.fromkeys(_UNASKED[:3], "") | {"message": text_field}
        return {"payload_map": names, "payload_extras": dict(extra)}
    pairs = [(name, "") for name in _UNASKED]
    pairs += [("message", text_field)] if text_field != "message" else []
    return {"payload_extras": [*pairs, *extra.items()]}


def _mail(filled: Filled, address: str) -> dict[str, Any]:
    """A mail server."""
    sender = filled["sender"]
    if "@" not in sender:
        raise Invalid({"sender": [_now("请填写发件邮箱，例如 minfu@example.gov.cn。")]})
    name = filled.get("sender_name") or "民富"
    spec: dict[str, Any] = {
        "schema": "mailto" if filled["security"] == "insecure" else "mailtos",
        "secure": filled["security"] != "insecure",
        "host": sender.rpartition("@")[2],
        "smtp_host": filled["host"],
        "port": int(filled["port"]),
        "secure_mode": filled["security"],
        "from_addr": f"{name} <{sender}>",
        "targets": address,
    }
    if filled.get("user"):
        spec |= {"user": filled["user"], "password": filled.get("password", "")}
    return {"spec": spec}


_NO_ERROR = {"field": "errcode", "values": ["0"]}


def _wecom_bot(filled: Filled, _address: str) -> dict[str, Any]:
    """The robot of a WeCom group."""
    key = filled["key"]
    order: dict[str, Any] = {"spec": {"schema": "wecombot", "key": key}, "answer": _NO_ERROR}
    if own := _base(filled, f"/cgi-bin/webhook/send?key={quote(key)}"):
        order["set"] = {"api_url": own}
    return order


def _wecom_app(filled: Filled, address: str) -> dict[str, Any]:
    """An application of a WeCom enterprise; it writes to one account."""
    spec = {
        "schema": "wechat",
        "corpid": filled["corpid"],
        "agentid": filled["agentid"],
        "corpsecret": filled["corpsecret"],
        "targets": f"@{address}",
    }
    order: dict[str, Any] = {"spec": spec, "answer": _NO_ERROR}
    if filled.get("base"):
        order["set"] = {
            "token_url": _base(filled, "/cgi-bin/gettoken"),
            "notify_url": _base(filled, "/cgi-bin/message/send"),
        }
    return order


def _dingtalk_bot(filled: Filled, _address: str) -> dict[str, Any]:
    """The robot of a DingTalk group."""
    spec = {"schema": "dingtalk", "token": filled["token"], "secret": filled.get("secret") or None}
    order: dict[str, Any] = {"spec": spec, "answer": _NO_ERROR}
    if own := _base(filled, "/robot/send?access_token={token}"):
        order["set"] = {"notify_url": own}
    return order


def _feishu_bot(filled: Filled, _address: str) -> dict[str, Any]:
    """The robot of a Feishu group."""
    answer = {"field": "code", "values": ["0"]}
    order: dict[str, Any] = {"spec": {"schema": "feishu", "token": filled["token"]}, "answer": answer}
    if own := _base(filled, "/open-apis/bot/v2/hook/{token}"):
        order["set"] = {"notify_url": own}
    return order


#: Plugins that act on this machine instead of a server outside.
_LOCAL = frozenset({"dbus", "qt", "kde", "glib", "gnome", "macosx", "windows", "syslog", "blink1", "file"})


def _other(filled: Filled, _address: str) -> dict[str, Any]:
    """Anything else the library knows, by its address; it reaches whoever the address names."""
    url = filled["url"].strip()
    scheme = url.partition("://")[0].lower()
    if "://" not in url or scheme in _LOCAL:
        raise Invalid({"url": [_now("请填写 apprise 的服务地址，例如 ntfys://主机/主题；不能是本机程序。")]})
    return {"spec": url}


_BASE = Field(
    "base", _("接口地址（私有部署时填）"), _("使用公网版时留空；政务版、私有部署版填自己的地址，例如 https://qyapi.example.gov.cn"),
    required=False,
)  # fmt: skip

_SIGN = Field("sign", _("短信签名"), _("例如【古田民富】；网关自己会加签名的，请留空。"), required=False)

_ALL = (
    Kind(
        "sms", _("短信网关（HTTP）"), _("运营商或云服务商的短信接口，或自建网关：收到一条 HTTP 请求就发一条短信。"),
        Address.PHONE, _sms, titled=False, longest=450,
        fields=(
            Field("url", _("接口地址"), _("例如 https://sms.example.gov.cn/send")),
            Field("format", _("提交格式"), widget=Widget.CHOICE, choices=(("json", "JSON"), ("form", _("表单"))), default="json"),
            Field("phone_field", _("号码字段名"), default="phone"),
            Field("text_field", _("内容字段名"), default="content"),
            Field("extra", _("其他字段"), _("一行一个“名称=内容”，例如 templateId=1001"), required=False, widget=Widget.LINES),
            Field("secret_extra", _("保密字段"), _("一行一个“名称=内容”，例如 appKey=…；保存后不再显示。"),
                  secret=True, required=False, widget=Widget.LINES),
            Field("headers", _("请求头"), _("一行一个“名称=内容”，例如 Authorization=Bearer …；保存后不再显示。"),
                  secret=True, required=False, widget=Widget.LINES),
            Field("user", _("用户名"), required=False),
            Field("password", _("密码"), secret=True, required=False),
            Field(
                "answer_field", _("成功标志字段"), required=False,
                help=_("接口返回的 JSON 里表示成功的字段，例如 code 或 result.code；没有就留空，只看 HTTP 状态。"),
            ),
            Field("answer_values", _("成功时的值"), _("几个值用英文逗号隔开，例如 0,OK"), required=False, default="0"),
            _SIGN,
        ),
    ),
    Kind(
        "mail", _("电子邮件"), _("单位的邮件服务器（SMTP）。"), Address.EMAIL, _mail,
        fields=(
            Field("host", _("服务器"), _("例如 smtp.example.gov.cn")),
            Field(
                "port", _("端口"), _("加密通常是 465，STARTTLS 通常是 587，不加密通常是 25。"),
                widget=Widget.NUMBER, default="465",
            ),
            Field(
                "security", _("加密方式"), widget=Widget.CHOICE, default="ssl",
                choices=(("ssl", _("加密（TLS）")), ("starttls", "STARTTLS"), ("insecure", _("不加密（只在内网）"))),
            ),
            Field("sender", _("发件邮箱")),
            Field("sender_name", _("发件人名称"), required=False, default="民富"),
            Field("user", _("用户名"), required=False),
            Field("password", _("密码或授权码"), secret=True, required=False),
        ),
    ),
    Kind(
        "wecom_bot", _("企业微信群机器人"), _("一个单位的工作群：在群里添加机器人，把地址里 key= 后面的内容填在这里。"),
        Address.GROUP, _wecom_bot, fields=(Field("key", "key", secret=True), _BASE), longest=600,
    ),
    Kind(
        "wecom_app", _("企业微信应用消息"), _("企业微信管理后台的自建应用，发给每个人的企业微信账号。"),
        Address.ACCOUNT, _wecom_app,
        fields=(Field("corpid", _("企业 ID")), Field("agentid", "AgentId", widget=Widget.NUMBER),
                Field("corpsecret", "Secret", secret=True), _BASE), longest=600,
    ),
    Kind(
        "dingtalk_bot", _("钉钉群机器人"),
        _("一个单位的工作群：添加自定义机器人，填写地址里 access_token= 后面的内容；安全设置建议用“加签”。"),
        Address.GROUP, _dingtalk_bot,
        fields=(
            Field("token", "access_token", secret=True),
            Field("secret", _("加签密钥"), secret=True, required=False),
            _BASE,
        ),
    ),
    Kind(
        "feishu_bot", _("飞书群机器人"), _("一个单位的工作群：添加自定义机器人，填写地址最后一段。"), Address.GROUP, _feishu_bot,
        fields=(Field("token", _("地址最后一段"), secret=True), _BASE),
    ),
    Kind(
        "other", _("其他（apprise 地址）"), _("apprise 支持的任何服务，填写它的地址；发到地址里写明的人或群。"),
        Address.GROUP, _other,
        fields=(Field("url", _("服务地址"), secret=True),),
    ),
    Kind(
        "catcher", _("演示收集箱"), _("什么也不发出去，只记下本来会发什么。只在演示时有。"),
        Address.NONE, _nothing, demo_only=True,
    ),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.code: kind for kind in _ALL}
CATCHER = "catcher"


def order_for(kind: Kind, filled: Filled, address: str) -> dict[str, Any]:
    """Return what the sending program is told for one address; ``Invalid`` by field when the settings make no sense."""
    missing = {
        one.name: [_now("请填写“%(label)s”。") % {"label": one.label}]
        for one in kind.fields
        if one.required and not str(filled.get(one.name, "")).strip()
    }
    if missing:
        raise Invalid(missing)
    return kind.order(filled, address)
