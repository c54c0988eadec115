"""Spreadsheets: reading what people upload for an import, writing what they download."""

from minfu.files.sheets.reading import (
    Chosen,
    Column,
    Glimpse,
    Row,
    Sheet,
    as_compared,
    fingerprint,
    glimpse,
    open_sheet,
)
from minfu.files.sheets.values import column_name
from minfu.files.sheets.writing import Watermark, csv_lines, write_xlsx

__all__ = [
    "Chosen",
    "Column",
    "Glimpse",
    "Row",
    "Sheet",
    "Watermark",
    "as_compared",
    "column_name",
    "csv_lines",
    "fingerprint",
    "glimpse",
    "open_sheet",
    "write_xlsx",
]
