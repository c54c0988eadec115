"""What a file is, by its content and never by its name; and the name under which it is kept. Pure."""

import unicodedata
from dataclasses import dataclass
from typing import Any

import filetype
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.files.packed import office_kind
from minfu.kernel.text import visible

#: Bytes from the start of a file that tell its type.
HEAD_BYTES = 8192
_LONGEST_STEM = 80
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))


@dataclass(frozen=True)
class Kind:
    """A type that is accepted: its media type, extension, other usual extensions, whether it is a picture, its name."""

    media_type: str
    extension: str
    also: tuple[str, ...] = ()
    is_image: bool = False
    label: Any = ""


KINDS = (
    Kind("image/jpeg", "jpg", ("jpeg", "jpe", "jfif"), is_image=True, label=gettext_lazy("JPEG 图片")),
    Kind("image/png", "png", is_image=True, label=gettext_lazy("PNG 图片")),
    Kind("image/webp", "webp", is_image=True, label=gettext_lazy("WebP 图片")),
    Kind("image/gif", "gif", is_image=True, label=gettext_lazy("GIF 图片")),
    Kind("image/heic", "heic", ("heif",), is_image=True, label=gettext_lazy("HEIC 图片")),
    Kind("application/pdf", "pdf", label=gettext_lazy("PDF 文件")),
    Kind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
        label=gettext_lazy("Word 文档"),
    ),
    Kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        label=gettext_lazy("Excel 表格"),
    ),
)
BY_EXTENSION = {kind.extension: kind for kind in KINDS}
#: Brands of the ISO container that hold a HEIF picture.
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
#: What people send instead, by the extension ``filetype`` gives it, with what to do.
_INSTEAD = {
    "doc": gettext_lazy("旧版 Office 文件请另存为 docx、xlsx 或 PDF 后再上传。"),
    "mp4": gettext_lazy("暂不接收视频，请截取几张照片上传。"),
    "zip": gettext_lazy("不接收压缩包，请把里面的照片或文件逐个上传。"),
}
_INSTEAD |= {
    **dict.fromkeys(("xls", "ppt", "ole"), _INSTEAD["doc"]),
    **dict.fromkeys(("mov", "avi", "mkv", "3gp", "m4v", "wmv", "flv", "webm"), _INSTEAD["mp4"]),
    **dict.fromkeys(("rar", "7z", "gz", "tar"), _INSTEAD["zip"]),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def accepted() -> str:
    """Return the ``accept`` attribute for a file field."""
    return ",".join(f".{extension}" for kind in KINDS for extension in (kind.extension, *kind.also))


def sniff(head: bytes, names: frozenset[str]) -> Kind | None:
    """Return the accepted type of a file, by its first ``HEAD_BYTES`` and, for a zip, the names in it; or None."""
    if head.startswith(b"%PDF-"):
        return BY_EXTENSION["pdf"]
    if names:
        return BY_EXTENSION.get(office_kind(names))
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return BY_EXTENSION["heic"]
    kind = BY_EXTENSION.get(_guess(head))
    return kind if kind and kind.is_image else None


def _guess(head: bytes) -> str:
    """Return the usual extension of what the first bytes look like, or an empty text."""
    found = filetype.guess(head)  # type: ignore[no-untyped-call]  # the library has no types
    return str(found.extension) if found else ""


def advice(head: bytes) -> str:
    """Return what to do with a file of a type that is not accepted."""
    found = "ole" if head.startswith(_OLE) else _guess(head)
    general = _("只接收照片（JPG、PNG、WebP、HEIC、GIF）、PDF、Word（docx）和 Excel（xlsx）。")
    return str(_INSTEAD.get(found, general))


def clean_name(name: str, kind: Kind) -> tuple[str, str]:
    """Return the name a file is kept under and a note when its extension was wrong (else an empty text).

    No folders, nothing invisible, nothing a file system refuses; the extension is that of the content.
    """
    base = unicodedata.normalize("NFC", visible(name)).replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(" " if one.isspace() else one for one in base).translate(_FORBIDDEN).strip(" .")
    stem, dot, extension = base.rpartition(".")
    if not dot:
        stem, extension = base, ""
    stem = stem.strip(" .")[:_LONGEST_STEM] or _("附件")
    if extension.lower() in {kind.extension, *kind.also}:
        return f"{stem}.{extension.lower()}", ""
    note = _("内容是%(kind)s，已按内容改用扩展名 .%(extension)s。")
    return f"{stem}.{kind.extension}", note % {"kind": kind.label, "extension": kind.extension}
