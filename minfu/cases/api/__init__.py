"""The room's operations in the API."""

from minfu.cases.api import (
    board,
    bulk,
    cases,
    changes,
    config,
    config_calendar,
    config_tree,
    detail,
    files,
    own_data,
    reference,
    releases,
    solved,
    steps,
    tables,
    taking_in,
)

#: In the order in which addresses are tried: fixed ones before those with an id.
ROOMS = (
    taking_in.room,
    bulk.room,
    cases.room,
    detail.room,
    steps.room,
    files.room,
    changes.room,
    reference.room,
    tables.room,
    board.room,
    own_data.room,
    releases.room,
    solved.room,
    config.room,
    config_tree.room,
    config_calendar.room,
)
