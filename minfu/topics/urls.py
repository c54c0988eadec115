"""Addresses of the room."""

from django.urls import path

from minfu.topics.views import board, maps, steps

app_name = "topics"
urlpatterns = [
    path("topics/", board.board, name="board"),
    path("topics/map.json", maps.board_map, name="board_map"),
    path("topics/<int:pk>/", board.topic, name="topic"),
    path("topics/<int:pk>/map.json", maps.topic_map, name="topic_map"),
    path("topics/<int:pk>/step/<slug:name>/", steps.step, name="step"),
]
