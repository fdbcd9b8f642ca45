"""An address at a provider -> the page here of the article or story that it leads to."""

from django.utils import timezone

from articles.content.web_addresses import address_number, address_numbers, normal_address
from articles.models import Article, SearchAddress
from articles.models.article import article_url
from articles.models.story import story_url

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
    """Return the path of the page here that an address leads to, nothing if there is none.

    It is a listed article's own page, or else the page of a story that an unlisted article or a reference belongs to.
    """
    number = address_number(normal_address(address))
    ids = list(SearchAddress.objects.filter(number=number).values_list("article_id", flat=True))
    rows = (
        list(Article.objects.linkable().filter(id__in=ids).order_by("-heat", "tie", "id").values(*FIELDS))
        if ids
        else []
    )
    # Addresses with one number are one, but for an accident in some 10 ** 19.
    rows = [row for row in rows if number in address_numbers([row[name] for name in FIELDS[5:9]])]
    listed = [article_url(row["date"], row["slug"]) for row in rows if row["published"]]
    stories = [story_url(row["member__story_id"], row["member__story__slug"]) for row in rows if _has_page(row)]
    return next(iter([*listed, *stories]), "")


def _has_page(row: dict[str, object]) -> bool:
    """Return whether the story of an article has a page: a lead that is listed, and other members."""
    size, lead, time = row["member__story__size"], row["member__story__lead_id"], row["member__story__listed_from"]
    return bool(size and size > 1 and lead and time and time <= timezone.now())  # type: ignore[operator]
