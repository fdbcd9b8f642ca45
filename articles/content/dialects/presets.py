"""The dialects of well-known tools, and how a folder of each is recognised: by its files of settings and its folders."""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from articles.content.dialects.dialect import KEYS, Dialect, Site
from articles.content.dialects.texts import as_text
from articles.content.domains import host_of
from articles.content.layout import NEWS_FOLDER, slug_from

BUILT = frozenset(
    {"node_modules", "_site", "dist", "vendor", "themes", "_includes", "_layouts", "_data", "_sass", "archetypes"}
    | {"layouts", "resources", "__pycache__", "README", "CHANGELOG", "CONTRIBUTING", "LICENSE", "CODE_OF_CONDUCT"}
)
# Folders of articles may have any of these names.
CONTENT = frozenset({"node_modules", "__pycache__"})
JEKYLL = Dialect(
    name="jekyll",
    articles=("_posts", "**/_posts", "_drafts"),
    excluded=BUILT - {"_data"},
    suffixes=(".md", ".markdown", ".mkd", ".html"),
    draft_key="published",
)
HUGO = Dialect(name="hugo", articles=("content",), excluded=CONTENT | {"_index"}, images=("static", "assets"))
ELEVENTY = Dialect(
    name="eleventy",
    articles=(".",),
    excluded=BUILT | {"public"},
    images=("public", "src", "content", "static"),
    ignored_topics=frozenset({"post", "posts", "all", "nav", "blog"}),
    draft_key="draft",
)
ASTRO = Dialect(
    name="astro", articles=("src/content", "src/data", "src/pages", "src/blog"), excluded=CONTENT, images=("public",)
)
DECAP = Dialect(
    name="decap",
    articles=("content", "_posts", "posts", "src/content", "src/posts", "blog", "_news"),
    excluded=BUILT,
    images=("static", "public", "src"),
)
OTHER = Dialect(name="other", articles=(".",), excluded=BUILT, images=("static", "public", "assets"))
# The house style with a newsreader.yaml.
HOUSE_SITE = Dialect(name="newsreader", articles=(NEWS_FOLDER,), keys=dict(KEYS), draft_key="published")
PRESETS = {each.name: each for each in (JEKYLL, HUGO, ELEVENTY, ASTRO, DECAP, OTHER, HOUSE_SITE)}

