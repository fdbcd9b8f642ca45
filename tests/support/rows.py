"""What an import made, to be compared."""

import hashlib
import json
from collections.abc import Iterable

from articles.models import Article, ArticleTopic, Provider, RelatedEntry, RelatedLink, UnlinkedEntry
from articles.sync.related_entries import values_of_entry


def rows() -> tuple[object, ...]:
    """Return all that an import made, by what identifies it in files."""
    columns = [field.attname for field in Article._meta.concrete_fields]
    ignored = {"id", "provider_id", "folder_id", "file_stamp", "exported_digest"}
    ignored |= {"is_draft", "drafted_by_id", "publish_at", "unlist_at", "own_images", "preview_number", "updated_at"}
    kept = [name for name in columns if name not in ignored]
    articles = {
        (row["source_path"] or row["web_url"], row["provider__domain"]): {name: row[name] for name in kept}
        for row in Article.objects.values(*kept, "provider__domain")
    }
    links = RelatedLink.objects.values_list(
        "article__source_path", "position", "target__web_url", "target__source_path", "entry__digest"
    )
    unlinked = UnlinkedEntry.objects.values_list("article__source_path", "position", "entry__digest")
    topics = ArticleTopic.objects.values_list("article__source_path", "position", "topic__slug", "listed_from")
    entries = {each.digest: values_of_entry(each) for each in RelatedEntry.objects.select_related("target__provider")}
    providers = set(Provider.objects.filter(articles__isnull=False).values_list("domain", "name"))
    return articles, set(links), set(unlinked), set(topics), entries, providers


def digest(parts: Iterable[object]) -> str:
    """Return a digest of rows that does not depend on their order, nor on the database they come from."""
    lists = [sorted(part.items() if isinstance(part, dict) else part, key=str) for part in parts]  # type: ignore[call-overload]
    return hashlib.sha256(json.dumps(lists, default=str, sort_keys=True).encode()).hexdigest()


def article(slug: str = "a") -> Article:
    return Article.objects.get(slug=slug)
