"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from minfu.hazards.views import config, desk, steps

app_name = "hazards"
urlpatterns: list[URLPattern | URLResolver] = [
    path("hazards/", desk.list_page, name="list"),
    path("hazards/config/", config.home, name="config"),
    path("hazards/config/grades/new/", config.grade, name="config_grade_new"),
    path("hazards/config/grades/<slug:code>/", config.grade, name="config_grade"),
    path("hazards/config/calls/new/", config.call, name="config_call_new"),
    path("hazards/config/calls/<int:pk>/end/", config.call_end, name="config_call_end"),
    path("hazards/<int:pk>/", desk.hazard, name="hazard"),
    path("hazards/<int:pk>/step/<slug:name>/", steps.step, name="step"),
    path("hazards/<int:pk>/alarms/<int:alarm_id>/<slug:name>/", steps.alarm, name="alarm"),
    path("hazards/<int:pk>/photos/<uuid:file_id>/", desk.photo, name="photo"),
]
