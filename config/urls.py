"""Addresses: each room brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("minfu.site.api")),  # first: programs call it far more often than people open pages
    path("", include("minfu.accounts.urls")),
    path("", include("minfu.accounts.urls_factors")),
    path("", include("minfu.places.urls")),
    path("", include("minfu.notices.urls")),
    path("", include("minfu.tables.urls")),
    path("", include("minfu.cases.urls")),
    path("", include("minfu.workbooks.urls")),
    path("", include("minfu.documents.urls")),
    path("", include("minfu.hazards.urls")),
    path("", include("minfu.open311.urls")),
    path("", include("minfu.webhooks.urls")),
    path("", include("minfu.disputes.urls")),
    path("", include("minfu.figures.urls")),
    path("", include("minfu.answers.urls")),
    path("", include("minfu.opendata.urls")),
    path("", include("minfu.topics.urls")),
    path("", include("minfu.returns.urls")),
    path("", include("minfu.site.urls")),
]

handler400 = "minfu.site.errors.bad_request"
handler403 = "minfu.site.errors.forbidden"
handler404 = "minfu.site.errors.missing"
handler500 = "minfu.site.errors.broken"