# Files that tell a tool, in the order in which they are looked for: a tool that builds a site is more telling than one
# that edits its files.
MARKS: tuple[tuple[str, Dialect], ...] = (
    *((name, HUGO) for name in ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default")),
    *((f"astro.config.{end}", ASTRO) for end in ("mjs", "ts", "js", "mts", "cjs")),
    *((name, ELEVENTY) for name in (".eleventy.js", *(f"eleventy.config.{end}" for end in ("js", "mjs", "cjs", "ts")))),
    *((name, JEKYLL) for name in ("_config.yml", "_config.yaml", "_config.toml")),
    *((name, HUGO) for name in ("config.toml", "config.yaml", "config.yml", "config.json")),
    *((f"{at}admin/config.{end}", DECAP) for at in ("", "static/", "public/", "src/") for end in ("yml", "yaml")),
    *((name, DECAP) for name in (".pages.yml", "tina/config.ts", "tina/config.js", "netlify.toml")),
)
BELOW = ("site", "website", "docs", "web", "blog", "www", "src")
FOLDERS: tuple[tuple[str, Dialect], ...] = (
    ("_posts", JEKYLL),
    ("src/content", ASTRO),
    ("archetypes", HUGO),
    ("content/posts", HUGO),
    ("content/post", HUGO),
    ("content/blog", HUGO),
    ("content", HUGO),
    ("src/posts", ELEVENTY),
)


def recognised(root: Path, zone: dt.tzinfo) -> Dialect | None:
    """Return the dialect of the tool whose files are in a folder, with the site's name, or None."""
    for name, preset in (*MARKS, *FOLDERS):
        if (root / name).exists() and (preset is not HUGO or _is_hugo(root)):
            return with_settings(replace(preset, known_by=name, zone=zone), root)
    return _recognised_below(root, zone)


def _recognised_below(root: Path, zone: dt.tzinfo) -> Dialect | None:
    """Return the dialect of a site that is in a folder beside other things of its repository."""
    for folder in BELOW:
        marks = [(name, preset) for name, preset in MARKS[:-3] if (root / folder / name).is_file()]
        for name, preset in marks:
            if preset is not HUGO or _is_hugo(root / folder):
                found = with_settings(replace(preset, known_by=f"{folder}/{name}", zone=zone), root / folder)
                return replace(found, articles=_below(folder, found.articles), images=_below(folder, found.images))
    return None


def _below(folder: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(folder if name == "." else f"{folder}/{name}" for name in names)


def _is_hugo(root: Path) -> bool:
    return any((root / name).is_dir() for name in ("content", "archetypes", "themes")) or any(root.glob("hugo.*"))


def with_settings(preset: Dialect, root: Path) -> Dialect:
    """Return a preset with what the tool's own settings say: the site's name and domain, zone, folders of articles."""
    settings = {key.lower(): value for key, value in _settings(root, preset)}
    name = next((text for key in ("title", "name", "sitename") if (text := as_text(settings.get(key)))), "")
    address = next(
        (text for key in ("baseurl", "url", "site", "site_url") if "://" in (text := as_text(settings.get(key)))), ""
    )
    site = Site(name[:200], host_of(address) or slug_from(root.name) or "site")
    zone = _zone(as_text(settings.get("timezone"))) or preset.zone
    return replace(preset, site=site, zone=zone, articles=tuple(_folders(settings, preset)))


def _folders(settings: Mapping[str, Any], preset: Dialect) -> Iterator[str]:
    collections = settings.get("collections")
    if preset.name == "hugo" and (content := as_text(settings.get("contentdir"))):
        yield content.strip("/")
        return
    if preset.name == "decap" and isinstance(collections, list):
        folders = [as_text(each.get("folder")).strip("/") for each in collections if isinstance(each, dict)]
        folders = [folder for folder in folders if folder]
        if folders:
            yield from folders
            return
    pages = settings.get("content")
    if preset.name == "decap" and isinstance(pages, list):  # Pages CMS
        folders = [as_text(each.get("path")).strip("/") for each in pages if isinstance(each, dict)]
        yield from (folder for folder in folders if folder)
    yield from preset.articles
    if preset.name == "jekyll" and isinstance(collections, dict):
        yield from (f"_{name}" for name in collections if isinstance(name, str))


def _settings(root: Path, preset: Dialect) -> Iterator[tuple[str, Any]]:
    """Yield the keys of a tool's settings with their values; files that cannot be read are passed over."""
    names = [name for name, of in MARKS if of.name == preset.name]
    names += ["config/_default/hugo.toml", "config/_default/config.toml"]
    names += ["_data/metadata.json", "_data/site.json", "src/_data/metadata.json", "src/_data/site.json"]
    for name in names:
        path = root / name
        try:
            values = _read(path) if path.is_file() and path.stat().st_size < 1_000_000 else None
        except (OSError, ValueError, yaml.YAMLError):
            continue
        if isinstance(values, dict) and values:
            yield from ((key, value) for key, value in values.items() if isinstance(key, str))
            return


def _read(path: Path) -> Any:
    text = path.read_text("utf-8")
    if path.suffix == ".toml":
        return tomllib.loads(text)
    if path.suffix == ".json":
        return json.loads(text)
    if path.suffix in (".yml", ".yaml"):
        return yaml.load(text, yaml.CSafeLoader)
    # Settings in JavaScript: only what is written out.
    return dict(re.findall(r"^\s*(site|title|url):\s*['\"]([^'\"]+)['\"]", text, re.MULTILINE))


def _zone(name: str) -> dt.tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None
