"""The field table: what an article, provider or topic file may say, checked into typed records.

Keys no record names are kept in ``extra``. Nothing here knows files, settings or a database.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

from articles.content.domains import DOMAIN_PATTERN, normal_domain
from articles.content.frontmatter import Where
from articles.content.image_files import ImageFolder, is_own, missing_image
from articles.content.values import OwnImage
from articles.content.yaml.characters import WORD, is_suspect, is_visible

ADDRESS_MAX_LENGTH = 2000  # bytes
TITLE_MAX_LENGTH = 1000  # characters
TEXT_MAX_LENGTH = 100_000
NAME_MAX_LENGTH = 200
TOPIC_MAX_LENGTH = 100
MAX_RELATED = 1000
MAX_TOPICS = 100
INTEGER_RANGE = (-(2**31), 2**31 - 1)
YEARS = range(1000, 9999)

NO_ADDRESS = "webUrl is missing, and so is originalUrl"

# Spaces and such stand in real addresses behind the host; rendering escapes them.
_ADDRESS = re.compile(r"https?://[^\s/?#\\@]+(?:[/?#][^\x00-\x1f\x7f]*)?", re.IGNORECASE)


def _fail(code: str, message: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{message}", {"message": message})


def _visible(value: str) -> str:
    if not is_visible(value):
        raise _fail("E301", "has no visible character" if value.strip() else "is empty")
    return value


def _time(value: Any) -> dt.datetime:
    if isinstance(value, dt.datetime):
        time = value
    elif isinstance(value, dt.date):
        time = dt.datetime.combine(value, dt.time.min)
    else:
        raise _fail(
            "E302", f"must be a date and time without quotes, such as 2023-09-01T15:40:00Z, not {_shown(value)}"
        )
    try:
        time = utc_time(time)
    except OverflowError:
        raise _fail("E305", "is out of range") from None
    if time.year not in YEARS:
        raise _fail("E305", f"is out of range: years {YEARS.start} to {YEARS.stop - 1}")
    return time


def is_address(value: str) -> bool:
    """Return whether ``value`` is an http or https address with a host and without control characters."""
    return bool(_ADDRESS.fullmatch(value))


def _address(value: str, form: str = "an http or https address") -> str:
    if not is_address(value):
        raise _fail("E303", f"must be {form}, not {_shown(value)}")
    if len(value.encode("utf-8", "replace")) > ADDRESS_MAX_LENGTH:
        raise _fail("E305", f"is longer than {ADDRESS_MAX_LENGTH} bytes")
    return value


def _image_address(value: str) -> str:
    """Accept an address, or a path in the site folder."""
    if (
        value.startswith("/")
        and not value.startswith("//")
        and not is_suspect(value)
        and len(value) <= ADDRESS_MAX_LENGTH
    ):
        return value
    return _address(value, "an http or https address, or a path that begins with /")


def utc_time(value: dt.datetime) -> dt.datetime:
    """Return a time in UTC, which it is taken for where it names no zone."""
    return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)


def _domain(value: str) -> str:
    value = normal_domain(value)
    if len(value) > 253 or not re.fullmatch(DOMAIN_PATTERN, value):
        raise _fail("E304", f"must be a host name such as news.example, not {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    """Return a value as a short hint; long ones may be secrets or whole texts."""
    text = repr(value) if not isinstance(value, dict | list) else {dict: "a mapping", list: "a list"}[type(value)]
    return text if len(text) <= 60 else f"{text[:57]}..."


# Longer texts are data in the wrong place; an index or a page would choke on them.
Text = Annotated[str, Field(max_length=TEXT_MAX_LENGTH)]
Title = Annotated[str, Field(max_length=TITLE_MAX_LENGTH), AfterValidator(_visible)]
Name = Annotated[str, Field(max_length=NAME_MAX_LENGTH), AfterValidator(_visible)]
TopicName = Annotated[str, Field(max_length=TOPIC_MAX_LENGTH), AfterValidator(_visible)]
Slug = Annotated[str, Field(min_length=1, max_length=TOPIC_MAX_LENGTH, pattern=r"^[\w-]+$")]
Label = Annotated[str, Field(max_length=50)]
ArticleName = Annotated[str, Field(min_length=1, max_length=ADDRESS_MAX_LENGTH)]
Address = Annotated[str, AfterValidator(_address)]
ImageAddress = Annotated[str, AfterValidator(_image_address)]
Domain = Annotated[str, AfterValidator(_domain)]
Integer = Annotated[int, Field(ge=INTEGER_RANGE[0], le=INTEGER_RANGE[1])]
Time = Annotated[dt.datetime, BeforeValidator(_time)]


class Record(BaseModel):
    """Values of one file or entry; its keys are the names in camel case, such as ``publishedDateTime``."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True, alias_generator=to_camel, defer_build=True)

    @property
    def extra(self) -> dict[str, Any]:
        """The keys that this record has no name for."""
        return self.model_extra or {}


