"""Cached pages have all headers, and are not completed again."""

from typing import Any

import pytest
from django.test import Client

from newsreader.response_headers import ResponseHeadersMiddleware, headers_for_all
from tests.support.factories import make_article, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_a_cached_page_has_them_without_being_completed_again(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_article([make_topic()]).get_absolute_url()
    completed: list[str] = []
    plain = ResponseHeadersMiddleware.complete

    def complete(self: ResponseHeadersMiddleware, response: Any, request: Any) -> None:
        completed.append(request.path)
        plain(self, response, request)

    monkeypatch.setattr(ResponseHeadersMiddleware, "complete", complete)
    first, second = reader.get(path), reader.get(path)
    assert "hit" in second["Cache-Status"]
    for response in (first, second):
        assert headers_for_all().items() <= dict(response.items()).items()
        assert "default-src 'none'" in response["Content-Security-Policy"]
    unchanged = reader.get(path, headers={"if-none-match": first["ETag"]})
    assert unchanged.status_code == 304
    assert completed == [path]
