"""The room's operations in the API."""

from minfu.cases.api import cases

ROOMS = (cases.room,)
