"""What a failure means, in a sentence that says what to do. Codes come from the sending program and from delivering."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_EXACT = {
    "unreachable connect": gettext_lazy("连不上服务器，请检查地址、端口和网络。"),
    "unreachable timeout": gettext_lazy("连接服务器超时，请检查地址和网络。"),
    "unreachable tls": gettext_lazy("加密连接没有建立，请检查加密方式、端口和证书。"),
    "unreachable name": gettext_lazy("找不到服务器的域名，请检查地址。"),
    "unreachable proxy": gettext_lazy("代理服务器没有接通，请检查代理设置。"),
    "unreachable program": gettext_lazy("发送程序没有启动，请查看系统日志。"),
    "refused login": gettext_lazy("用户名或密码不对，或者服务器不让登录。"),
    "refused sender": gettext_lazy("服务器不接受这个发件地址。"),
    "refused recipient": gettext_lazy("服务器不接受收件地址，请核对。"),
    "unknown timeout": gettext_lazy("服务器没有按时应答，不确定是否送达。"),
    "unknown deadline": gettext_lazy("服务器没有按时应答，不确定是否送达。"),
    "unknown broken": gettext_lazy("连接中断，不确定是否送达。"),
    "unknown answer": gettext_lazy("服务器的答复看不懂，不确定是否送达。请核对“成功标志字段”。"),
    "unknown worker": gettext_lazy("发送时后台任务中断，不确定是否送达。"),
    "wrong settings": gettext_lazy("渠道的设置不完整或不正确。"),
    "wrong key": gettext_lazy("打不开加密的内容，请检查密钥文件。"),
    "wrong address": gettext_lazy("没有接收地址。"),
    "wrong landline": gettext_lazy("留的是固定电话，收不到短信。"),
    "off": gettext_lazy("渠道已停用。"),
    "no_way": gettext_lazy("没有可用的发送渠道。"),
}


def explain(code: str) -> str:
    """Return the sentence for a failure; "" for none."""
    if not code:
        return ""
    if code in _EXACT:
        return str(_EXACT[code])
    outcome, _space, detail = code.partition(" ")
    if outcome == "refused" and detail.startswith("answer "):
        return _("服务商拒绝发送，返回码 %(code)s。") % {"code": detail.removeprefix("answer ")}
    if outcome == "refused":
        return _("服务器拒绝了，状态码 %(code)s。") % {"code": detail}
    if outcome == "unknown":
        return _("不确定是否送达（%(code)s）。") % {"code": detail}
    return _("没有发出去（%(code)s）。") % {"code": detail or outcome}
