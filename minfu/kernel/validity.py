"""From what a table says about its rows to sentences at the fields."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from minfu.kernel.errors import Invalid


def check(row: models.Model) -> None:
    """Raise ``Invalid`` with the sentences of the fields and constraints that ``row`` breaks.

    Sentences of constraints stand under ``""``: they belong to the whole.
    """
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(
            {
                "" if name == NON_FIELD_ERRORS else name: [str(sentence) for sentence in sentences]
                for name, sentences in error.message_dict.items()
            }
        ) from None


def save(row: models.Model) -> None:
    """Check and save ``row``. Raises ``Invalid`` with the constraint's sentence, also when someone else was faster.

    The latter needs a savepoint, so that the caller's transaction can go on to say so.
    """
    check(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Invalid({"": [_sentence(error, row)]}) from error


def _sentence(error: IntegrityError, row: models.Model) -> str:
    """Return the sentence of the constraint PostgreSQL refused by, or of the trigger (the model's ``refusals``)."""
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", "")
    for constraint in row._meta.constraints:  # noqa: SLF001 - Django's documented model API
        if constraint.name == name:
            return str(constraint.get_violation_error_message())
    if sentence := getattr(row, "refusals", {}).get(name):
        return str(sentence)
    return _("与刚刚保存的另一条记录冲突，请刷新后再试。")
