"""Where links to articles lead: to their pages here, or to their providers."""

from typing import Any

from django.utils.encoding import iri_to_uri

from articles.models.article import article_url


def source_url(row: dict[str, Any]) -> str:
    """Return the address of an article at its provider; those in files may contain spaces."""
    return iri_to_uri(row["web_url"] or row["original_url"])


def is_external(row: dict[str, Any]) -> bool:
    """Return whether an article of ``linkable`` has no page here."""
    return bool(row["is_reference"] or not row["published"])


def link_to(row: dict[str, Any]) -> str:
    """Return the address of an article's page here, or that at its provider if it has none."""
    return source_url(row) if is_external(row) else article_url(row["date"], row["slug"])
