"""The room's operations in the API: where something is, and what the screens of places keep."""

from minfu.places.api import divisions, gazetteer, grids, posters, where

ROOMS = (divisions.room, where.room, grids.room, posters.room, gazetteer.room)
