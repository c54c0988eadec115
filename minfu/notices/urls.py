"""Addresses of notices."""

from django.urls import URLPattern, URLResolver, path

from minfu.notices.views import channels, inbox, mine, sent, wordings

app_name = "notices"
urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/", inbox.inbox, name="inbox"),
    path("notices/read/", inbox.read, name="read"),
    path("notices/<int:notice_id>/", inbox.open_notice, name="open"),
    path("notices/phone/", inbox.phone, name="phone"),
    path("notices/<int:notice_id>/failed/", inbox.failed, name="failed"),
    path("notices/<int:notice_id>/told/", inbox.told, name="told"),
    path("notices/<int:notice_id>/alarm-told/", inbox.alarm_told, name="alarm_told"),
    path("notices/mine/", mine.mine, name="mine"),
    path("notices/mine/<int:channel_id>/", mine.save, name="mine_save"),
    path("notices/mine/<int:channel_id>/forget/", mine.forget, name="mine_forget"),
    path("notices/config/", channels.listing, name="channels"),
    path("notices/config/new/<slug:kind>/", channels.new, name="channel_new"),
    path("notices/config/<int:pk>/", channels.edit, name="channel"),
    path("notices/config/<int:pk>/try/", channels.trial, name="channel_try"),
    path("notices/config/texts/", wordings.listing, name="texts"),
    path("notices/config/texts/<str:key>/<str:language>/", wordings.edit, name="text"),
    path("notices/config/texts/<str:key>/<str:language>/shipped/", wordings.ship, name="text_shipped"),
    path("notices/config/quiet/", wordings.quiet, name="quiet"),
    path("notices/config/keeping/", sent.keeping, name="keeping"),
    path("notices/config/sent/", sent.log, name="sent"),
    path("notices/config/caught/", sent.caught, name="caught"),
]