class ImageRecord(Record):
    url: ImageAddress
    width: Integer | None = None
    height: Integer | None = None
    title: Text | None = None
    is_cached: bool | None = None

    @property
    def is_sized(self) -> bool:
        return bool(self.width and self.height and self.width > 0 and self.height > 0)


class ProviderRecord(Record):
    """A provider as an article names it."""

    name: Name | None = None
    domain: Domain
    # A plain [] would be copied for each record, at some length.
    images: list[ImageRecord] = Field(default_factory=list)


class OrganizationRecord(ProviderRecord):
    """A provider's own file in ``_data/organizations``."""

    other_domains: list[Domain] = Field(default_factory=list)

    description: Text = ""
    kind: Literal["outlet", "wire", "vendor", "blog"] | None = None


class TopicRecord(Record):
    """A topic's own file in ``_data/topics``; ``parent`` is the parent's name."""

    name: TopicName
    id: Slug | None = Field(default=None, alias="_id")
    parent: TopicName | None = None
    position: Annotated[int, Field(ge=0, le=INTEGER_RANGE[1])] | None = None
    shortname: Annotated[str, Field(max_length=TOPIC_MAX_LENGTH)] = ""
    description: Text = ""
    keywords: list[Name] = Field(default_factory=list)
    hashtags: list[Name] = Field(default_factory=list)
    images: list[ImageRecord | ImageAddress] = Field(default_factory=list)
    other_names: list[TopicName] = Field(default_factory=list)
    old_slugs: list[Slug] = Field(default_factory=list)


class PinRecord(Record):
    """An editor's pick in ``_data/pins.yaml``; ``article`` is the path of its file, or an address of a reference."""

    article: ArticleName
    place: Annotated[int, Field(ge=1, le=2**15 - 1)] = 1
    starts: Time
    ends: Time
    reason: Annotated[str, Field(max_length=NAME_MAX_LENGTH), AfterValidator(_visible)]

    @model_validator(mode="after")
    def _ends_later(self) -> "PinRecord":
        if self.ends <= self.starts:
            raise _fail("E302", "must end after it starts")
        return self


class PinsRecord(Record):
    """``_data/pins.yaml``."""

    pins: list[PinRecord] = Field(default_factory=list)


class DecisionRecord(Record):
    """An editor's word in ``_data/stories.yaml`` about where an article belongs: with ``joins``, or alone."""

    article: ArticleName
    joins: ArticleName | None = None
    keeps_links: bool = False
    reason: Annotated[str, Field(max_length=NAME_MAX_LENGTH)] = ""

    @model_validator(mode="after")
    def _joins_another(self) -> "DecisionRecord":
        if self.joins == self.article:
            raise _fail("E302", "joins itself")
        return self


class LeadRecord(Record):
    """An editor's choice in ``_data/stories.yaml`` of an article to lead its story; of several, the last counts."""

    article: ArticleName
    reason: Annotated[str, Field(max_length=NAME_MAX_LENGTH)] = ""


class StoriesRecord(Record):
    """``_data/stories.yaml``."""

    decisions: list[DecisionRecord] = Field(default_factory=list)
    leads: list[LeadRecord] = Field(default_factory=list)


class StoryAddressesRecord(Record):
    """``_data/story-addresses.yaml``: the path of an article by each story's number and slug."""

    @model_validator(mode="before")
    @classmethod
    def _are_addresses(cls, values: dict[str, Any]) -> dict[str, Any]:
        for key, path in values.items():
            if not re.fullmatch(rf"[1-9][0-9]{{0,14}}-[-{WORD}]{{1,100}}", key) or not isinstance(path, str):
                raise _fail("E302", f"{_shown(key)} must be a story's number and slug, with the path of an article")
        return values


