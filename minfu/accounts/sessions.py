"""The session engine: Django's own on PostgreSQL, in a table that says whose a session is.

Costs nothing more for a request: the two columns are taken from what the session holds whenever it is written anyway.
"""

from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from minfu.accounts.models import Session

#: Session key of the sign-in (``SignIn``) it began with.
SIGN_IN = "sign_in"


class SessionStore(DatabaseStore):
    """Keeps sessions in ``accounts_session``."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return our table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to be written, with its columns filled from the session's content."""
        row = cast(Session, super().create_model_instance(data))
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.sign_in_id = data.get(SIGN_IN)
        return row
