"""Makes the API's records from the rows and cards that pages are made of."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.urls import reverse

from articles.distribution.api import schemas
from articles.models import Article
from articles.models.story import story_url
from articles.pages.cards import Card, ProviderCard, RelatedItem, TopicNode, card_from
from articles.pages.shown import CATALOGUE, shows, shows_story
from articles.pages.story_coverage import Account, best_account, first_report

Absolute = Callable[[str], str]  # makes an address of this site absolute


def articles_of(ids: Sequence[int], absolute: Absolute) -> list[schemas.Article]:
    """Return articles in the order of ``ids``, in one query; any that have just been deleted are left out."""
    rows = {row["id"]: row for row in Article.objects.filter(id__among=ids).card_columns("updated_at")}
    return [article_from(rows[pk], absolute) for pk in ids if pk in rows]


def article_from(row: dict[str, Any], absolute: Absolute) -> schemas.Article:
    """Return an article from its ``card_columns`` with ``updated_at``."""
    return schemas.Article(**article_values(row, card_from(row), absolute))


def article_values(row: dict[str, Any], card: Card, absolute: Absolute) -> dict[str, Any]:
    shows(CATALOGUE)
    image, story = card.image, card.story
    if story:
        shows_story(row["member__story_id"])
    return {
        "id": row["id"],
        "url": absolute(card.url),
        "source_url": card.source_url,
        "title": card.title,
        "excerpt": card.excerpt,
        "type": "video" if card.is_video else "article",
        "published": card.published_date_time,
        "updated": row["updated_at"],
        "provider": provider_link(card.provider, absolute),
        "topics": [
            schemas.TopicLink(slug=topic.slug, name=topic.name, url=absolute(topic.url)) for topic in card.topics
        ],
        "image": image
        and schemas.Picture(url=absolute(image.url), width=image.width, height=image.height, alt=image.alt),
        "story": story
        and schemas.StoryLink(
            id=row["member__story_id"], url=absolute(story.url), articles=story.more + 1, providers=story.providers
        ),
        "heat": card.heat,
        "quality": card.quality,
    }


def provider_link(provider: ProviderCard, absolute: Absolute) -> schemas.ProviderLink:
    return schemas.ProviderLink(domain=provider.domain, name=provider.name, url=absolute(provider.url))


def related_from(items: Iterable[RelatedItem], absolute: Absolute) -> list[schemas.RelatedLink]:
    return [
        schemas.RelatedLink(
            title=item.title,
            url=absolute(item.url),
            source_url=item.source_url or item.url,
            is_external=item.is_external,
            provider=item.provider_name,
            published=item.published_date_time,
        )
        for item in items
    ]


def story_values(row: dict[str, Any], lead: schemas.Article, absolute: Absolute) -> dict[str, Any]:
    """Return the fields of a story from its columns STORY_COLUMNS."""
    shows_story(row["id"])
    return {
        "id": row["id"],
        "url": absolute(story_url(row["id"], row["slug"])),
        "lead": lead,
        "articles": row["size"],
        "providers": row["providers"],
        "independent_providers": row["independent"],
        "first": row["first"],
        "last": row["last"],
    }


STORY_COLUMNS = ("id", "slug", "lead_id", "size", "providers", "independent", "first", "last")


def account_from(account: Account, absolute: Absolute) -> schemas.Account:
    item = account.item
    return schemas.Account(
        article=None if item.is_external else account.id,
        title=item.title,
        url=absolute(item.url),
        source_url=item.source_url or item.url,
        is_external=item.is_external,
        provider=schemas.ProviderLink(
            domain=item.facts.domain, name=item.provider_name, url=absolute(account.provider_url)
        ),
        published=account.time,
        quality=account.quality,
        is_copy=account.is_copy,
    )


def credits_of(accounts: list[Account], absolute: Absolute) -> schemas.Credits:
    """Return who is credited, as the story's page does: the first report, the best account, and all providers."""
    by_provider: dict[int, list[Account]] = {}
    for account in sorted(accounts, key=lambda each: (each.time, each.tie)):
        by_provider.setdefault(account.provider_id, []).append(account)
    return schemas.Credits(
        first_report=account_from(first_report(accounts), absolute) if accounts else None,
        best_account=account_from(best_account(accounts), absolute) if accounts else None,
        providers=[
            schemas.Credit(
                provider=account_from(group[0], absolute).provider, joined=group[0].time, articles=len(group)
            )
            for group in by_provider.values()
        ],
    )


def topics_from(nodes: Iterable[TopicNode], absolute: Absolute) -> list[schemas.Topic]:
    return [
        schemas.Topic(
            slug=node.slug,
            name=node.name,
            description=node.description,
            url=absolute(node.url),
            articles=node.count,
            topics=topics_from(node.children, absolute),
        )
        for node in nodes
    ]


def provider_from(card: ProviderCard, absolute: Absolute) -> schemas.Provider:
    return schemas.Provider(
        domain=card.domain,
        name=card.name,
        description=card.description,
        kind=card.kind,
        url=absolute(card.url),
        logo=absolute(card.logo_url) if card.logo_url else None,
        articles=card.count or 0,
    )


def api_url(name: str, absolute: Absolute, **values: Any) -> str:
    return absolute(reverse(f"api:{name}", kwargs=values))
