"""Addresses of exports, and of the columns of imports."""

from django.urls import path

from minfu.tables import views, views_columns

app_name = "tables"
urlpatterns = [
    path("lists/<str:name>/export/", views.export, name="export"),
    path("exports/<int:pk>/", views.run_page, name="run"),
    path("exports/<int:pk>/file/", views.download, name="file"),
    path("imports/columns/<int:pk>/", views_columns.columns, name="columns"),
    path("imports/columns/<int:pk>/drop/", views_columns.drop, name="columns_drop"),
    path("imports/layouts/", views_columns.layouts_page, name="layouts"),
    path("imports/layouts/<int:pk>/", views_columns.layout, name="layout"),
    path("imports/layouts/<int:pk>/forget/", views_columns.forget, name="layout_forget"),
]
