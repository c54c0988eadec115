"""Addresses of figures."""

from django.urls import path

from minfu.figures.views import board, figure

app_name = "figures"
urlpatterns = [
    path("figures/", board.dashboard, name="dashboard"),
    path("figures/wall/", board.wall, name="wall"),
    path("figures/paper/", board.paper, name="paper"),
    path("figures/all/", figure.index, name="index"),
    path("figures/pictures/<slug:name>.<slug:ending>", board.picture, name="picture"),
    path("figures/<slug:name>/", figure.show, name="figure"),
]
