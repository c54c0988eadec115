"""Spreadsheets: reading what people upload for an import, writing what they download."""

from minfu.files.sheets.reading import Column, Row, Sheet, open_sheet
from minfu.files.sheets.writing import Watermark, csv_lines, write_xlsx

__all__ = ["Column", "Row", "Sheet", "Watermark", "csv_lines", "open_sheet", "write_xlsx"]
