"""Make HTML harmless: what was written may be read, and can neither run, load, submit nor cover anything."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import unquote

import nh3

from grader.desk.harmless.allowed import allowed
from grader.desk.harmless.stylesheets import clean_sheet, clean_style

TAGS = (nh3.ALLOWED_TAGS | {"section", "tfoot", "s"}) - {"map", "area", "base"}
ATTRIBUTES = {
    "*": {"class", "id", "style", "title", "lang", "dir", "align", "valign"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type", "reversed"},
    "details": {"open"},
    "table": {"border"},
    "time": {"datetime"},
}
DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "title",
    "template",
    "noscript",
    "iframe",
    "object",
    "select",
    "svg",
}
SCHEMES = {"http", "https", "mailto", "data", "attachment"}
MATHML, MATHML_ATTRIBUTES = allowed("mathml", "elements"), allowed("mathml", "attributes")
PICTURES = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}
DATA = re.compile(r"data:(image/[a-z]+);base64,(.*)", re.DOTALL)
# A tag as nh3 writes it: what is quoted holds no quotes.
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>')
# A page has a heading of its own, and one above what others wrote.
LEVELS_DOWN, LOWEST_HEADING = 2, 6
# Wide tables scroll within this, with the keyboard as well.
TABLE_BOX = '<div class="scroll" tabindex="0" role="group" aria-label="Table">'
# Beyond this a browser takes seconds to lay a page out.
LONGEST = 5_000_000
MOST_TAGS = 20_000


def clean_html(markup: str, scope: str, pictures: Mapping[str, str] | None = None) -> str:
    """Markup that is safe in a page; "" where there is too much of it.

    scope: the id of the element that it will be put into. pictures: data: addresses of those that it may show
    by their names.
    """
    prefix = f"{scope}-"

    def keep(tag: str, attribute: str, value: str) -> str | None:
        # nh3 keeps an attribute whose filter raises.
        try:
            if tag == "img" and attribute == "src":
                return (pictures or {}).get(unquote(value.strip())) or _own_picture(value)
            return _attribute(attribute, value, prefix)
        except Exception:
            return None

    if len(markup) > LONGEST or markup.count("<") > MOST_TAGS:
        return ""
    cleaned = nh3.clean(
        markup,
        tags=set(TAGS),
        clean_content_tags=DROPPED_WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        url_schemes=SCHEMES,
        # Judged by `keep`, where pictures are looked up by their names.
        url_relative="pass_through",
        link_rel="noopener noreferrer nofollow",
        id_prefix=prefix,
    )
    cleaned = TAG.sub(_for_reading, cleaned)
    sheet = clean_sheet(_style_sheets(markup), scope, prefix)
    return f"<style>\n{sheet}\n</style>\n{cleaned}" if sheet else cleaned


def _for_reading(tag: re.Match[str]) -> str:
    """A tag so that everybody can read what is in it: see LEVELS_DOWN, TABLE_BOX."""
    closing, name, attributes = tag.groups()
    if name == "table":
        return "</table></div>" if closing else f"{TABLE_BOX}{tag[0]}"
    if name == "img" and ' alt="' not in attributes:
        return f'<img alt="A picture"{attributes}>'
    if len(name) == 2 and name[0] == "h" and name[1].isdigit():
        return f"<{closing}h{min(int(name[1]) + LEVELS_DOWN, LOWEST_HEADING)}{attributes}>"
    return tag[0]


def clean_mathml(markup: str) -> str:
    """MathML without anything but presentation."""
    return str(
        nh3.clean(
            markup,
            tags=set(MATHML),
            clean_content_tags={"script", "style"},
            attributes={"*": set(MATHML_ATTRIBUTES)},
            attribute_filter=lambda _, name, value: clean_style(value) if name == "style" else value,
        )
    )


def picture(mime: str, content: str) -> str | None:
    """The data: address of a picture in base64; None for kinds that can do more than show."""
    with suppress(binascii.Error, ValueError):
        raw = base64.b64decode("".join(content.split()), validate=True)
        if raw.startswith(PICTURES.get(mime, ())):
            return f"data:{mime};base64,{base64.b64encode(raw).decode('ascii')}"
    return None


def _own_picture(address: str) -> str | None:
    found = DATA.fullmatch(address.strip())
    return picture(found[1], found[2]) if found else None


def _attribute(attribute: str, value: str, prefix: str) -> str | None:
    if attribute == "style":
        return clean_style(value) or None
    if attribute in ("class", "headers"):
        return " ".join(prefix + name for name in value.split()) or None
    if attribute == "href" and not value.strip().lower().startswith(("http://", "https://", "mailto:")):
        return None
    return value


def _style_sheets(markup: str) -> str:
    """What is between the tags of style elements.

    Where this reads hostile markup in another way than a browser does, less is dressed, and nothing more can
    happen: each sheet is cleaned by itself.
    """
    # Of bytes only ASCII's capitals get small, so that places stay the same.
    written = markup.encode("utf-8", "replace")
    small, found, end = written.lower(), [], 0
    while (start := small.find(b"<style", end)) >= 0:
        inside = small.find(b">", start) + 1
        end = small.find(b"</style", inside)
        if not inside or end < 0:
            break
        found.append(written[inside:end].decode("utf-8"))
    return "\n".join(found)
