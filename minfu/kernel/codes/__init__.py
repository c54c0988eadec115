"""Numbers people carry and numbers minfu gives out: checked, brought into one form, masked. Pure.

Each ``parse_…`` takes what a person typed and returns the one stored form, or raises ``Invalid`` with a sentence that says
what is wrong. Division and grid codes live with ``places``.
"""

from minfu.kernel.codes.masks import mask_id, mask_name, mask_phone
from minfu.kernel.codes.people import is_mobile, parse_citizen_id, parse_credit_code, parse_phone
from minfu.kernel.codes.plain import plain
from minfu.kernel.codes.receipts import (
    CaseNumber,
    case_number,
    new_receipt,
    parse_case_number,
    parse_receipt,
    show_receipt,
)

__all__ = [
    "CaseNumber",
    "case_number",
    "is_mobile",
    "mask_id",
    "mask_name",
    "mask_phone",
    "new_receipt",
    "parse_case_number",
    "parse_citizen_id",
    "parse_credit_code",
    "parse_phone",
    "parse_receipt",
    "plain",
    "show_receipt",
]
