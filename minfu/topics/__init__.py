"""Topics: what many people tell of, found while demands come in; looked at, put in order and taken up by people."""
