"""Pictures: opened with care, turned upright, stripped of everything but what one sees. Pure: bytes in, bytes out."""

import io
import threading
from dataclasses import dataclass
from typing import IO

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from minfu.files.refusals import UnusableImageError

#: Longest edge of a kept picture and of a thumbnail, in pixels.
EDGE = 2048
THUMBNAIL_EDGE = 320
#: Most pixels a picture may have: plain JPEG is decoded at reduced size, all others (progressive JPEG too) only whole.
MOST_JPEG_PIXELS = 220_000_000
MOST_PIXELS = 50_000_000
_QUALITY = 85
_THUMBNAIL_QUALITY = 75

pillow_heif.register_heif_opener()
# Pillow warns at this size and raises at twice; ours is the lower limit, checked before anything is decoded.
Image.MAX_IMAGE_PIXELS = MOST_JPEG_PIXELS
#: One picture is decoded at a time: two large ones would not fit into a small server's memory.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class CleanImage:
    """A picture fit to be shown: bytes, media type, size in pixels, and a small JPEG of it."""

    data: bytes
    media_type: str
    extension: str
    width: int
    height: int
    thumbnail: bytes


def check_header(file: IO[bytes]) -> None:
    """Raise ``UnusableImageError`` for a picture that cannot be opened or would be too large decoded; decodes nothing."""
    _opened(file)


def _opened(file: IO[bytes]) -> Image.Image:
    """Return a picture whose header is sound and whose size is acceptable, not decoded yet."""
    try:
        image = Image.open(file, formats=("JPEG", "PNG", "WEBP", "GIF", "HEIF"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise UnusableImageError(_("图片已损坏，打不开。请重新拍照或另存后再上传。")) from error
    in_passes = image.format != "JPEG" or image.info.get("progressive")
    if image.width * image.height > (MOST_PIXELS if in_passes else MOST_JPEG_PIXELS):
        raise _too_large()
    return image


def _too_large() -> UnusableImageError:
    """Return the refusal of a picture with too many pixels."""
    return UnusableImageError(_("图片像素过大，不能处理。请用手机重新拍摄或缩小后再上传。"))


def clean(data: bytes) -> CleanImage:
    """Return a picture made anew from its pixels: upright, at most ``EDGE`` pixels, without EXIF, place or profile.

    JPEG and HEIC become JPEG; PNG stays PNG; WebP and GIF (its first frame) become PNG if transparent, else JPEG.
    Raises ``UnusableImageError`` if it cannot be decoded.
    """
    with _one_at_a_time:
        image = _decoded(data)
        thumbnail = image.copy()
    thumbnail.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
    transparent = image.mode == "RGBA"
    as_png = transparent or data.startswith(b"\x89PNG")
    kept = _encoded(image, "PNG") if as_png else _encoded(image, "JPEG", quality=_QUALITY)
    small = _encoded(_on_white(thumbnail), "JPEG", quality=_THUMBNAIL_QUALITY)
    kind, extension = ("image/png", "png") if as_png else ("image/jpeg", "jpg")
    return CleanImage(kept, kind, extension, image.width, image.height, small)


def _decoded(data: bytes) -> Image.Image:
    """Return the pixels of a picture, upright and reduced, as RGB or (only if it is transparent) RGBA."""
    image = _opened(io.BytesIO(data))
    try:
        with image:
            image.draft("RGB", (EDGE, EDGE))
            image.load()
            # Colours by number cannot be averaged; everything else is made small before it is copied.
            small = image.convert("RGBA") if image.mode in {"P", "PA", "1"} else image
            small.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
            return _plain(ImageOps.exif_transpose(small))
    except (OSError, ValueError, SyntaxError, IndexError, EOFError, MemoryError) as error:
        raise UnusableImageError(_("图片已损坏，打不开。请重新拍照或另存后再上传。")) from error


def _plain(image: Image.Image) -> Image.Image:
    """Return a new picture with the pixels alone."""
    transparent = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    flat = image.convert("RGBA" if transparent else "RGB")
    if transparent and flat.getchannel("A").getextrema() == (255, 255):
        flat = flat.convert("RGB")
    bare = Image.new(flat.mode, flat.size)
    bare.paste(flat)
    return bare


def _on_white(image: Image.Image) -> Image.Image:
    """Return a picture without transparency."""
    if image.mode == "RGB":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _encoded(image: Image.Image, form: str, **options: int) -> bytes:
    """Return a picture in a file format."""
    out = io.BytesIO()
    image.save(out, form, optimize=True, **options)
    return out.getvalue()
