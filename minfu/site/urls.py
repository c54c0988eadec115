"""Addresses of site."""

from django.urls import URLPattern, URLResolver, path

from minfu.site import views

app_name = "site"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
]
