"""Tells the pages of a site, such as its front page, lists and "About", from articles, among files without a date. Pure."""

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from articles.content.dialects.texts import as_text

# The words of what a file names as its layout, or of its own name or folder.
_LAYOUTS = {"page", "pages", "home", "index", "list", "listing", "archive", "archives", "categories", "category"}
_LAYOUTS |= {"tags", "tag", "search", "404", "redirect", "about", "contact", "landing", "base"}
_NAMES = {"404", "about", "archive", "archives", "categories", "contact", "imprint", "impressum", "privacy", "search"}
_NAMES |= {"sitemap", "tags", "feed", "robots"}
_ARTICLES = {"post", "posts", "article", "articles", "blog", "entry", "news", "story"}
_KEYS = ("layout", "templateKey", "template", "type")
_LOOP = re.compile(r"{%-?\s*for\s+\w+\s+in\s+(?:collections|site|paginator|pagination|posts)\b")


def is_page(raw: Mapping[str, Any], body: str, path: str) -> bool:
    """Return whether a file that says no date is a page of its site: by its layout, its name, or a list of articles."""
    layouts = {word for key in _KEYS for word in _words(posixpath.basename(as_text(raw.get(key))))}
    if layouts & _LAYOUTS and not layouts & _ARTICLES:
        return True
    folder, _, name = path.rpartition("/")
    is_named = name.partition(".")[0].lower() in _NAMES or posixpath.basename(folder).lower() in {"pages", "_pages"}
    is_list = "pagination" in raw or _LOOP.search(body) is not None
    return is_list or (is_named and not layouts & _ARTICLES)


def _words(name: str) -> list[str]:
    return re.split(r"[-_. ]+", name.partition(".")[0].lower())
