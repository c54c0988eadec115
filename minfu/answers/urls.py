"""Addresses of the storey."""

from django.urls import URLPattern, URLResolver, path

from minfu.answers.views import answers, items

app_name = "answers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("answers/", answers.list_page, name="list"),
    path("answers/tell/", answers.choose, name="choose"),
    path("answers/tell/<slug:key>/", answers.tell, name="tell"),
    path("answers/items/", items.home, name="items"),
    path("answers/items/new/", items.new, name="item_new"),
    path("answers/items/<slug:key>/end/", items.end, name="item_end"),
    path("answers/synonyms/new/", items.synonym, name="synonym_new"),
    path("answers/<int:pk>/", answers.answer, name="answer"),
    path("answers/<int:pk>/correct/", answers.correct, name="correct"),
]
