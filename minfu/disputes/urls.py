"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from minfu.disputes.views import config, desk, papers, steps

app_name = "disputes"
urlpatterns: list[URLPattern | URLResolver] = [
    path("disputes/", desk.list_page, name="list"),
    path("disputes/config/", config.home, name="config"),
    path("disputes/config/terms/<slug:key>/", config.term, name="config_term"),
    path("disputes/config/ways/new/", config.way, name="config_way_new"),
    path("disputes/config/ways/<slug:code>/", config.way, name="config_way"),
    path("disputes/<int:pk>/", desk.mediation, name="mediation"),
    path("disputes/<int:pk>/step/<slug:name>/", steps.step, name="step"),
    path("disputes/<int:pk>/seats/<int:seat_id>/declare/", steps.declare, name="declare"),
    path("disputes/<int:pk>/replacements/<int:replacement_id>/", steps.decide, name="decide"),
    path("disputes/<int:pk>/sessions/<int:session_id>/<slug:name>/", steps.session, name="session"),
    path("disputes/<int:pk>/parties/<int:party_id>/reveal/", papers.reveal, name="reveal"),
    path("disputes/<int:pk>/agreement.<slug:ending>", papers.agreement_file, name="agreement_file"),
    path("disputes/<int:pk>/paper/<slug:name>/", papers.paper, name="paper"),
    path("disputes/<int:pk>/paper/<slug:name>/named/", papers.named_paper, name="named_paper"),
]
