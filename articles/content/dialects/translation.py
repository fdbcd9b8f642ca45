"""Turns the values of a file in a dialect into those of the house style. Pure."""

import datetime as dt
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from articles.content.dialects.dialect import Dialect
from articles.content.dialects.names import dated_name, dated_path, own_path, title_from
from articles.content.dialects.pages import is_page
from articles.content.dialects.pictures import image_from, image_path
from articles.content.dialects.states import spelling_of, state_of
from articles.content.dialects.texts import as_text, first_heading, names_in, plain
from articles.content.domains import host_of, is_domain
from articles.content.expiry import EXPIRY
from articles.content.layout import slug_from
from articles.content.limits import MAX_TOPICS, TITLE_MAX_LENGTH, TOPIC_MAX_LENGTH, YEARS
from articles.content.schema import is_address
from articles.content.times import Moment, moment_of, utc_time

# The house's own keys that mean the same in every dialect, where their values are of the right type.
SAME: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("originalUrl", "ampWebUrl", "cdnAmpWebUrl", "featuredContent", "secured"), str),
    **dict.fromkeys(("heat", "quality"), int),
    "removed": bool,
}
HOUSE_KEYS = {
    *(*SAME, "title", "excerpt", "publishedDateTime", "webUrl", "type", "provider", "images", "category", "published"),
    *("topics", "related", "aliases"),
}
TIME = "publishedDateTime"
INDEX_NAMES = ("index", "_index", "readme")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known about a file beside its text: when it was changed, and the pictures beside it."""

    modified: dt.datetime | None = None
    pictures: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Translated:
    """The house's ``values``, and for its keys the keys of the file that they come from, as a path.

    ``findings`` are problems: the house's key, a code and a message. ``slug`` is that of the article's address;
    ``is_dated`` says whether the file, or its name, says when it was published.
    """

    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, tuple[str, ...]] = field(default_factory=dict)
    findings: list[tuple[str, str, str]] = field(default_factory=list)
    slug: str = ""
    address: tuple[dt.date, str] | None = None
    is_dated: bool = True

    def place(self, where: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """Return the path in the file to a value of the house's, as far as it has one."""
        source = self.sources.get(str(where[0])) if where else None
        return (*source[0].split("."), *where[1:]) if source else where


NOTHING_KNOWN = Surroundings()
UNTRANSLATED = Translated()


def translate(
    raw: Mapping[str, Any], body: str, path: str, around: Surroundings, dialect: Dialect, now: dt.datetime
) -> Translated:
    """Return a file's values in the house style; keys that mean nothing here are kept under their names."""
    return _Translator(raw, body, path, around, dialect, now).translated()


def value_at(values: Mapping[str, Any], path: str) -> Any:
    """Return the value that a key such as ``header.teaser`` leads to, or None."""
    found: Any = values.get(path)
    if found is None and "." in path:
        first, _, rest = path.partition(".")
        inner = values.get(first)
        found = value_at(inner, rest) if isinstance(inner, Mapping) else None
    return found


