"""Addresses of site."""

from django.urls import URLPattern, URLResolver, path

from minfu.site import privacy, views

app_name = "site"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("type/", views.type_size, name="type"),
    path("language/", views.language, name="language"),
    path("privacy/", privacy.notice, name="privacy"),
    path("admin/privacy/", privacy.assessment, name="assessment"),
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.metrics_page, name="metrics"),
    path("_gallery/", views.gallery_page, name="gallery"),
]
