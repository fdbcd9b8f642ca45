"""Finds the page here of the article or story that has an address at its provider."""

from articles.content.web_addresses import address_number, address_numbers, normal_address
from articles.models import Article, SearchAddress
from articles.models.article import article_url
from articles.models.story import story_url
from articles.models.visibility import has_come

FIELDS = (
    "id",
    "date",
    "slug",
    "published",
    "is_reference",
    "web_url",
    "original_url",
    "amp_web_url",
    "cdn_amp_web_url",
    "member__story_id",
    "member__story__slug",
    "member__story__size",
    "member__story__lead_id",
    "member__story__listed_from",
)


def page_of(address: str) -> str:
    """Return the path of the page here for the address of an article at its provider; empty if there is none.

    It is the page of a listed article, or else that of the story that an unlisted article or a reference belongs to.
    """
    number = address_number(normal_address(address))
    ids = list(SearchAddress.objects.filter(number=number).values_list("article_id", flat=True))
    rows = (
        list(Article.objects.linkable().filter(id__among=ids).order_by("-heat", "tie", "id").values(*FIELDS))
        if ids
        else []
    )
    # Two addresses practically never share a 64-bit number, so it is enough that the article has one with this number.
    rows = [row for row in rows if number in address_numbers([row[name] for name in FIELDS[5:9]])]
    listed = [article_url(row["date"], row["slug"]) for row in rows if row["published"]]
    stories = [story_url(row["member__story_id"], row["member__story__slug"]) for row in rows if _has_page(row)]
    return next(iter([*listed, *stories]), "")


def _has_page(row: dict[str, object]) -> bool:
    """Return whether the story of an article has a page: a listed lead and other members."""
    size, lead, time = row["member__story__size"], row["member__story__lead_id"], row["member__story__listed_from"]
    return bool(size and size > 1 and lead and has_come(time))  # type: ignore[operator]
