"""What an article's page leads on to: the articles before and after it, in its story and in its main topic."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from articles.models.neighbour_queries import neighbour_rows
from articles.pages.cards import RelatedItem, TopicLink, related_items, topics_from
from articles.pages.front import HiddenAmong, hide_nothing
from articles.pages.shown import order_tag, shows, shows_story

SPARE = 8  # times as many are looked at for readers who hide some
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The articles before and after one in a listing; ``topic`` is that listing's, None for the article's story."""

    topic: TopicLink | None
    earlier: RelatedItem | None
    later: RelatedItem | None


def neighbours_of(row: dict[str, Any], hidden_among: HiddenAmong = hide_nothing) -> list[Neighbours]:
    """Return the neighbours of a listed article, from its ``page_row``: in its story and its topic, where there are any.

    A topic's neighbours are the nearest of other stories, so that nothing is there twice. ``hidden_among`` returns which
    of some articles the reader has hidden; the next ones take their places.
    """
    topic, story = main_topic(row["topics_json"]), row["member__story_id"]
    if topic is not None:
        shows(order_tag("topic", topic))
    if story is not None:
        shows_story(story)
    number = 1 if hidden_among is hide_nothing else SPARE
    rows = neighbour_rows(row["id"], row["published_date_time"], row["tie"], topic, story, number)
    hidden = hidden_among({each["id"] for each in rows})
    seen = [each for each in rows if each["id"] not in hidden]
    of_story = [each for each in seen if story is not None and each["member__story_id"] == story]
    of_topic = [each for each in seen if each not in of_story]
    pairs = [(None, of_story), (next(iter(topics_from(row["topics_json"])), None), of_topic)]
    return [_sides(name, each, _place(row)) for name, each in pairs if each]


def steps_in(neighbours: list[Neighbours]) -> dict[str, str]:
    """Return which articles are before and after one in its story, by address: "earlier" or "later"."""
    sides = [(pair.earlier, "earlier") for pair in neighbours if pair.topic is None]
    sides += [(pair.later, "later") for pair in neighbours if pair.topic is None]
    return {item.url: step for item, step in sides if item}


def main_topic(topics_json: str | None) -> int | None:
    """Return the id of an article's first topic, None without topics."""
    rows = json.loads(topics_json) if topics_json else []
    return min(rows)[-1] if rows else None


def _sides(topic: TopicLink | None, rows: Rows, here: tuple[dt.datetime, int, int]) -> Neighbours:
    earlier = max((each for each in rows if _place(each) < here), key=_place, default=None)
    later = min((each for each in rows if _place(each) > here), key=_place, default=None)
    return Neighbours(topic, _item(earlier), _item(later))


def _item(row: dict[str, Any] | None) -> RelatedItem | None:
    return related_items([row])[0] if row else None


def _place(row: dict[str, Any]) -> tuple[dt.datetime, int, int]:
    return row["published_date_time"], row["tie"], row["id"]
