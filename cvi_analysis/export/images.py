"""Images: where one comes from, and SVG drawings made fit to stand in a page or a PDF.

An image is an attachment of the cell, a file, or in the address itself; nothing is fetched. A
drawing loses its scripts and addresses, and gets ids of its own and a text for ears.
"""

from __future__ import annotations

import base64
import binascii
import io
import mimetypes
import re
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, cast
from urllib.parse import unquote, urlsplit

from lxml import etree
from PIL import Image, UnidentifiedImageError

XmlElement: TypeAlias = Any
"""An element of lxml, which has no public name for it."""

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_RASTER = ("PNG", "JPEG", "GIF", "WEBP")
_ACTIVE = ("metadata", "script", "foreignObject")
_NUMBER = re.compile(r"-?\d*\.?\d+")
_MOVED = re.compile(r"translate\(\S+ ([\d.]+)\)")
_REPLACED = ("role", "aria-label", "aria-hidden", "focusable", "id", "class", "version")
_SUSPECT = etree.XPath(  # what may fetch or run something: few attributes of a drawing
    "//@*[starts-with(name(), 'on') or local-name() = 'href' or name() = 'xlink:href' "
    "or (contains(., '(') and contains(translate(., 'URL', 'url'), 'url('))]"
)
_NAMES = etree.XPath(
    "//@id | //@*[local-name() = 'href' or contains(., 'url(') "
    "or name() = 'aria-labelledby' or name() = 'aria-describedby']"
)
_STYLES = etree.XPath("//*[local-name() = 'style']")
_INDENTS = etree.XPath("//text()[contains(., '\n') and normalize-space() = '']")
_REFERENCE = re.compile(r"(url\(\s*['\"]?#)")
_SELECTOR = re.compile(r"([^{}@]+)\{")
REMOTE_URL = re.compile(r"url\(\s*(?!['\"]?(?:#|data:))[^)]*\)|@import[^;]*;?", re.I)
"""What a browser would fetch for a style."""


