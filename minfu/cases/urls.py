"""Addresses of cases: one section for each module of views."""

from django.urls import URLPattern, URLResolver, path

from minfu.cases.views import board, decisions, desk, dispatch, papers, steps

app_name = "cases"
urlpatterns: list[URLPattern | URLResolver] = []

# --- desk: lists and one demand ---
urlpatterns += [
    path("cases/", desk.inbox, name="inbox"),
    path("cases/<int:pk>/", desk.case, name="case"),
]

# --- desk: dispatch ---
urlpatterns += [path("cases/dispatch/", dispatch.dispatch, name="dispatch")]

# --- desk: steps ---
urlpatterns += [
    path("cases/<int:pk>/step/<slug:name>/", steps.step, name="step"),
    path("cases/approvals/<int:pk>/", decisions.decide, name="decide"),
    path("cases/helps/<int:pk>/<slug:name>/", decisions.help_step, name="help"),
    path("cases/<int:pk>/reveal/", decisions.reveal, name="reveal"),
    path("cases/bulk/", decisions.bulk, name="bulk"),
]

# --- desk: paper and attachments ---
urlpatterns += [
    path("cases/<int:pk>/print/", papers.print_case, name="print"),
    path("cases/<int:pk>/files/<uuid:file_id>/", papers.file, name="file"),
]

# --- leader's page ---
urlpatterns += [
    path("cases/board/", board.board, name="board"),
    path("cases/board/paper/", board.paper, name="board_paper"),
    path("cases/board/map.json", board.board_map, name="board_map"),
]
