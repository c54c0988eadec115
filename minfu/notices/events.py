"""The recorded events of this room and the sentences people read."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import record

TOLD = record.event("notice.told", _("已电话告知居民"))
FAILED = record.event("notice.failed", _("没有送到居民，转为电话告知"))
CONFIGURATION = "notices_configuration"
CHANNEL_SET = record.event("notices.channel_set", _("保存了通知渠道"))
CHANNEL_TRIED = record.event("notices.channel_tried", _("试发了测试消息"))
WORDING_SET = record.event("notices.wording_set", _("修改了通知文字"))
KEEPING_SET = record.event("notices.keeping_set", _("发送记录保存 %(months)s 个月，自 %(on)s 起"))
DELIVERIES_DELETED = record.event("notices.deliveries_deleted", _("删除了 %(deleted)s 条过期的发送记录"))
ALARM_TOLD = record.event("notices.alarm_told", _("已电话告知紧急通知"))
