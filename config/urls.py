"""Addresses: each room brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("minfu.accounts.urls")),
    path("", include("minfu.places.urls")),
    path("", include("minfu.cases.urls")),
    path("", include("minfu.site.urls")),
]
