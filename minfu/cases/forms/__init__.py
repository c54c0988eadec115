"""Forms of the room: what is typed on a screen, before a rule looks at it."""
