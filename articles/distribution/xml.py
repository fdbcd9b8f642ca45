"""What the XML of feeds, subscriptions and sitemaps has in common."""

import re
from xml.etree import ElementTree as ET

# What XML 1.0 has no way to write, not even as a reference.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return text without the characters that XML does not have."""
    return _NOT_IN_XML.sub("", text)


def add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> None:
    """Add an element to another one, with clean text and attributes."""
    element = ET.SubElement(parent, name, {key: clean(value) for key, value in attributes.items()})
    if text:
        element.text = clean(text)