@dataclass(frozen=True)
class Picture:
    """An image's bytes, media type, and width and height in pixels (of a drawing zeros)."""

    data: bytes
    mime: str
    size: tuple[int, int] = (0, 0)

    @property
    def as_svg(self) -> str:
        """A drawing as `clean` leaves it, or a raster image in an SVG of its size at 96 dpi.

        Typst's wheel takes files from memory as text only, so this is how pixels reach it.
        """
        if self.mime == "image/svg+xml":
            return clean(self.data.decode("utf-8", "replace"))
        width, height = self.size
        return (
            f'<svg xmlns="{_SVG}" width="{width * 0.75:g}" '
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
    """`data` as a picture, by what it is, not by what it is called."""
    if b"<svg" in data[:4096] and clean(data.decode("utf-8", "replace")):
        return Picture(data, "image/svg+xml")
    try:
        with Image.open(io.BytesIO(data), formats=_RASTER) as image:
            return Picture(data, Image.MIME[image.format or ""], image.size)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        return Missing(f"not an image that can be shown, or damaged ({mime or 'unknown kind'})")


def find(src: str, attachments: Mapping[str, Any], folder: Path) -> Picture | Missing:
    """The image at `src`. Nothing is fetched: a remote address comes back as missing.

    Args:
        src: the address as written in the notebook.
        attachments: the cell's attachments, by name.
        folder: where relative addresses start, the notebook's folder.
    """
    src = src.strip()
    if src.lower().startswith("data:"):
        try:
            with urllib.request.urlopen(src) as answer:  # noqa: S310 - holds what it names
                return picture(answer.headers.get_content_type(), answer.read())
        except (OSError, ValueError):
            return Missing("image data that can not be read")
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


def clean(svg: str) -> str:
    """`svg` from its root element on, without scripts, handlers, metadata and remote addresses.

    It is "" where there is no SVG element.
    """
    root = _read(svg)
    return "" if root is None else _written(root)


def inlined(svg: str, prefix: str, alt: str, font: str = "") -> tuple[str, str]:
    """`svg` as an element of a page that holds other SVGs too, or "" where there is none.

    With it comes the headline over the drawing, taken out of it where the alt text begins with
    the same words: as text of the page it breaks into lines and grows.

    Args:
        svg: the drawing, whole.
        prefix: unique on the page; every id starts with it, and styles apply to this SVG only.
        alt: what the drawing shows, for people who do not see it.
        font: the page's style sheet knows drawings in this font, by their class `own`.
    """
    root = _read(svg)
    if root is None:
        return "", ""
    headline = _headline(root, alt)
    for value in _NAMES(root):
        element, name = value.getparent(), value.attrname
        if name.startswith("aria-"):
            del element.attrib[name]
        elif name == "id":
            element.set(name, f"{prefix}-{value}")
        elif "url(" in value:
            element.set(name, _REFERENCE.sub(rf"\g<1>{prefix}-", value))
        elif value.startswith("#"):
            element.set(name, f"#{prefix}-{value[1:]}")
    for sheet in _STYLES(root):
        text = _REFERENCE.sub(rf"\g<1>{prefix}-", sheet.text or "")
        sheet.text = _SELECTOR.sub(rf"#{prefix} \1{{", text)
    own = font and root.get("font-family", "").split(",")[0] == font
    own_says = ("font-family", "stroke-linejoin") if own else ()
    kept = {k: v for k, v in root.attrib.items() if k not in {*_REPLACED, *own_says}}
    named = {"id": prefix, **({"class": "own"} if own else {}), "role": "img", "aria-label": alt}
    root.attrib.clear()
    root.attrib.update({**named, **kept})
    text = _written(root)
    return (text.replace(f' xmlns="{_SVG}"', "", 1) if own else text), headline


def _headline(root: XmlElement, alt: str) -> str:
    """Take the headline and its place out of a drawing; "" where it has none."""
    places = {text: _baseline(text) for text in root.iter("{*}text")}
    bold = [t for t in places if t.get("font-weight") in {"bold", "600", "700"} and places[t] > 0]
    lines: list[XmlElement] = []
    headline = ""
    for line in sorted(bold, key=places.__getitem__):
        longer = f"{headline} {' '.join(''.join(line.itertext()).split())}".strip()
        if not alt.startswith(longer):
            break
        headline, lines = longer, [*lines, line]
    box = [float(number) for number in root.get("viewBox", "").split() if _NUMBER.fullmatch(number)]
    if not lines or alt[len(headline) :][:1] not in {"", "."} or len(box) != 4:
        return ""
    top = places[lines[-1]] + 4  # what its letters reach below the line
    if any(place <= top for text, place in places.items() if text not in lines):
        return ""
    for line in lines:
        line.getparent().remove(line)
    left, above, width, height = box
    root.set("viewBox", f"{left:g} {top:g} {width:g} {height + above - top:g}")
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    return headline


def _baseline(text: XmlElement) -> float:
    """How far down a line of text stands in its drawing; less than 0 where that is not plain."""
    moved = _MOVED.fullmatch(text.get("transform", ""))
    turned = any("transform" in element.attrib for element in text.iterancestors())
    told = moved[1] if moved else "" if "transform" in text.attrib else text.get("y", "")
    return float(told) if _NUMBER.fullmatch(told) and not turned else -1.0


def _read(svg: str) -> XmlElement | None:
    """The root of a drawing without what is active, remote or only for its maker."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, huge_tree=True, encoding="utf-8",
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(svg.lstrip("\ufeff \t\r\n").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    if root is None or etree.QName(root).localname != "svg":
        return None
    etree.strip_elements(root, *(f"{{*}}{name}" for name in _ACTIVE), with_tail=False)
    etree.strip_tags(root, etree.Entity)
    for value in _SUSPECT(root):
        element, name = value.getparent(), value.attrname
        if name.startswith("on"):
            del element.attrib[name]
        elif name not in {"href", "xlink:href", _XLINK}:
            element.set(name, REMOTE_URL.sub("none", value))
        elif not value.startswith(("#", "data:")):
            del element.attrib[name]
        elif name == "xlink:href":  # without the namespace that its prefix stands for
            del element.attrib[name]
            element.set("href", value)
    for sheet in _STYLES(root):
        sheet.text = REMOTE_URL.sub("none", sheet.text or "")
    for space in _INDENTS(root):
        setattr(space.getparent(), "tail" if space.is_tail else "text", "\n")
    root.tail = None
    etree.cleanup_namespaces(root)
    return root


def _written(root: XmlElement) -> str:
    return cast(str, etree.tostring(root, encoding="unicode"))


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
