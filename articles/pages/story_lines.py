"""The line below a card: how many more articles its story has, and who wrote the best of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from articles.models import Article
from articles.models.story import story_url
from articles.pages.links import is_external, link_to
from articles.pages.reuse import reused_each
from articles.pages.shown import CATALOGUE, article_tag, story_tag
from articles.text.rendering import plain_text


class Other(NamedTuple):
    """Another provider of a card's story."""

    name: str
    domain: str
    kind: str
    account: "Link | None" = None  # its best one in the story, where lists name each


class Link(NamedTuple):
    """A link to an article here or at its provider, with the article's quality."""

    title: str
    url: str
    is_external: bool
    quality: int


@dataclass(frozen=True, slots=True)
class StoryLine:
    """The story of a card's article: how many more articles it has, and the providers of its best other accounts."""

    id: int
    url: str
    more: int
    providers: int
    others: tuple[Other, ...]

    @property
    def names(self) -> list[str]:
        return [other.name for other in self.others]

    @property
    def linked(self) -> list[Other]:
        """The other providers whose account was looked up, for lists that name each."""
        return [other for other in self.others if other.account]


def has_story_page(row: dict[str, Any]) -> bool:
    return (row["member__story__size"] or 0) > 1 and row["member__story__lead_id"] is not None


def story_line(row: dict[str, Any]) -> StoryLine | None:
    """Return the story of a card's article, if it has other articles and a page."""
    if not has_story_page(row):
        return None
    others = [
        Other(plain_text(row[f"{other}__name"]), row[f"{other}__domain"], row[f"{other}__kind"])
        for other in (f"member__story__other_{number}" for number in (1, 2, 3))
        if row[f"{other}__name"] and row[f"{other}__name"] != row["provider__name"]
    ]
    return StoryLine(
        id=row["member__story_id"],
        url=story_url(row["member__story_id"], row["member__story__slug"]),
        more=row["member__story__size"] - 1,
        providers=row["member__story__providers"],
        others=tuple(others),
    )


def best_accounts(stories: list[int]) -> dict[int, dict[str, Link]]:
    """Return the best account of each provider of some stories, by its domain, in one query for those not known yet."""
    return reused_each("accounts", stories, _find_accounts)


def _find_accounts(stories: list[int]) -> Iterator[tuple[int, dict[str, Link], list[str]]]:
    found: dict[int, dict[str, Link]] = {pk: {} for pk in stories}
    tags = {pk: [story_tag(pk), CATALOGUE] for pk in stories}
    for row in Article.objects.accounts_of_each(stories):
        story, domain = row["member__story_id"], row["provider__domain"]
        if domain not in found[story]:
            found[story][domain] = Link(plain_text(row["title"]), link_to(row), is_external(row), row["quality"])
            tags[story].append(article_tag(row["id"]))
    for pk in stories:
        yield pk, found[pk], tags[pk]