class EntryRecord(Record):
    """What an article and an entry of its ``related`` list both say."""

    title: Title
    excerpt: Text = ""
    published_date_time: Time
    original_url: Address | None = None
    web_url: Address | None = None
    amp_web_url: Address | None = None
    cdn_amp_web_url: Address | None = None
    type: Label = "article"
    provider: ProviderRecord
    quality: Integer = 0
    images: list[ImageRecord] = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_address(self) -> "EntryRecord":
        if not (self.web_url or self.original_url):
            raise _fail("E301", NO_ADDRESS)
        return self

    @property
    def address(self) -> str:
        """Where the piece is at its provider, which is what entries and articles are matched by."""
        return self.web_url or self.original_url or ""


class ArticleRecord(EntryRecord):
    category: Annotated[str, Field(max_length=100)] = "news"
    heat: Integer = 0
    published: bool = True
    removed: bool = False
    topics: Annotated[list[TopicName], Field(max_length=MAX_TOPICS)] = Field(default_factory=list)
    related: Annotated[list[EntryRecord], Field(max_length=MAX_RELATED)] = Field(default_factory=list)
    featured_content: Text = ""
    secured: Text = ""


class InvalidError(ValueError):
    """Values that break the schema: each with the way to it, a code and a message that names it."""

    def __init__(self, faults: list[tuple[Where, str, str]]) -> None:
        super().__init__("; ".join(message for _, _, message in faults))
        self.faults = faults


AnyRecord = TypeVar("AnyRecord", bound=Record)


def validate(record: type[AnyRecord], values: Any) -> AnyRecord:
    """Return ``values`` as a ``record``; raise InvalidError with every fault there is.

    Keys with nothing behind them are taken out of ``values``: they are the same as keys that were left out.
    """
    try:
        return record.model_validate(values)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    if empty := {each["loc"] for each in errors if each["input"] is None and _take_out(values, each["loc"])}:
        try:
            return record.model_validate(values)
        except ValidationError as error:
            errors = error.errors(include_url=False)
    faults = [_fault(each, each["loc"] in empty) for each in errors]
    raise InvalidError([*faults, *(each for each in _unaddressed(record, values) if each not in faults)])


def _take_out(values: Any, where: Where) -> bool:
    """Take a key with nothing behind it out of its mapping; return whether there was one at this place."""
    for step in where[:-1]:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            return False
    if where and isinstance(values, dict) and values.get(where[-1], ...) is None:
        del values[where[-1]]
        return True
    return False


def _unaddressed(record: type[Record], values: Any) -> Iterator[tuple[Where, str, str]]:
    """Yield the article and entries that lead nowhere, which records tell only when nothing else is wrong with them."""
    if not issubclass(record, EntryRecord) or not isinstance(values, dict):
        return
    related = values.get("related") if issubclass(record, ArticleRecord) else None
    entries = enumerate(related if isinstance(related, list) else ())
    for where, each in [((), values), *((("related", index), entry) for index, entry in entries)]:
        if isinstance(each, dict) and not (each.get("webUrl") or each.get("originalUrl")):
            yield where, "E301", f"{_name(where)}{': ' if where else ''}{NO_ADDRESS}{_instead('webUrl', each)}"


# What other programs call what our files must have.
OTHER_NAMES = {
    "publishedDateTime": ("date", "pubDate", "publishDate", "published_at"),
    "webUrl": ("link", "url", "external_url", "source"),
    "title": ("headline", "name"),
}


def _instead(key: str, values: Any) -> str:
    """Return what to say when a file has another program's name for a key that is missing."""
    name = next((name for name in OTHER_NAMES.get(key, ()) if isinstance(values, dict) and name in values), None)
    return f" ({name} is no key here)" if name else ""


