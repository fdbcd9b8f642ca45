"""The records of the API, which its description is made from.

Times are in UTC, addresses are absolute, texts are plain unless a field says otherwise.
"""

import datetime as dt
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

Item = TypeVar("Item")


def _utc(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


Time = Annotated[
    dt.datetime,
    PlainSerializer(_utc, return_type=str),
    Field(json_schema_extra={"type": "string", "format": "date-time"}),
]


class Record(BaseModel):
    model_config = ConfigDict(frozen=True)


def _nothing_is_required(schema: dict[str, Any]) -> None:
    schema.pop("required", None)


class Selectable(Record):
    """A record of which a request may ask for some fields, so that no field is sure to be there."""

    model_config = ConfigDict(json_schema_extra=_nothing_is_required)


class TopicLink(Record):
    slug: str
    name: str
    url: str


class ProviderLink(Record):
    domain: str
    name: str
    url: str


class Picture(Record):
    url: str
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    alt: str


class StoryLink(Record):
    id: int
    url: str
    articles: int
    providers: int


class Article(Selectable):
    id: int = Field(description="Permanent: it survives changes of the address.")
    url: str = Field(description="The article's page here.")
    source_url: str = Field(description="The article at its provider.")
    title: str
    excerpt: str
    type: str = Field(description="“article” or “video”.")
    published: Time
    updated: Time | None = Field(description="When what readers see of it last changed; null: never.")
    provider: ProviderLink
    topics: list[TopicLink]
    image: Picture | None
    story: StoryLink | None = Field(description="The story that it is an account of, if others are, too.")
    heat: int = Field(description="How widely it is covered.")
    quality: int = Field(description="How good the account is.")


class RelatedLink(Record):
    title: str
    url: str = Field(description="The article's page here, or at its provider if it has none.")
    source_url: str
    is_external: bool = Field(description="Whether “url” leads to the provider.")
    provider: str
    published: Time


class FullArticle(Article):
    featured: str = Field(description="Safe HTML.")
    content: str = Field(description="The text that the site has of it, as safe HTML.")
    video_url: str | None
    related: list[RelatedLink]


class Account(Record):
    """An article of a story."""

    article: int | None = Field(description="Its id, if it has a page here.")
    title: str
    url: str
    source_url: str
    is_external: bool
    provider: ProviderLink
    published: Time
    quality: int
    is_copy: bool = Field(description="Whether an earlier account has the same title.")


class Story(Selectable):
    id: int
    url: str
    lead: Article
    articles: int
    providers: int
    independent_providers: int
    first: Time | None = Field(description="The time of the first account.")
    last: Time | None = Field(description="The time of the last account.")


class Credit(Record):
    """A provider of a story, in the order in which they joined."""

    provider: ProviderLink
    joined: Time
    articles: int


class Credits(Record):
    first_report: Account | None
    best_account: Account | None
    providers: list[Credit]


class FullStory(Story):
    accounts: list[Account] = Field(description="Best first.")
    credits: Credits


class Thread(Selectable):
    """Stories that follow each other over time."""

    id: int
    url: str
    name: str
    stories: int
    articles: int
    providers: int
    first: Time = Field(description="The time of the first article.")
    last: Time = Field(description="The time of the last article.")


class ThreadStory(Record):
    """A story of a thread, as its lead or its best account."""

    story: int
    title: str
    url: str = Field(description="The page of the story or article here, or at its provider if it has none.")
    is_external: bool
    provider: str
    published: Time
    articles: int
    providers: int


class FullThread(Thread):
    timeline: list[ThreadStory] = Field(description="Its stories, newest first.")
    next: str | None = Field(description="The address of the thread with earlier stories.")


class Topic(Record):
    slug: str
    name: str
    description: str
    url: str
    articles: int = Field(description="Listed articles of the topic itself.")
    topics: list["Topic"] = Field(description="Those below it.")


class Topics(Record):
    data: list[Topic]


class Provider(Selectable):
    domain: str
    name: str
    description: str
    kind: str = Field(description="“outlet”, “wire”, “vendor” or “blog”.")
    url: str
    logo: str | None
    articles: int = Field(description="Listed articles.")


class Placed(Record):
    article: Article
    reason: str = Field(description="Why it is there, in words.")


class Front(Record):
    top: list[Placed] = Field(description="Editors' picks, then the best stories.")
    latest: list[Article] = Field(description="The newest others, in the order of their time.")


class FacetLink(Record):
    name: str
    url: str = Field(description="The narrower search.")
    articles: int


class Facet(Record):
    id: str
    title: str
    links: list[FacetLink]


class Page(Record, Generic[Item]):
    data: list[Item]
    next: str | None = Field(description="The address of the next page.")


class Results(Page[Article]):
    found: int = Field(description="The number of articles found.")
    has_more: bool = Field(description="Whether older ones than those are left out.")
    ignored: list[str] = Field(description="What of the query was not searched for, in words.")
    facets: list[Facet]


class Fault(Record):
    name: str = Field(description="The parameter.")
    detail: str


class Problem(Record):
    """Why there is no answer, by RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


class Change(Record):
    """An article that was listed, changed or withdrawn."""

    id: int
    is_gone: bool = Field(description="Whether it is no longer listed; then a copy of it is to be deleted.")
    article: Article | None = Field(description="As it is now; null if it is gone.")


class Changes(Record):
    data: list[Change]
    next: str = Field(description="The address to ask for what changes after this.")
    has_more: bool = Field(description="Whether there is more already.")
