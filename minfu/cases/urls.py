"""Addresses of cases."""

from django.urls import URLPattern, URLResolver, path

from minfu.cases.views import board

app_name = "cases"
urlpatterns: list[URLPattern | URLResolver] = []

# --- leader's page ---
urlpatterns += [
    path("cases/board/", board.board, name="board"),
    path("cases/board/paper/", board.paper, name="board_paper"),
    path("cases/board/map.json", board.board_map, name="board_map"),
]
