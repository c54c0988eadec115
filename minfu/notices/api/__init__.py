"""The API's notices: one room for each subject, mounted by the site."""

from minfu.notices.api import channels, inbox, mine, wordings

ROOMS = (inbox.room, channels.room, wordings.room, mine.room)
