"""SVG as a picture: read strictly, only shapes and texts kept, shown as an image in which nothing runs."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from grader.desk.harmless.allowed import allowed
from grader.desk.harmless.sanitiser import DATA, picture
from grader.desk.harmless.stylesheets import clean_style

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ELEMENTS, ATTRIBUTES = allowed("svg", "elements"), allowed("svg", "attributes")
# Written as attributes: what draws a shape does not style the page.
DRAWN = ATTRIBUTES - {"id", "class", "role", "version"}
WITHIN = re.compile(r"url\(\s*#([\w.-]+)\s*\)")
HREF, INSIDE = f"{{{XLINK}}}href", re.compile(r"#(.+)")
# Shapes that copies, clips, masks, patterns and markers of a picture draw once more.
MOST_COPIED = 200_000
LONGEST = 5_000_000

register_namespace("", SVG)
register_namespace("xlink", XLINK)


def drawing(markup: str) -> str | None:
    """The data: address of an SVG; None for text that is not an SVG, or cannot be read."""
    if len(markup) > LONGEST:
        return None
    with suppress(ParseError, DefusedXmlException, ValueError, RecursionError):
        root = fromstring(markup)
        if root.tag not in (f"{{{SVG}}}svg", "svg"):
            return None
        kept = _kept(root)
        if kept is not None:
            _drop_copies(kept)
            written = tostring(kept, encoding="unicode").encode()
            return f"data:image/svg+xml;base64,{base64.b64encode(written).decode('ascii')}"
    return None


def _kept(element: Element) -> Element | None:
    """The element with what may stay of it."""
    # Comments and instructions are parsed away.
    name = element.tag.rpartition("}")[2]
    if name not in ELEMENTS:
        return None
    kept = Element(f"{{{SVG}}}{name}", _attributes(name, element))
    kept.text, kept.tail = element.text, element.tail
    for inner in element:
        made = _kept(inner)
        if made is not None:
            kept.append(made)
    return kept


def _attributes(name: str, element: Element) -> dict[str, str]:
    kept = {}
    for full_name, value in element.attrib.items():
        attribute = full_name.rpartition("}")[2]
        if attribute == "href":
            target = _target(name, value.strip())
            if target:
                kept[HREF] = target
        elif attribute == "style":
            kept |= _drawn(value)
        elif attribute in ATTRIBUTES and _stays_within(value):
            kept[attribute] = value
    return kept


def _drawn(style: str) -> dict[str, str]:
    """What a style attribute says of how a shape is drawn."""
    said = (part.partition(":") for part in style.split(";"))
    drawn = {name.strip(): value.strip() for name, _, value in said}
    kept = {name: value for name, value in drawn.items() if name in DRAWN and _stays_within(value)}
    font = clean_style(f"font: {drawn['font']}") if "font" in drawn else ""
    return {**kept, **({"style": font} if font else {})}


def _stays_within(value: str) -> bool:
    """Whether a value leads to nothing outside the picture."""
    rest = WITHIN.sub("", value)
    return not any(sign in rest.lower() for sign in ("url", "\\", "javascript:", "@", "expression"))


def _target(name: str, address: str) -> str | None:
    if address.startswith("#"):
        return address
    found = DATA.fullmatch(address) if name == "image" else None
    return picture(found[1], found[2]) if found else None


def _drop_copies(root: Element) -> None:
    """Drop references to what refers on, and those beyond a limit: a few may keep a browser busy for ever."""
    elements = list(root.iter())
    by_id = {name: element for element in elements if (name := element.get("id"))}
    sizes: dict[Element, int] = {}
    refers: dict[Element, bool] = {}
    # What is within an element comes after it.
    for element in reversed(elements):
        sizes[element] = 1 + sum(sizes[inner] for inner in element)
        refers[element] = any(_references(element, by_id)) or any(refers[inner] for inner in element)
    left = MOST_COPIED
    for element in elements:
        for attribute, target, times in list(_references(element, by_id)):
            left -= sizes[target] * times
            if refers[target] or left < 0:
                del element.attrib[attribute]


def _references(element: Element, by_id: Mapping[str, Element]) -> Iterator[tuple[str, Element, int]]:
    """What an element draws once more: by which attribute, and how many times at most."""
    for attribute, value in element.attrib.items():
        found = INSIDE.fullmatch(value) if attribute == HREF else WITHIN.search(value)
        target = by_id.get(found[1]) if found else None
        if target is not None and not target.tag.endswith("Gradient"):
            points = len(element.get("d", "")) + len(element.get("points", ""))
            yield attribute, target, 1 + (points if attribute.startswith("marker") else 0)
