"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from minfu.workbooks.views import desk, filling

app_name = "workbooks"
urlpatterns: list[URLPattern | URLResolver] = [
    path("workbooks/", desk.list_page, name="list"),
    path("workbooks/new/", desk.begin, name="begin"),
    path("workbooks/<int:pk>/", filling.form_page, name="workbook"),
    path("workbooks/<int:pk>/cell/<slug:name>/", filling.cell, name="cell"),
    path("workbooks/<int:pk>/filled.xlsx", filling.download, name="download"),
    path("workbooks/<int:pk>/step/<slug:name>/", filling.step, name="step"),
]
