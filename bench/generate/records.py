"""What a generated site consists of."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Provider:
    """A publisher; its domain identifies it."""

    name: str
    domain: str
    host: str  # of its articles' addresses; ends in the domain
    has_profile: bool  # a file in _data/organizations, and a logo
    has_amp: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """A node of the topic tree; only the main topic has no parent."""

    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture at its publisher's; width and height in pixels."""

    url: str
    width: int
    height: int
    is_cached: bool


@dataclass(frozen=True, slots=True)
class Article:
    """An article without its position in a story."""

    name: str  # of the file in _news
    title: str
    excerpt: str
    published_at: datetime  # UTC, without zone
    url: str
    provider: Provider
    provider_name: str  # one provider's name may vary between articles
    quality: int
    topics: tuple[str, ...]
    images: tuple[Image, ...]
    secured: str
    video: str | None = None  # identifier at the video host


class Entry(NamedTuple):
    """One ready-made item of a `related` list."""

    quality: int
    text: str
