"""Addresses of figures."""

from django.urls import path

from minfu.figures.views import board, decided, figure

app_name = "figures"
urlpatterns = [
    path("figures/", board.dashboard, name="dashboard"),
    path("figures/wall/", board.wall, name="wall"),
    path("figures/paper/", board.paper, name="paper"),
    path("figures/all/", figure.index, name="index"),
    path("figures/pictures/<slug:name>.<slug:ending>", board.picture, name="picture"),
    path("figures/exclusions/", decided.exclusion_list, name="exclusions"),
    path("figures/exclusions/new/", decided.exclusion_new, name="exclusion_new"),
    path("figures/exclusions/<int:pk>/", decided.exclusion, name="exclusion"),
    path("figures/weights/", decided.weight_list, name="weights"),
    path("figures/weights/<slug:key>/", decided.weight, name="weight"),
    path("figures/published/", decided.published_list, name="published"),
    path("figures/published/<int:pk>/", decided.published_one, name="published_one"),
    path("figures/<slug:name>/publish/", decided.publish, name="publish"),
    path("figures/<slug:name>/", figure.show, name="figure"),
]
