"""Addresses of places."""

from django.urls import path

from minfu.places.views import divisions, gazetteer, grids

app_name = "places"
urlpatterns = [
    path("places/divisions/", divisions.division_list, name="divisions"),
    path("places/divisions/<str:code>/", divisions.division, name="division"),
    path("places/divisions/<str:code>/rename/", divisions.rename, name="rename"),
    path("places/divisions/<str:code>/end/", divisions.end, name="end"),
    path("places/villages/", divisions.villages, name="villages"),
    path("places/grids/", grids.grid_list, name="grids"),
    path("places/grids/new/", grids.new_grid, name="new_grid"),
    path("places/grids/import/", grids.import_grids, name="import_grids"),
    path("places/grids/check/", grids.findings, name="findings"),
    path("places/grids/map/", grids.grid_map, name="grid_map"),
    path("places/grids/<str:code>/", grids.grid, name="grid"),
    path("places/grids/<str:code>/renew/", grids.renew, name="renew"),
    path("places/posters/", grids.poster_list, name="posters"),
    path("places/posters/village/<str:village>.pdf", grids.village_posters, name="posters_pdf"),
    path("places/posters/<str:code>/poster.pdf", grids.poster_pdf, name="poster_pdf"),
    path("places/posters/<str:code>/", grids.poster, name="poster"),
    path("places/posters/<str:code>/qr.svg", grids.poster_svg, name="poster_svg"),
    path("places/gazetteer/", gazetteer.place_list, name="gazetteer"),
    path("places/gazetteer/new/", gazetteer.new_place, name="new_place"),
    path("places/gazetteer/<int:pk>/", gazetteer.place, name="place"),
    path("places/gazetteer/<int:pk>/aliases/", gazetteer.add_alias, name="add_alias"),
    path("places/gazetteer/<int:pk>/aliases/remove/", gazetteer.remove_alias, name="remove_alias"),
]