class _Translator:
    def __init__(
        self, raw: Mapping[str, Any], body: str, path: str, around: Surroundings, dialect: Dialect, now: dt.datetime
    ) -> None:
        self.raw, self.body, self.path, self.around, self.dialect, self.now = raw, body, path, around, dialect, now
        self.result = Translated()
        self.used: set[str] = set()
        self.spelling = spelling_of(raw)
        self.is_jekyll = dialect.name == "jekyll"

    def translated(self) -> Translated:
        self.take_slug()
        self.take_title()
        self.take_excerpt()
        self.take_time()
        self.take_address()
        self.take_provider()
        self.take_topics()
        self.take_images()
        self.take_state()
        self.take_aliases()
        self.take_same()
        kept = {key: value for key, value in self.raw.items() if key not in self.used | self.result.values.keys()}
        self.result.values |= kept
        return self.result

    def given(self, key: str) -> Iterator[tuple[str, Any]]:
        """Yield the file's keys for one of the house's with their values, in order of preference, without empty ones."""
        for each in self.dialect.keys.get(key, ()):
            name = each if value_at(self.raw, each) is not None else self.spelling.get(each.lower(), each)
            value = value_at(self.raw, name)
            if value not in (None, "", [], {}):
                yield name, value

    def set(self, key: str, value: Any, name: str = "") -> None:
        self.result.values[key] = value
        if name:
            self.result.sources.setdefault(key, ())
            self.result.sources[key] = (*self.result.sources[key], name)
            self.used.add(name.partition(".")[0])

    def take_slug(self) -> None:
        stem = posixpath.splitext(posixpath.basename(self.path))[0]
        if stem.lower() in INDEX_NAMES:
            stem = posixpath.basename(posixpath.dirname(self.path))
        name = dated_name(stem, self.is_jekyll).slug or stem
        given = next((as_text(value) for _, value in self.given("slug") if as_text(value)), "")
        self.result.slug = slug_from(posixpath.basename(given.strip("/"))) or slug_from(name)

    def take_title(self) -> None:
        for name, value in self.given("title"):
            if plain(as_text(value)):
                self.set("title", as_text(value)[:TITLE_MAX_LENGTH], name)
                return
        title = first_heading(self.body) or title_from(self.result.slug)
        self.set("title", title[:TITLE_MAX_LENGTH])

    def take_excerpt(self) -> None:
        for name, value in self.given("excerpt"):
            if as_text(value):
                self.set("excerpt", as_text(value), name)
                return

    def take_time(self) -> None:
        name, moment = self.written_time()
        day = dated_path(self.path, self.is_jekyll).day
        if day is not None and day.year not in YEARS:
            day = None
        if moment is not None:
            self.set("publishedDateTime", value_at(self.raw, name), name)
        elif day is not None:
            self.set("publishedDateTime", dt.datetime.combine(day, dt.time.min, self.dialect.zone))
        else:
            self.result.is_dated = False
            modified = (self.around.modified or self.now).replace(microsecond=0)
            self.set("publishedDateTime", modified, name)
            words = "names no date; the time that its file was changed is taken"
            line = f"{name or 'date'}: {modified.astimezone(self.dialect.zone).isoformat()}"
            self.result.findings.append(("publishedDateTime", "W415", f"the file {words} (write {line})"))
        date = day or (moment.date() if isinstance(moment, dt.datetime) else moment)
        if date is None:
            date = (self.around.modified or self.now).astimezone(self.dialect.zone).date()
        if self.result.slug:
            self.result.address = (date, self.result.slug)

    def written_time(self) -> tuple[str, Moment | None]:
        """Return the key and the time of the first date that the file writes; of a later publishDate, that one."""
        found: tuple[str, Moment | None] = ("", None)
        for name, value in self.given("publishedDateTime"):
            try:
                moment = moment_of(value)
            except ValueError:
                moment = None
            # Hugo writes the year 1 where a time is not known.
            if moment is not None and moment.year not in YEARS:
                continue
            if moment is not None and (found[1] is None or (name.lower() == "publishdate" and self.is_to_come(moment))):
                found = name, moment
            elif found == ("", None) and isinstance(value, str):
                found = name, None  # such as "git Last Modified"
        return found

    def is_to_come(self, moment: Moment) -> bool:
        return utc_time(moment, self.dialect.zone) > self.now

    def take_address(self) -> None:
        for name, value in self.given("webUrl"):
            if isinstance(value, str) and is_address(value.strip()):
                self.set("webUrl", value.strip(), name)
                return

    def take_provider(self) -> None:
        address = self.result.values.get("webUrl") or self.raw.get("originalUrl")
        is_link = isinstance(address, str) and is_address(address) and self.dialect.by_domain
        domain = host_of(address) if isinstance(address, str) and is_link else ""
        name = ""
        for key, value in self.given("provider"):
            if isinstance(value, Mapping) and is_domain(value.get("domain")):
                known = {name: each for name, each in value.items() if name != "images" or isinstance(each, list)}
                self.set("provider", known, key)
                return
            name = name or as_text(value.get("name") if isinstance(value, Mapping) else value)
        default = self.dialect.provider
        if default.domain:
            domain, name = default.domain, default.name or name
        elif not is_domain(domain):
            domain, name = self.dialect.site.domain, self.dialect.site.name
        provider = {"name": name[:200], "domain": domain} if name else {"domain": domain}
        self.set("provider", provider)

    def take_topics(self) -> None:
        found: dict[str, None] = {}
        # In the house style, a category is no topic; an export may have written such files.
        is_house = not {"publishedDateTime", "topics"}.isdisjoint(self.raw)
        if is_house and isinstance(self.raw.get("category"), str):
            self.set("category", self.raw["category"], "category")
        for name, value in self.given("topics"):
            if is_house and name == "category":
                continue
            splits = self.dialect.splits_tags and name in ("tags", "categories")
            for topic in names_in(value, splits):
                if topic and plain(topic) and topic.lower() not in self.dialect.ignored_topics:
                    found.setdefault(topic[:TOPIC_MAX_LENGTH])
            self.set("topics", list(found)[:MAX_TOPICS], name)
        if not found:
            self.set("topics", list(self.dialect.topics))

    def take_images(self) -> None:
        for name, value in self.given("images"):
            images = [
                image
                for each in (value if isinstance(value, list) else [value])
                if (image := image_from(each, self.path))
            ]
            if images:
                self.set("images", images, name)
                return
        if self.around.pictures:
            beside = min(self.around.pictures, key=lambda each: (not re.match("cover|feature|thumb|hero", each), each))
            self.set("images", [{"url": image_path(f"./{beside}", self.path)}])

    def take_state(self) -> None:
        """Set ``published``: drafts, and what stays out of the lists of the site or has expired, is unlisted."""
        state = state_of(self.raw, self.spelling, self.path, self.dialect.zone, self.now)
        if state.until:
            self.set(EXPIRY, *state.until)
        for name in state.names:
            self.set("published", not state.is_hidden, name)
        if not self.result.is_dated and not state.names and is_page(self.raw, self.body, self.path):
            self.result.findings.append(
                ("", "N506", "this is a page of the site, and not an article; it is not listed")
            )
            self.set("published", False)
        if state.is_hidden:
            self.set("published", False)

    def take_aliases(self) -> None:
        paths: dict[str, None] = {}
        for _, value in self.given("aliases"):
            for each in value if isinstance(value, list) else [value]:
                if path := own_path(each, self.dialect.site.domain):
                    paths.setdefault(path)
        if paths:
            self.result.values["aliases"] = list(paths)

    def take_same(self) -> None:
        for key, kind in SAME.items():
            value = self.raw.get(key)
            is_fit = not (key.endswith("Url") and not (isinstance(value, str) and is_address(value)))
            if is_fit and isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
                self.set(key, value, key)
            elif key in self.raw:
                self.used.add(key)
        if self.raw.get("type") in ("article", "video"):
            self.set("type", self.raw["type"], "type")
        related = self.raw.get("related")
        if isinstance(related, list) and all(
            isinstance(each, dict) and {"title", TIME, "provider"} <= each.keys() for each in related
        ):
            self.set("related", related, "related")
        if self.path.endswith(".mdx") and re.search(r"^(?:import|export)\s|<[A-Z]", self.body, re.MULTILINE):
            self.result.findings.append(("", "N505", "components of MDX are left out; the text between them is shown"))
        self.used |= HOUSE_KEYS
