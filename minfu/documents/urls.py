"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from minfu.documents.views import config, desk, paper, steps

app_name = "documents"
urlpatterns: list[URLPattern | URLResolver] = [
    path("documents/", desk.list_page, name="list"),
    path("documents/new/", desk.begin, name="begin"),
    path("documents/registers/", config.home, name="registers"),
    path("documents/registers/new/", config.register, name="register_new"),
    path("documents/registers/<int:pk>/close/", config.close, name="register_close"),
    path("documents/<int:pk>/", desk.document, name="document"),
    path("documents/<int:pk>/figures/", desk.figures, name="figures"),
    path("documents/<int:pk>/document.pdf", paper.pdf, name="pdf"),
    path("documents/<int:pk>/document.docx", paper.word, name="word"),
    path("documents/<int:pk>/document.ofd", paper.ofd, name="ofd"),
    path("documents/<int:pk>/step/<slug:name>/", steps.step, name="step"),
]
