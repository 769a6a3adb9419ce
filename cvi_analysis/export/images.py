"""Images: where one comes from, and SVG charts made fit for inlining.

An image is an attachment of the cell, a file, or in the address itself. An SVG gets ids of its own
and a text for ears, and loses scripts and addresses.
"""

from __future__ import annotations

import base64
import binascii
import io
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes, urlsplit

_DATA_URI = re.compile(r"data:([^;,]*)((?:;[^,]*)?),(.*)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Picture:
    """An image's bytes and media type."""

    data: bytes
    mime: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels. Raises ValueError for a file that is no image after all."""
        from PIL import Image, UnidentifiedImageError

        try:
            with Image.open(io.BytesIO(self.data)) as image:
                return image.size
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
            raise ValueError(str(error)) from error

    @property
    def readable(self) -> bool:
        """Whether the file is whole enough to have a size."""
        if self.mime == "image/svg+xml":
            return True
        try:
            return min(self.size) > 0
        except ValueError:
            return False

    @property
    def as_svg(self) -> str:
        """A raster image inside an SVG of its size, one pixel being 1/96 inch.

        Typst's wheel takes files from memory as text only, so this is how pixels reach it.
        """
        width, height = self.size
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * 0.75:g}" '
            f'height="{height * 0.75:g}" viewBox="0 0 {width} {height}">'
            f'<image width="{width}" height="{height}" href="{self.data_uri}"/></svg>'
        )

    @property
    def data_uri(self) -> str:
        """The image as an address that holds it."""
        return f"data:{self.mime};base64,{base64.b64encode(self.data).decode('ascii')}"


@dataclass(frozen=True)
class Missing:
    """An image that can not be shown, and why, in words for the reader."""

    reason: str
    remote: bool = False


def picture(mime: str, data: bytes) -> Picture | Missing:
    """`data` as a picture, checked by its first bytes: what it is, not what it is called."""
    found = _sniffed(data)
    if found is None:
        return Missing(f"not an image that can be shown ({mime or 'unknown kind'})")
    return Picture(data, found)


def find(src: str, attachments: Mapping[str, Any], folder: Path) -> Picture | Missing:
    """The image at `src`. Nothing is fetched: a remote address comes back as missing.

    Args:
        src: the address as written in the notebook.
        attachments: the cell's attachments, by name.
        folder: where relative addresses start, the notebook's folder.
    """
    src = src.strip()
    if src.lower().startswith("data:"):
        return _from_data_uri(src)
    if src.lower().startswith("attachment:"):
        return _attached(unquote(src[len("attachment:") :]), attachments)
    parts = urlsplit(src)
    if parts.netloc or (parts.scheme and len(parts.scheme) > 1 and parts.scheme != "file"):
        return Missing("not fetched from the internet", remote=True)
    path = folder / unquote(parts.path)
    try:
        data = path.read_bytes()
    except (OSError, ValueError):
        return Missing(f"image file not found: {src}")
    return picture(mimetypes.guess_type(path.name)[0] or "", data)


def _from_data_uri(src: str) -> Picture | Missing:
    match = _DATA_URI.fullmatch(src)
    if match is None:
        return Missing("image data that can not be read")
    mime, options, body = match.groups()
    try:
        data = base64.b64decode(unquote(body)) if "base64" in options else unquote_to_bytes(body)
    except (binascii.Error, ValueError):
        return Missing("image data that can not be read")
    return picture(mime.lower(), data)


def _attached(name: str, attachments: Mapping[str, Any]) -> Picture | Missing:
    for mime, content in (attachments.get(name) or {}).items():
        text = content if isinstance(content, str) else "".join(content)
        if mime == "image/svg+xml" and text.lstrip().startswith("<"):
            return picture(mime, text.encode())
        try:
            return picture(mime, base64.b64decode(text))
        except (binascii.Error, ValueError):
            break
    return Missing(f"attachment not found: {name}")


def _sniffed(data: bytes) -> str | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if b"<svg" in data[:4096]:
        return "image/svg+xml"
    return None


_PROLOG = re.compile(r"^\s*(?:<\?xml.*?\?>|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>|<!--.*?-->|\s+)*", re.S)
_DROPPED = re.compile(
    r"<(metadata|script|foreignObject)\b(?:[^>]*/>|.*?</\1\s*>)|<!--.*?-->", re.S | re.I
)
_INDENT = re.compile(r">\n\s+<")
_HANDLER = re.compile(r"\son[a-z]+\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.I)
_REMOTE = re.compile(r"\s(?:xlink:)?href\s*=\s*(?:\"(?!#|data:)[^\"]*\"|'(?!#|data:)[^']*')", re.I)
_REMOTE_URL = re.compile(r"url\(\s*['\"]?(?!#|data:|['\"]?#)[^)]*\)", re.I)
_ID = re.compile(r"(\sid\s*=\s*)([\"'])([^\"']+)\2")
_REFERENCE = re.compile(r"((?:xlink:)?href\s*=\s*[\"']#|url\(\s*['\"]?#)([^\"')\s]+)")
_ARIA = re.compile(r"\saria-(labelledby|describedby)\s*=\s*([\"'])([^\"']*)\2")
_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style\s*>)", re.S | re.I)
_RULE = re.compile(r"([^{}@]+)\{")
_OWN = re.compile(r' stroke-linejoin="round" font-family="Public Sans,[^"]*"')
_NAMESPACE = re.compile(r'\sxmlns="http://www\.w3\.org/2000/svg"')
_ROOT = re.compile(r"<svg\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.S)
_ROOT_OWN = re.compile(
    r"\s(?:role|aria-label|aria-labelledby|aria-hidden|focusable|id|class|version|xmlns:xlink)"
    r"\s*=\s*(?:\"[^\"]*\"|'[^']*')"
)


def clean(svg: str) -> str:
    """`svg` from its root element on, without scripts, handlers, metadata and remote addresses."""
    svg = _PROLOG.sub("", svg.lstrip("\ufeff"), count=1)
    svg = _DROPPED.sub("", svg)
    svg = _HANDLER.sub("", svg)
    svg = _INDENT.sub(">\n<", _REMOTE.sub("", svg))
    return _REMOTE_URL.sub("none", svg).strip()


def inlined(svg: str, prefix: str, alt: str) -> str:
    """`svg` as an element of a page that holds other SVGs too.

    Args:
        svg: the drawing, whole.
        prefix: unique on the page; every id starts with it, and styles apply to this SVG only.
        alt: what the drawing shows, for people who do not see it.
    """
    svg = clean(svg)
    svg = _ID.sub(rf"\g<1>\g<2>{prefix}-\g<3>\g<2>", svg)
    svg = _REFERENCE.sub(rf"\g<1>{prefix}-\g<2>", svg)
    svg = _ARIA.sub("", svg)
    svg = _STYLE.sub(lambda m: m[1] + _RULE.sub(rf"#{prefix} \1{{", m[2]) + m[3], svg)
    own = _OWN.search(svg) is not None
    if own:  # the page's style sheet has the font, and knows these colors in the dark
        svg = _NAMESPACE.sub("", _OWN.sub("", svg, count=1), count=1)
    named = 'class="own" role="img"' if own else 'role="img"'
    attributes = f' id="{prefix}" {named} aria-label="{escape(alt, quote=True)}"'
    if " xlink:" in svg:
        attributes += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    return _ROOT.sub(lambda m: f"<svg{attributes}{_ROOT_OWN.sub('', m[1])}>", svg, count=1)


def is_svg(text: str) -> bool:
    """Whether `text` has an SVG root element."""
    return _ROOT.search(text) is not None
