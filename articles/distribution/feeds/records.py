"""What a feed consists of, whatever its format. Addresses are absolute, times aware; texts are plain, not HTML."""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass, field

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
TTL = dt.timedelta(minutes=5)  # for which feed readers need not ask again
GENERATOR = "Newsreader"


@dataclass(frozen=True, slots=True)
class Picture:
    """An image with its declared size in pixels; ``media_type`` is a guess from its address, or empty."""

    url: str
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a feed.

    ``id`` stays the same as long as the row exists, whatever happens to its address. ``external_url`` is the address at
    the provider.
    """

    id: str
    title: str
    url: str
    external_url: str
    summary: str
    published: dt.datetime
    updated: dt.datetime
    provider: str
    provider_url: str
    topics: tuple[str, ...] = ()
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: ``url`` is its own address, ``page_url`` that of the page that shows the same, ``id`` a permanent name.

    ``hubs`` are the addresses at which WebSub tells of its changes, ``updated`` is the last change that a reader can see.
    """

    id: str
    title: str
    description: str
    url: str
    page_url: str
    language: str
    items: list[Item] = field(default_factory=list)
    hubs: tuple[str, ...] = ()
    updated: dt.datetime = EPOCH

    @property
    def newest(self) -> dt.datetime:
        """The last change of an item that is in the feed."""
        return max((item.updated for item in self.items), default=EPOCH)

    @property
    def contents(self) -> tuple[object, ...]:
        """All that the feed says that is the same in all formats, but for its times."""
        return (self.title, self.description, self.page_url, self.language, self.items)

    @property
    def digest(self) -> str:
        """A digest of all that the feed says, the same for all formats."""
        return hashlib.blake2b(repr(self).encode("utf-8", "replace"), digest_size=12).hexdigest()


def urn(kind: str, *values: object) -> str:
    """Return a permanent name of a row or feed, which no address is part of."""
    return uuid.uuid5(uuid.NAMESPACE_OID, "/".join(["newsreader", kind, *map(str, values)])).urn
