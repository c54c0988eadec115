"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from minfu.returns.views import burden, copies, desk, fields, steps

app_name = "returns"
urlpatterns: list[URLPattern | URLResolver] = [
    path("returns/", desk.list_page, name="list"),
    path("returns/new/", desk.begin, name="begin"),
    path("returns/burden/", burden.meter, name="burden"),
    path("returns/burden/copies/", burden.copies, name="burden_copies"),
    path("returns/burden/minutes/", burden.rate, name="rate"),
    path("returns/copy/<int:pk>/", copies.copy, name="copy"),
    path("returns/copy/<int:pk>/back/", copies.give_back, name="give_back"),
    path("returns/<int:pk>/", desk.form, name="form"),
    path("returns/<int:pk>/collected/", desk.collected, name="collected"),
    path("returns/<int:pk>/fields/new/", fields.new, name="field_new"),
    path("returns/<int:pk>/fields/<int:field_id>/", fields.change, name="field"),
    path("returns/<int:pk>/fields/<int:field_id>/known/", fields.decide, name="decide"),
    path("returns/<int:pk>/fields/<int:field_id>/drop/", fields.drop, name="field_drop"),
    path("returns/<int:pk>/step/<slug:name>/", steps.step, name="step"),
]
