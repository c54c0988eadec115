"""Refusals: what a rule says when it does not let something happen.

A verb raises one of these; screens show ``message`` at the field, the API sends the same sentence as problem+json.
"""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """A rule refused. ``message`` is a sentence in the user's language that says what to do.

    ``code`` is stable and documented for API users; ``status`` is the HTTP status every door answers with.
    """

    status = 409
    code = "refused"

    def __init__(
        self, message: str | Any, *, code: str = "", field: str = "", extra: Mapping[str, Any] | None = None
    ):
        """Keep the sentence (may be lazy), the machine-readable code, and the form field it belongs to, if one."""
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.field = field
        self.extra = dict(extra or {})

    def sentences(self) -> list[str]:
        """Return everything there is to say."""
        return [str(self.message)]


class Missing(Refused):
    """The object is absent or not for this actor; the two are never told apart."""

    status = 404
    code = "not_found"


class Forbidden(Refused):
    """The actor may see the object but not do this to it."""

    status = 403
    code = "forbidden"


class Stale(Refused):
    """Someone changed the object since the actor read it; ``extra`` says who and when."""

    status = 409
    code = "stale"


class Invalid(Refused):
    """The input is wrong: ``fields`` maps each field to its sentences."""

    status = 422
    code = "invalid"

    def __init__(self, fields: Mapping[str, list[str]], message: str | Any = ""):
        """Take sentences by field; without ``message`` the first sentence stands for all."""
        first = next((sentence for sentences in fields.values() for sentence in sentences), "")
        super().__init__(message or first, field=next(iter(fields), ""))
        self.fields = {name: list(sentences) for name, sentences in fields.items()}

    def sentences(self) -> list[str]:
        """Return the sentences of all fields."""
        return [str(one) for said in self.fields.values() for one in said] or super().sentences()
