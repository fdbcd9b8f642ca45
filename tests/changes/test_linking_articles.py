"""Articles whose related lists show others, or begin to."""

from typing import Any

import pytest
from django.test import TestCase

from articles.changes import ContentChange, content_changed
from articles.editorial.edits import edit_articles
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("values", [{"removed": True}, {"published": False, "is_draft": True}, {"title": "New"}])
def test_a_change_of_an_article_is_one_of_those_that_link_to_it(values: dict[str, Any]) -> None:
    changes: list[ContentChange] = []

    def note(change: ContentChange, **kwargs: object) -> None:
        changes.append(change)

    target = make_article(title="Harbour lights", web_url="https://t.example/1")
    source = make_article(title="Orchard robots", related=[target])
    content_changed.connect(note)
    try:
        with TestCase.captureOnCommitCallbacks(execute=True):
            edit_articles([target.pk], **values)
    finally:
        content_changed.disconnect(note)
    assert {source.pk, target.pk} <= changes[-1].articles
