"""The room's operations in the API."""

from minfu.cases.api import cases, detail, files, reference, steps

#: In the order in which addresses are tried: fixed ones before those with an id.
ROOMS = (cases.room, detail.room, steps.room, files.room, reference.room)
