"""Making and revoking links to articles that readers do not see yet; the audit log has both."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone

from articles.db.locks import writing
from articles.models import Article, PreviewLink
from articles.models.preview_link import PreviewLinkQuerySet
from articles.text.rendering import plain_text
from newsreader.audit.log import record
from newsreader.audit.models import Kind


def may_have_links(article: Article) -> bool:
    """Return whether an article has anything that a link could show."""
    return bool(article.pk) and not article.is_reference and not article.is_withdrawn


def make_link(user: Any, article: Article) -> PreviewLink:
    """Return a new link to an article, valid for PREVIEW_HOURS."""
    now = timezone.now()
    with writing():
        expires = now + dt.timedelta(hours=settings.PREVIEW_HOURS)
        link = PreviewLink.objects.create(article=article, made_by=user, made_at=now, expires_at=expires)
        title = plain_text(article.title)
        record(Kind.PREVIEW, "made a preview link", link=link.pk, article=article.pk, title=title, expires=str(expires))
    return link


def revoke_links(user: Any, links: PreviewLinkQuerySet) -> int:
    """Revoke those of some links that work; return their number."""
    with writing():
        rows = list(links.open().values("pk", "article_id", "article__title"))
        found = PreviewLink.objects.filter(pk__among=[row["pk"] for row in rows])
        found.update(ended_at=timezone.now(), ended_by=user)
        for row in rows:
            title = plain_text(row["article__title"])
            record(Kind.PREVIEW, "revoked a preview link", link=row["pk"], article=row["article_id"], title=title)
    return len(rows)
