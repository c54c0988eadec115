"""Addresses of exports."""

from django.urls import path

from minfu.tables import views

app_name = "tables"
urlpatterns = [
    path("lists/<str:name>/export/", views.export, name="export"),
    path("exports/<int:pk>/", views.run_page, name="run"),
    path("exports/<int:pk>/file/", views.download, name="file"),
]
