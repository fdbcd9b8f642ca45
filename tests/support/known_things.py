"""A few things, and the addresses that lead to them."""

from articles.models import Article, Pin
from tests.support.factories import TIME, make_article, make_provider, make_topic


def make_known() -> dict[str, str]:
    """Make some things, and return values for the parameters of addresses that lead to them."""
    topic, provider = make_topic("AI"), make_provider("a.example")
    first = make_article([topic], slug="first", published_date_time=TIME, provider=provider)
    make_article([topic], related=[first], slug="second", published_date_time=TIME, provider=make_provider("b.example"))
    Pin.objects.create(article=first, place=1, starts=TIME, ends=TIME.replace(year=2090), reason="It matters.")
    pk = str(Article.objects.get(slug="first").pk)
    return {
        "year": "2023", "month": "09", "day": "01", "slug": "first", "domain": "a.example", "pk": pk, "object_id": pk,
        "id": pk, "version": pk, "name": "topic", "app_label": "articles",
    }  # fmt: skip
