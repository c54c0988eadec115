"""Addresses of the storey."""

from django.urls import path

from minfu.opendata import views

app_name = "opendata"
urlpatterns = [
    path("open/", views.page, name="page"),
    path("open/number/", views.number, name="number"),
    path("open/config/", views.config, name="config"),
    path("open/<slug:name>.<slug:ending>", views.table, name="table"),
]
