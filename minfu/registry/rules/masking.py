"""What a masked value shows: enough to recognise one's own, too little to use another's. Pure."""

import re

#: The part of an address that says no more than which village or street it is in: nothing after the first digit.
_PUBLIC_PART = re.compile(r"^[^\d]*(?:村|社区|居委会|街道|镇|乡|县|区|市)")

_MOBILE = re.compile(r"^(1\d{2})\d{4}(\d{4})$")
_LANDLINE = re.compile(r"^(0\d{2,3})-?\d{4,}(\d{3})$")


def name(value: str) -> str:
    """Return the first character of a name: 王*. One character alone is not shown."""
    if len(value) <= 1:
        return "*" if value else ""
    return f"{value[0]}*"


def phone(value: str) -> str:
    """Return a number with its middle hidden: 138****1234, 0593****567; of a short one only the last two digits stay."""
    if mobile := _MOBILE.match(value):
        return f"{mobile[1]}****{mobile[2]}"
    if landline := _LANDLINE.match(value):
        return f"{landline[1]}****{landline[2]}"
    return f"****{value[-2:]}" if value else ""


def id_number(value: str) -> str:
    """Return the first four and the last two characters of an identity number; hides birth date and sex."""
    return f"{value[:4]}************{value[-2:]}" if value else ""


def address(value: str) -> str:
    """Return an address as far as its village or street; house and household stay hidden."""
    if not value:
        return ""
    known = _PUBLIC_PART.match(value)
    return f"{known.group(0) if known else ''}****"
