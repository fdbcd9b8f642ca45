"""``newsreader.yaml``: what a site folder says of its own files."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from articles.content.dialects.dialect import KEYS, Dialect, Site
from articles.content.dialects.presets import HOUSE_SITE, OTHER, PRESETS, recognised, with_settings
from articles.content.layout import NEWS_FOLDER, slug_from
from articles.content.problems import Problem
from articles.content.schema import Domain, Name, Record, TopicName
from articles.content.validation import InvalidError, validate
from articles.content.yaml.reader import FrontMatterError, Where, load

SETTINGS_FILE = "newsreader.yaml"


def _zone_name(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise PydanticCustomError("E302", "must be a zone such as Europe/Berlin") from None
    return value


def _preset_name(value: str) -> str:
    if value not in PRESETS:
        names = ", ".join(sorted(PRESETS))
        raise PydanticCustomError("E302", "{message}", {"message": f"must be one of {names}, not {value!r}"})
    return value


class SiteSettings(Record):
    name: Name | None = None
    domain: Domain | None = None


class FolderSettings(Record):
    """The keys of ``newsreader.yaml``."""

    dialect: Annotated[str, AfterValidator(_preset_name)] | None = None
    site: SiteSettings = Field(default_factory=SiteSettings)
    articles: list[str] | None = None
    exclude: list[str] = Field(default_factory=list)
    images: list[str] | None = None
    keys: dict[str, list[str]] = Field(default_factory=dict)
    topics: list[TopicName] = Field(default_factory=list)
    ignored_topics: list[str] | None = None
    provider: SiteSettings = Field(default_factory=SiteSettings)
    provider_by_domain: bool = True
    time_zone: Annotated[str, AfterValidator(_zone_name)] | None = None


def dialect_of(root: Path, zone: dt.tzinfo) -> tuple[Dialect | None, list[Problem]]:
    """Return the dialect of a site folder and the problems of its ``newsreader.yaml``; None: the house style."""
    path = root / SETTINGS_FILE
    if not path.is_file():
        return (None if (root / NEWS_FOLDER).is_dir() else recognised(root, zone)), []
    base = HOUSE_SITE if (root / NEWS_FOLDER).is_dir() else recognised(root, zone) or OTHER
    base = replace(base, zone=zone, site=base.site if base.site.domain else Site("", slug_from(root.name) or "site"))
    loaded = None
    try:
        text = path.read_text("utf-8-sig")
        loaded = load(text, with_lines=True)
        values = loaded.value or {}
        settings = validate(FolderSettings, values)
        unknown = [*settings.extra] + [key for key in settings.keys if key not in KEYS]
        if unknown or loaded.faults:
            faults: list[tuple[Where, str, str]] = [((key,), "E211", f"{key} is no key here") for key in unknown]
            raise InvalidError(faults or [((), each.code, each.message) for each in loaded.faults])
    except InvalidError as error:
        lines = loaded
        return base, [
            Problem(SETTINGS_FILE, lines.line_of(where) if lines else 1, "E211", message)
            for where, _, message in error.faults
        ]
    except FrontMatterError as error:
        return base, [Problem(SETTINGS_FILE, error.line, "E211", error.message)]
    except (OSError, UnicodeDecodeError) as error:
        return base, [Problem(SETTINGS_FILE, 0, "E211", f"cannot be read: {error}")]
    return with_folder_settings(base, settings, root), []


def with_folder_settings(base: Dialect, settings: FolderSettings, root: Path) -> Dialect:
    """Return a dialect with what ``newsreader.yaml`` says in its place."""
    if settings.dialect and settings.dialect != base.name:
        base = with_settings(replace(PRESETS[settings.dialect], zone=base.zone), root)
    changes: dict[str, Any] = {
        "known_by": SETTINGS_FILE,
        "site": Site(settings.site.name or base.site.name, settings.site.domain or base.site.domain),
        "excluded": base.excluded | set(settings.exclude),
        "keys": {**base.keys, **{key: _with_own(key, names) for key, names in settings.keys.items()}},
        "topics": tuple(settings.topics),
        "provider": Site(settings.provider.name or "", settings.provider.domain or ""),
        "by_domain": settings.provider_by_domain,
    }
    if settings.articles is not None:
        changes["articles"] = tuple(each.strip("/") or "." for each in settings.articles)
    if settings.images is not None:
        changes["images"] = tuple(each.strip("/") for each in settings.images)
    if settings.ignored_topics is not None:
        changes["ignored_topics"] = frozenset(each.lower() for each in settings.ignored_topics)
    if settings.time_zone:
        changes["zone"] = ZoneInfo(settings.time_zone)
    return replace(base, **changes)


def _with_own(key: str, names: list[str]) -> tuple[str, ...]:
    """Return the names of a key with the house's own in front, which an export may have written."""
    return tuple(dict.fromkeys((key, *names)))
