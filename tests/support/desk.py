"""What browsers of editors send, and what they are shown."""

import codecs
import datetime as dt
import re
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.forms import SplitDateTimeField
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from PIL import Image

from articles.models import Action, Article, Topic

LIST = "/admin/articles/article/"


def change_url(row: Model, what: str = "change") -> str:
    return f"/admin/articles/{row._meta.model_name}/{row.pk}/{what}/"


def form_of(client: Client, row: Model | str) -> dict[str, Any]:
    """Return what a browser would send for the form of a row, or at an address, when nothing was changed."""
    return fields_of(client.get(row if isinstance(row, str) else change_url(row)))


def fields_of(page: Any) -> dict[str, Any]:
    """Return what a browser would send for a page's form as it is shown."""
    formsets = [each.formset for each in page.context["inline_admin_formsets"]]
    forms = [page.context["adminform"].form, *(each.management_form for each in formsets)]
    forms += [form for formset in formsets for form in formset.forms]
    data: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            if isinstance(field.field, SplitDateTimeField):
                data |= split(field.html_name, value)
            elif value is not None and value is not False:
                data[field.html_name] = value
            if field.field.show_hidden_initial:
                is_split = isinstance(field.field, SplitDateTimeField)
                data |= split(field.html_initial_name, value) if is_split else {field.html_initial_name: value}
    return data


def split(name: str, time: Any) -> dict[str, Any]:
    """Return a time as the two fields that forms have for it: from a row, or as it was sent."""
    if isinstance(time, dt.datetime):
        local = timezone.localtime(time)
        time = [local.date(), local.time()]
    return {f"{name}_{index}": part for index, part in enumerate(time or []) if part is not None}


def save(client: Client, row: Model, **changes: object) -> HttpResponse:
    url = change_url(row)
    response = client.post(url, form_of(client, url) | changes)
    assert response.status_code == 302, response.context["errors"]
    return response


def errors_of(client: Client, row: Model, **changes: object) -> str:
    url = change_url(row)
    response = client.post(url, form_of(client, url) | changes)
    assert response.status_code == 200
    return str(response.context["errors"])


def bulk(client: Client, name: str, articles: list[Article], **data: Any) -> Any:
    ids = ",".join(str(each.pk) for each in articles)
    return client.post(f"{LIST}bulk/{name}/", {"ids": ids, **data}, follow=True)


def add(client: Client, **data: Any) -> Any:
    inlines = {
        f"{name}-{kind}_FORMS": 0
        for name in ("topic_links", "related_links", "story_decision")
        for kind in ("TOTAL", "INITIAL")
    }
    return client.post(f"{LIST}add/", inlines | data, follow=True)


def last_action() -> Action:
    return Action.objects.latest("pk")


def picture(side: int = 100) -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", (side, side), "red").save(target, "PNG")
    return SimpleUploadedFile("logo.png", target.getvalue(), "image/png")


class Fields(HTMLParser):
    """The hidden fields of a page's first form that posts."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "input" and names.get("type") == "hidden" and names.get("name"):
            self.data[str(names["name"])] = names.get("value") or ""


def preview_of(client: Client, kind: str, text: str | bytes) -> HttpResponse:
    file = SimpleUploadedFile("rows.csv", text.encode() if isinstance(text, str) else text, "text/csv")
    return client.post(f"/admin/articles/{kind}/import/", {"import_file": file, "format": "0"})


def confirm(client: Client, kind: str, preview: HttpResponse) -> HttpResponse:
    fields = Fields()
    fields.feed(preview.content.decode())
    return client.post(f"/admin/articles/{kind}/process_import/", fields.data)


def export_of(client: Client, kind: str, query: str = "") -> str:
    response = client.get(f"/admin/articles/{kind}/export/{query}")
    assert response["Content-Type"] == "text/csv"
    assert response.content.startswith(codecs.BOM_UTF8)
    return response.content.decode("utf-8-sig")


def first_version(row: Any) -> int:
    version: int = row.history.earliest("history_id").history_id
    return version


def go_back(client: Client, row: Model, version: int) -> list[str]:
    """Go back to a version at the desk; return what was said about it."""
    response = client.post(change_url(row, f"history/{version}"), follow=True)
    assert response.status_code == 200
    return lines_of(response)


def lines_of(response: Any) -> list[str]:
    """Return what the messages of a page say: what was done, and below it what there is to note."""
    parts = [part for message in response.context["messages"] for part in re.split(r"<[^>]*>", str(message))]
    return [unescape(part).strip() for part in parts if part.strip()]


def parents() -> dict[str, str | None]:
    return dict(Topic.objects.values_list("name", "parent__name"))
