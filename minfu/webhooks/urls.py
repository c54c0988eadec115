"""Addresses of the administrator's screens."""

from django.urls import URLPattern, URLResolver, path

from minfu.webhooks import views

app_name = "webhooks"
urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/webhooks/", views.endpoints, name="endpoints"),
    path("admin/webhooks/new/", views.endpoint_new, name="endpoint_new"),
    path("admin/webhooks/<int:webhook_id>/", views.endpoint, name="endpoint"),
    path("admin/webhooks/<int:webhook_id>/secret/", views.renew, name="renew"),
    path("admin/webhooks/<int:webhook_id>/on/", views.switch_on, name="switch_on"),
    path("admin/webhooks/<int:webhook_id>/off/", views.switch_off, name="switch_off"),
    path("admin/webhooks/<int:webhook_id>/replay/", views.replay_since, name="replay_since"),
    path("admin/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/replay/", views.replay, name="replay"),
]