# pydantic's kinds of error that are not simply a wrong type: our code and words for each.
_WORDS = {
    "missing": ("E301", "is missing"),
    "string_too_short": ("E301", "is empty"),
    "string_too_long": ("E305", "is longer than {max_length} characters"),
    "too_long": ("E305", "has more than {max_length} entries"),
    "greater_than_equal": ("E305", "is below {ge}"),
    "less_than_equal": ("E305", "is above {le}"),
    "literal_error": ("E302", "must be {expected}, not {shown}"),
    "string_pattern_mismatch": ("E302", "may hold letters, digits, hyphens and underscores only"),
    "model_type": ("E302", "must be keys with values, not {shown}"),
    "list_type": ("E302", "must be a list, not {shown}"),
    "int_type": ("E302", "must be a whole number without quotes, not {shown}"),
    "bool_type": ("E302", "must be true or false, not {shown}"),
    "string_type": ("E302", "must be text, not {shown}: put it in quotes"),
}


def _fault(error: ErrorDetails, is_empty: bool) -> tuple[Where, str, str]:
    """Return where a value is wrong, how, and in words; ``is_empty`` when its key has nothing behind it in the file."""
    where, kind = error["loc"], error["type"]
    name = _name(where)
    if kind.startswith("E"):
        # A missing address is the whole entry's fault, so that the message names the key itself.
        hint = _instead("webUrl", error["input"]) if error["msg"] == NO_ADDRESS else ""
        return where, kind, f"{name}{': ' if kind == 'E301' and name else ' '}{error['msg']}{hint}".strip()
    if error["input"] is None or is_empty:
        return where, "E302", f"{name} has no value"
    code, words = _WORDS.get(kind, ("E302", error["msg"]))
    hint = _instead(str(where[-1]), error["input"]) if kind == "missing" else ""
    return where, code, f"{name} {words.format(**error.get('ctx', {}), shown=_shown(error['input']))}{hint}".strip()


def _name(where: Where) -> str:
    """Return the way to a value as people write it: ``related[3].quality``, counting from 1."""
    name = ""
    for step in where:
        name += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return name.removeprefix(".")


def oddities(values: Any, record: ArticleRecord, now: dt.datetime) -> Iterator[tuple[Where, str, str]]:
    """Yield what is odd, but not wrong, in an article whose plain ``values`` became ``record``; not of its entries."""
    if record.published_date_time > now:
        yield ("publishedDateTime",), "W402", "publishedDateTime is in the future; the article is not listed until then"
    yield from entry_oddities((), values, record)


def entry_oddities(where: Where, values: Any, record: EntryRecord) -> Iterator[tuple[Where, str, str]]:
    """Yield what is odd in what articles and entries have in common."""
    time = values["publishedDateTime"]
    if not isinstance(time, dt.datetime) or time.tzinfo is None:
        place = (*where, "publishedDateTime")
        yield place, "W401", f"{_name(place)} names no zone; it is taken as UTC (write Z at its end)"
    for index, image in enumerate(record.images):
        # The size of one of the site's own may be read from its file, which is not for here.
        if not (image.is_sized or is_own(image.url)):
            place = (*where, "images", index)
            yield place, "W404", unsized_image(place)


def image_fault(image: OwnImage, folder: ImageFolder, is_article: bool) -> tuple[str, str] | None:
    """Return code and message if an own image cannot be shown: its file is not there, or its size nowhere."""
    if folder.find(image.url) is None:
        return "W405", missing_image(image.url)
    if is_article and image.is_shown_sized and not image.is_sized and folder.size(image.url) is None:
        return "W404", unsized_image(image.where)
    return None


def unsized_image(where: Where) -> str:
    """Return what W404 says."""
    return f"{_name(where)} has no usable width and height; it is not shown"


def repeated_entries(addresses: Iterable[str]) -> Iterator[tuple[Where, str, str]]:
    """Yield the entries of a list that lead where an earlier one led."""
    seen: set[str] = set()
    for index, address in enumerate(addresses):
        if address in seen:
            yield ("related", index), "N502", f"related[{index + 1}] lists {_shown(address)} again; it is linked once"
        seen.add(address)


def suspect_texts(value: Any, where: Where = ()) -> Iterator[tuple[Where, str, str]]:
    """Yield texts and keys, wherever in a file's values, that hold characters nobody means to publish."""
    if isinstance(value, str):
        if "\0" in value:
            yield where, "E306", f"{_name(where)} contains a NUL character, which no database keeps"
        elif is_suspect(value):
            yield (
                where,
                "W403",
                f"{_name(where)} contains control characters, or some that reorder text; they are not shown",
            )
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from suspect_texts(key, (*where, key))
            yield from suspect_texts(each, (*where, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from suspect_texts(each, (*where, index))
