"""Zip containers (docx, xlsx): what is in them, and that unpacking them cannot do harm. Pure."""

import zipfile
import zlib
from typing import IO

from django.utils.translation import gettext as _

#: Entries, unpacked bytes in all, and unpacked over packed size beyond which a document is taken for a zip bomb.
MOST_ENTRIES = 3_000
MOST_BYTES = 300 * 1024 * 1024
MOST_RATIO = 200
#: An entry smaller than this may be packed as tightly as it likes.
RATIO_FROM_BYTES = 4 * 1024 * 1024
_CHUNK = 256 * 1024
_ENCRYPTED = 0x1


class UnsafeContainerError(ValueError):
    """A zip container that is not opened; its text is the sentence for the user."""


def entry_names(file: IO[bytes]) -> frozenset[str]:
    """Return the names in a zip file; none for a file that is no zip or has too many entries to look at."""
    try:
        with zipfile.ZipFile(file) as packed:
            return frozenset(packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return frozenset()
    finally:
        file.seek(0)


def office_kind(names: frozenset[str]) -> str:
    """Return ``docx`` or ``xlsx`` by the parts a container must have, else an empty text."""
    if "[Content_Types].xml" not in names:
        return ""
    if "word/document.xml" in names:
        return "docx"
    return "xlsx" if "xl/workbook.xml" in names else ""


def check_container(file: IO[bytes]) -> None:
    """Unpack a container once, keeping nothing, and raise ``UnsafeContainerError`` if it may not be opened.

    Entries are really unpacked: the sizes a zip file declares may lie. Refused are bombs, passwords, macros, damage.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            _check_entries(packed.infolist())
            total = 0
            for entry in packed.infolist():
                total += _unpacked_size(packed, entry, MOST_BYTES - total)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        if isinstance(error, UnsafeContainerError):
            raise
        raise UnsafeContainerError(_("文件已损坏，打不开。请重新保存后再上传。")) from error
    finally:
        file.seek(0)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what the directory of the container shows already."""
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise _bomb()
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnsafeContainerError(_("文件设有密码。请取消密码后再上传。"))
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise UnsafeContainerError(_("文件带有宏。请另存为不带宏的 docx 或 xlsx 后再上传。"))


def _unpacked_size(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> int:
    """Return how many bytes an entry unpacks to; stops at ``most``, and at a ratio no document reaches."""
    size = 0
    with packed.open(entry) as content:
        while chunk := content.read(_CHUNK):
            size += len(chunk)
            if size > most or (size > RATIO_FROM_BYTES and size > MOST_RATIO * max(entry.compress_size, 1)):
                raise _bomb()
    return size


def _bomb() -> UnsafeContainerError:
    """Return the refusal of a container that unpacks to far more than it should."""
    return UnsafeContainerError(_("文件解压后过大，可能有害，不能接收。请重新保存后再上传。"))
