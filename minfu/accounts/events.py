"""The recorded events of this room and the sentences people read."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import record

UNIT_CREATED = record.event("unit.created", _("新建单位"))
UNIT_CHANGED = record.event("unit.changed", _("修改单位"))
USER_CREATED = record.event("user.created", _("新建人员账号"))
USER_RENAMED = record.event("user.renamed", _("修改人员姓名"))
USER_DISABLED = record.event("user.disabled", _("停用人员账号"))
USER_ENABLED = record.event("user.enabled", _("启用人员账号"))
PASSWORD_RESET = record.event("user.password_reset", _("管理员重置密码"))
PASSWORD_CHANGED = record.event("user.password_changed", _("本人修改密码"))
TOKEN_ISSUED = record.event("user.token_issued", _("签发接口令牌"))
TOKEN_ENDED = record.event("user.token_ended", _("注销接口令牌"))
SYSTEM_CONNECTED = record.event("system.connected", _("接入外部系统"))
SYSTEM_CHANGED = record.event("system.changed", _("修改外部系统的用途、范围或限额"))
SYSTEM_DISCONNECTED = record.event("system.disconnected", _("停用外部系统"))
POST_GIVEN = record.event("post.given", _("任命岗位"))
POST_ENDED = record.event("post.ended", _("结束岗位"))
POST_GRIDS = record.event("post.grids_changed", _("调整负责网格"))
DELEGATED = record.event("post.delegated", _("委托代理"))
DELEGATION_ENDED = record.event("post.delegation_ended", _("提前结束代理"))
FACTOR_ADDED = record.event("user.factor_added", _("本人设置二次验证"))
FACTOR_REMOVED = record.event("user.factor_removed", _("本人移除二次验证"))
FACTORS_RESET = record.event("user.factors_reset", _("重置二次验证"))
SESSION_ENDED = record.event("user.session_ended", _("结束登录"))
SIGN_INS_SEEN = record.event("user.sign_ins_seen", _("查看登录记录"))
IDENTITY_SET = record.event("user.identity_set", _("登记工号或统一身份"))
IDENTITY_MATCHED = record.event("user.identity_matched", _("首次用统一身份登录，按工号对应"))
FACTOR_DEMANDED = record.event("factor_rule.demanded", _("要求二次验证"))
FACTOR_DEMAND_ENDED = record.event("factor_rule.ended", _("结束要求二次验证"))
