"""Addresses of the room."""

from django.urls import path

from minfu.topics.views import board, steps

app_name = "topics"
urlpatterns = [
    path("topics/", board.board, name="board"),
    path("topics/<int:pk>/", board.topic, name="topic"),
    path("topics/<int:pk>/step/<slug:name>/", steps.step, name="step"),
]
