"""The schema of the files of editors' decisions: pins, stories and threads; and of what tells how stories came to be."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from articles.content.limits import NAME_MAX_LENGTH
from articles.content.schema import ArticleName, Record, Time, fail, shown_value, visible
from articles.content.yaml.characters import WORD


class PinRecord(Record):
    """An editor's pick in ``_data/pins.yaml``; ``article`` is the path of its file, or the address of a reference."""

    article: ArticleName
    place: Annotated[int, Field(ge=1, le=2**15 - 1)] = 1
    starts: Time
    ends: Time
    reason: Annotated[str, Field(max_length=NAME_MAX_LENGTH), AfterValidator(visible)]

    @model_validator(mode="after")
    def _ends_later(self) -> "PinRecord":
        if self.ends <= self.starts:
            raise fail("E302", "must end after it starts")
        return self


class PinsRecord(Record):
    """``_data/pins.yaml``."""

    pins: list[PinRecord] = Field(default_factory=list)


class DecisionRecord(Record):
    """An editor's decision in ``_data/stories.yaml`` about an article's story: that of ``joins``, or one of its own."""

    article: ArticleName
    joins: ArticleName | None = None
    keeps_links: bool = False
    reason: Annotated[str, Field(max_length=NAME_MAX_LENGTH)] = ""

    @model_validator(mode="after")
    def _joins_another(self) -> "DecisionRecord":
        if self.joins == self.article:
            raise fail("E302", "joins itself")
        return self


class LeadRecord(Record):
    """An editor's choice in ``_data/stories.yaml`` of a story's lead; of several, the last counts."""

    article: ArticleName
    reason: Annotated[str, Field(max_length=NAME_MAX_LENGTH)] = ""


class ComparisonRecord(Record):
    """An editor's word in ``_data/stories.yaml`` on whether two articles tell of the same event.

    The desk does not propose again what would say otherwise.
    """

    article: ArticleName
    other: ArticleName
    same: bool = False

    @model_validator(mode="after")
    def _are_two(self) -> "ComparisonRecord":
        if self.other == self.article:
            raise fail("E302", "compares an article with itself")
        return self


class StoriesRecord(Record):
    """``_data/stories.yaml``."""

    decisions: list[DecisionRecord] = Field(default_factory=list)
    leads: list[LeadRecord] = Field(default_factory=list)
    compared: list[ComparisonRecord] = Field(default_factory=list)


class ThreadDecisionRecord(Record):
    """An editor's decision in ``_data/threads.yaml`` about the thread of an article's story."""

    article: ArticleName
    joins: ArticleName | None = None
    apart: bool = False
    begins: bool = False
    reason: Annotated[str, Field(max_length=NAME_MAX_LENGTH)] = ""

    @model_validator(mode="after")
    def _decides(self) -> "ThreadDecisionRecord":
        if self.joins == self.article:
            raise fail("E302", "joins itself")
        if not (self.joins or self.apart or self.begins):
            raise fail("E302", "decides nothing: joins, apart or begins is missing")
        return self


class ThreadNameRecord(Record):
    """An editor's name in ``_data/threads.yaml`` for the thread of an article's story; of several, the last counts."""

    article: ArticleName
    name: Annotated[str, Field(max_length=NAME_MAX_LENGTH), AfterValidator(visible)]
    reason: Annotated[str, Field(max_length=NAME_MAX_LENGTH)] = ""


class ThreadsRecord(Record):
    """``_data/threads.yaml``."""

    decisions: list[ThreadDecisionRecord] = Field(default_factory=list)
    names: list[ThreadNameRecord] = Field(default_factory=list)


class AddressesRecord(Record):
    """``_data/story-addresses.yaml``: the path of an article in each story, by the story's number and slug.

    The same for threads in ``_data/thread-addresses.yaml``.
    """

    @model_validator(mode="before")
    @classmethod
    def _are_addresses(cls, values: dict[str, Any]) -> dict[str, Any]:
        for key, path in values.items():
            if not re.fullmatch(rf"[1-9][0-9]{{0,14}}-[-{WORD}]{{1,100}}", key) or not isinstance(path, str):
                raise fail("E302", f"{shown_value(key)} must be a number and slug, with the path of an article")
        return values


def _are_words(words: dict[str, str]) -> dict[str, str]:
    for times in words:
        if not re.fullmatch(r"[1-9][0-9]{0,8}", times):
            raise fail("E302", f"{shown_value(times)} must be how often words occur")
    return words


# By how often they occur: with commas between them, as words have neither commas nor capitals.
Words = Annotated[dict[str, str], AfterValidator(_are_words)]
Number = Annotated[int, Field(ge=1, le=10**9)]


def times_of(words: dict[str, str]) -> dict[str, int]:
    """Return how often each of the words occurs."""
    return {word: int(times) for times, its in words.items() for word in its.split(",")}


def words_by_times(times: Mapping[str, int]) -> dict[str, str]:
    """Return words as they stand in the file: the reverse of ``times_of``."""
    by_times = defaultdict(list)
    for word in sorted(times):
        by_times[times[word]].append(word)
    return {str(number): ",".join(by_times[number]) for number in sorted(by_times)}


class ProviderWordsRecord(Record):
    """In how many of a provider's articles words are that are common there."""

    articles: Number
    words: Words = Field(default_factory=dict)


class VocabularyRecord(Record):
    """``_data/story-vocabulary.yaml``: how common words were when the site last learned it, by which stories are joined.

    ``words`` count once for each of so many ``chunks`` of articles, ``providers`` have their domains.
    """

    articles: Number
    chunks: Number
    words: Words
    providers: dict[str, ProviderWordsRecord] = Field(default_factory=dict)
