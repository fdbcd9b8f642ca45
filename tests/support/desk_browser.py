"""An editor without a browser: a client of a served site that logs in, and sends its forms as they are shown."""

import html.parser
import http.cookiejar
import urllib.parse
import urllib.request
from typing import Any
from urllib.error import HTTPError

Fields = list[tuple[str, str]]


class _Form(html.parser.HTMLParser):
    """Collects what a browser would send for the form with an id."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.fields: Fields = []
        self._inside = False
        self._text: str | None = None
        self._select: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "form":
            self._inside = found.get("id") == self.form_id
        elif not self._inside or "disabled" in found:
            return
        elif tag == "textarea":
            self._text = ""
            self.fields.append((name, ""))
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select and "selected" in found:
            self._select[1].append(value)
        elif tag == "input" and name:
            kind = found.get("type")
            if kind in ("submit", "file", "button") or (kind in ("checkbox", "radio") and "checked" not in found):
                return
            self.fields.append((name, found.get("value", "on" if kind == "checkbox" else "") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._text is not None:
            # The first line break belongs to the tag.
            self.fields[-1] = (self.fields[-1][0], self._text.removeprefix("\r").removeprefix("\n"))
            self._text = None
        elif tag == "select" and self._select:
            self.fields += [(self._select[0], value) for value in self._select[1]]
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any, **named: Any) -> None:
        return None


class DeskBrowser:
    """One person's session at the desk of a site."""

    def __init__(self, url: str, session: str) -> None:
        self.url = url
        self.session = session
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(_NoRedirects, urllib.request.HTTPCookieProcessor(self._cookies))

    def get(self, path: str) -> tuple[int, str]:
        return self._open(urllib.request.Request(self.url + path))

    def fields_of(self, path: str, form_id: str) -> Fields:
        status, text = self.get(path)
        assert status == 200, (path, status, text[:500])
        form = _Form(form_id)
        form.feed(text)
        assert form.fields, path
        return form.fields

    def post(self, path: str, fields: Fields) -> tuple[int, str]:
        data = urllib.parse.urlencode(fields).encode()
        return self._open(urllib.request.Request(self.url + path, data, {"Referer": self.url + path}))

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        cookies = "; ".join(f"{each.name}={each.value}" for each in self._cookies if each.name != "sessionid")
        request.add_unredirected_header("Cookie", f"sessionid={self.session}; {cookies}".strip("; "))
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode("utf-8", "replace")
        except HTTPError as error:
            with error:
                return error.code, error.read().decode("utf-8", "replace")
