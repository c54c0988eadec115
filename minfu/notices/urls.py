"""Addresses of notices."""

from django.urls import URLPattern, URLResolver, path

from minfu.notices import views

app_name = "notices"
urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/", views.inbox, name="inbox"),
    path("notices/read/", views.read, name="read"),
    path("notices/<int:notice_id>/", views.open_notice, name="open"),
    path("notices/phone/", views.phone, name="phone"),
    path("notices/<int:notice_id>/told/", views.told, name="told"),
]
