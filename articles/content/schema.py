"""The schema of article, provider and topic files, as typed records.

Keys that a record does not define are collected in ``extra``. Nothing here knows files, settings or a database.
"""

import datetime as dt
import re
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from articles.content.domains import is_normal_domain, normal_domain
from articles.content.limits import (
    ADDRESS_MAX_LENGTH,
    INTEGER_RANGE,
    MAX_RELATED,
    MAX_TOPICS,
    NAME_MAX_LENGTH,
    TEXT_MAX_LENGTH,
    TITLE_MAX_LENGTH,
    TOPIC_MAX_LENGTH,
    YEARS,
)
from articles.content.times import EXAMPLE, moment_of, utc_time
from articles.content.yaml.characters import is_suspect, is_visible

NO_ADDRESS = "webUrl is missing, and so is originalUrl"

# Real addresses have spaces and the like behind the host; rendering escapes them.
_ADDRESS = re.compile(r"https?://[^\s/?#\\@]+(?:[/?#][^\x00-\x1f\x7f]*)?", re.IGNORECASE)


def fail(code: str, message: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{message}", {"message": message})


def visible(value: str) -> str:
    if not is_visible(value):
        raise fail("E301", "has no visible character" if value.strip() else "is empty")
    return value


def _time(value: Any, info: ValidationInfo) -> dt.datetime:
    if type(value) is dt.datetime and value.tzinfo is dt.UTC and value.year in YEARS:
        return value  # as nearly all files have it
    zone = info.context.zone if info.context else dt.UTC
    try:
        moment = moment_of(value)
    except ValueError as error:
        raise fail("E302", f"is no date that can be: {error} in {shown_value(value)}") from None
    if moment is None:
        raise fail(
            "E302",
            f"must be a date and time, not {shown_value(value)}; write {to_camel(info.field_name or '')}: {EXAMPLE}",
        )
    try:
        time = utc_time(moment, zone)
    except OverflowError:
        raise fail("E305", "is out of range") from None
    if time.year not in YEARS:
        raise fail("E305", f"is out of range: years {YEARS.start} to {YEARS.stop - 1}")
    return time


def is_address(value: str) -> bool:
    """Return whether ``value`` is an http or https address with a host and without control characters."""
    return bool(_ADDRESS.fullmatch(value))


def _address(value: str, form: str = "an http or https address") -> str:
    if not is_address(value):
        raise fail("E303", f"must be {form}, not {shown_value(value)}")
    if len(value.encode("utf-8", "replace")) > ADDRESS_MAX_LENGTH:
        raise fail("E305", f"is longer than {ADDRESS_MAX_LENGTH} bytes")
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


def _domain(value: str) -> str:
    value = normal_domain(value)
    if not is_normal_domain(value):
        raise fail("E304", f"must be a host name such as news.example, not {shown_value(value)}")
    return value


def shown_value(value: Any) -> str:
    """Return a value for a message, shortened, as long ones may be whole texts or secrets."""
    text = repr(value) if not isinstance(value, dict | list) else {dict: "a mapping", list: "a list"}[type(value)]
    return text if len(text) <= 60 else f"{text[:57]}..."


# Longer texts are probably data in the wrong place, and too much for an index or a page.
Text = Annotated[str, Field(max_length=TEXT_MAX_LENGTH)]
Title = Annotated[str, Field(max_length=TITLE_MAX_LENGTH), AfterValidator(visible)]
Name = Annotated[str, Field(max_length=NAME_MAX_LENGTH), AfterValidator(visible)]
TopicName = Annotated[str, Field(max_length=TOPIC_MAX_LENGTH), AfterValidator(visible)]
Slug = Annotated[str, Field(min_length=1, max_length=TOPIC_MAX_LENGTH, pattern=r"^[\w-]+$")]
Label = Annotated[str, Field(max_length=50)]
ArticleName = Annotated[str, Field(min_length=1, max_length=ADDRESS_MAX_LENGTH)]
Address = Annotated[str, AfterValidator(_address)]
ImageAddress = Annotated[str, AfterValidator(_image_address)]
Domain = Annotated[str, AfterValidator(_domain)]
Integer = Annotated[int, Field(ge=INTEGER_RANGE[0], le=INTEGER_RANGE[1])]
Time = Annotated[dt.datetime, BeforeValidator(_time)]


class Record(BaseModel):
    """The values of a file or entry; keys are the fields' names in camel case, such as ``publishedDateTime``."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True, alias_generator=to_camel, defer_build=True)

    @property
    def extra(self) -> dict[str, Any]:
        """The keys that this record does not define, with their values."""
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
    """A provider in an article's file."""

    name: Name | None = None
    domain: Domain
    # Faster than a plain [], which pydantic copies for each record.
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


class EntryRecord(Record):
    """The fields that an article and an entry of a ``related`` list have in common."""

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
    def _has_address(self, info: ValidationInfo) -> "EntryRecord":
        if not (self.web_url or self.original_url) and not self.is_own_text(info):
            raise fail("E301", NO_ADDRESS)
        return self

    def is_own_text(self, info: ValidationInfo) -> bool:
        """Return whether this needs no address, since its text is the piece: an article of a site with a dialect."""
        return False

    @property
    def address(self) -> str:
        """The address at the provider, by which entries and articles are matched."""
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
    aliases: list[Annotated[str, Field(max_length=ADDRESS_MAX_LENGTH)]] = Field(default_factory=list)

    def is_own_text(self, info: ValidationInfo) -> bool:
        return info.context is not None and not info.context.is_house


AnyRecord = TypeVar("AnyRecord", bound=Record)
