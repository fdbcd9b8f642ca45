"""All that write: each is prepared and then done, as often as one likes, always to the same articles."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from articles.admin.article.bulk import BULK
from articles.editorial.edits import edit_articles
from articles.editorial.merging import merge_providers, merge_topics, order_topics
from articles.editorial.recording import recording
from articles.editorial.schedule import run_due
from articles.editorial.stories.apply import carry_out
from articles.editorial.stories.planning import Plan
from articles.editorial.undo import undo
from articles.editorial.versions import restore
from articles.models import Action, Article, ArticleTopic, Pin, Provider, RelatedLink, Topic
from articles.stories.neighbourhood import Decision
from tests.support.desk import form_of
from tests.support.factories import make_article, make_provider, make_topic
from tests.support.site_files import article_text

DESK = "/admin/articles"
ADDRESS = "https://c.example/unknown"
Act = Callable[[], object]


@dataclass(slots=True)
class World:
    """A site folder whose articles are imported, and an editor."""

    site: Path
    numbers: "count[int]"
    user: User
    client: Client

    @classmethod
    def made(cls, folder: Path) -> "World":
        user = User.objects.create_superuser("ada")
        user.groups.add(Group.objects.get(name="Editors"))
        client = Client()
        client.force_login(user)
        world = cls(folder / "site", count(1), user, client)
        world.write_files()
        world.import_files()
        return world

    def number(self) -> int:
        return next(self.numbers)

    def write_files(self, **keys: Any) -> None:
        """Write files that say something new of everything, but for articles' titles."""
        number = self.number()
        for name in ("one", "two"):
            values = {"title": name.title(), "excerpt": f"Excerpt {number}", "webUrl": f"https://b.example/{name}"}
            values |= {"provider": f"{{name: B{9999 - number}, domain: b.example}}", "topics": "[AI, Law]"}
            related = [{"title": f"Three {number}", "webUrl": ADDRESS, "publishedDateTime": "2023-09-01T12:00:00Z",
                        "provider": "{name: C, domain: c.example}"}]  # fmt: skip
            self.write(f"_news/2023-09-01-{name}.md", article_text(related, **(values | keys)))
        self.write("_data/topics/1-ai.yaml", f"name: AI\ndescription: Text {number}\n")
        self.write("_data/organizations/a.md", f"---\ndomain: a.example\nname: A\ndescription: Text {number}\n---\n")
        self.write("_data/stories.yaml", f"leads:\n- article: _news/2023-09-01-one.md\n  reason: Reason {number}\n")

    def write(self, name: str, text: str) -> None:
        path = self.site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def import_files(self) -> None:
        call_command("import_articles", self.site, quiet=True, stdout=StringIO())

    def ids(self) -> list[int]:
        return list(Article.objects.filter(source_path__startswith="_news/").values_list("pk", flat=True))

    def article(self) -> Article:
        return Article.objects.get(source_path="_news/2023-09-01-one.md")

    def edit(self, **values: Any) -> Action:
        """Change articles as an editor; return the action."""
        with recording(self.user, "change", "Changed") as record:
            record.watch_articles(self.ids())
            edit_articles(self.ids(), **values)
        assert record.action
        return record.action

    def post(self, path: str, **data: Any) -> None:
        answer = self.client.post(f"{DESK}/{path}", data)
        assert answer.status_code in (200, 302)


def importing(world: World) -> Act:
    world.write_files()
    return world.import_files


def exporting(world: World) -> Act:
    folder = world.site.with_name(f"export {world.number()}")
    return lambda: call_command("export_articles", folder, "--all", quiet=True, stdout=StringIO())


def form(world: World) -> Act:
    data = form_of(world.client, world.article()) | {"title": f"Form {world.number()}"}
    return lambda: world.post(f"article/{world.article().pk}/change/", **data)


def provider_form(world: World) -> Act:
    provider = make_provider("b.example")
    data = form_of(world.client, f"{DESK}/provider/{provider.pk}/change/")
    data |= {"description": f"Text {world.number()}"}
    return lambda: world.post(f"provider/{provider.pk}/change/", **data)


def topic_form(world: World) -> Act:
    topic = make_topic("Law")
    data = form_of(world.client, f"{DESK}/topic/{topic.pk}/change/") | {"description": str(world.number())}
    return lambda: world.post(f"topic/{topic.pk}/change/", **data)


def deletion(world: World) -> Act:
    topic = make_topic(f"Deleted {world.number()}")
    ArticleTopic.objects.create(article=world.article(), topic=topic, position=9)
    return lambda: world.post(f"topic/{topic.pk}/delete/", post="yes")


def bulk(world: World) -> Act:
    other = "a.example" if world.article().provider.domain == "b.example" else "b.example"
    make_provider(other)
    data = {"ids": ",".join(map(str, reversed(world.ids()))), "provider": other, "confirm": "1"}
    assert "set_provider" in BULK
    return lambda: world.post("article/bulk/set_provider/", **data)


def merge(world: World) -> Act:
    topic = make_topic(f"Merged {world.number()}")
    for pk in reversed(world.ids()):
        ArticleTopic.objects.create(article_id=pk, topic=topic, position=9)
    return lambda: merge_topics(world.user, topic, make_topic("AI"), "same")


def provider_merge(world: World) -> Act:
    provider = make_provider(f"merged-{world.number()}.example")
    world.edit(provider=provider)
    return lambda: merge_providers(world.user, provider, make_provider("b.example"), "same")


def undoing(world: World) -> Act:
    action = world.edit(title=f"Undone {world.number()}")
    return lambda: undo(action, world.user)


def restoring(world: World) -> Act:
    provider = make_provider("b.example")
    with recording(world.user, "change", "Changed") as record:
        record.watch(Provider, pk=provider.pk)
        Provider.objects.filter(pk=provider.pk).update(description=f"Text {world.number()}")
    version = provider.history.first()
    Provider.objects.filter(pk=provider.pk).update(description="")
    return lambda: restore(provider, version, world.user)


def schedule(world: World) -> Act:
    world.edit(published=False, publish_at=timezone.now() - dt.timedelta(hours=1))
    return run_due


def csv(world: World) -> Act:
    text = f"domain,name,kind,description\nb.example,B,outlet,Text {world.number()}\n"
    file = SimpleUploadedFile("b.csv", text.encode(), "text/csv")
    preview = world.client.post(f"{DESK}/provider/import/", {"import_file": file, "format": "0"})
    data = {name: "" if value is None else value for name, value in preview.context["confirm_form"].initial.items()}
    return lambda: world.post("provider/process_import/", **data)


def decision(world: World) -> Act:
    one, two = world.ids()
    plan = Plan({one: Decision(two), two: None}, {two: True})
    return lambda: carry_out(world.user, plan, "story join", f"Joined {world.number()}", "one")


def pin(world: World) -> Act:
    times = {"starts": timezone.now() - dt.timedelta(hours=1), "ends": timezone.now() + dt.timedelta(hours=1)}
    edit_articles(world.ids(), published=True, publish_at=None)
    pins = [Pin.objects.create(article_id=pk, place=9, reason="hot", **times) for pk in world.ids()]
    return lambda: world.post(f"pin/{pins[0].pk}/move/?to=down")


def conflict(world: World) -> Act:
    values = {"edited": {"title": "First"}, "conflicts": {"title": "File"}}
    Article.objects.filter(pk__in=world.ids()).update(**values)
    return lambda: world.post(f"article/{world.article().pk}/conflicts/", field="title", choice="mine")


def described_conflict(world: World) -> Act:
    topic = make_topic("Law")
    Topic.objects.filter(pk=topic.pk).update(edited=["description"], conflicts={"description": "The file's"})
    return lambda: world.post(f"topic/{topic.pk}/conflicts/", field="description", choice="mine")


def order(world: World) -> Act:
    ids = list(Topic.objects.filter(parent=None).values_list("pk", flat=True))
    return lambda: order_topics(world.user, ids[::-1])


def rows(world: World) -> Act:
    article, target = make_article(), world.article()
    topic, provider = make_topic("Law"), make_provider("b.example")

    def save() -> None:
        with transaction.atomic():
            RelatedLink.objects.create(article=article, target=target)
            topic.save()
            provider.save()

    return save


WRITERS: dict[str, Callable[[World], Act]] = {
    "import": importing,
    "form": form,
    "form of a provider": provider_form,
    "bulk action": bulk,
    "merge": merge,
    "undo": undoing,
    "schedule": schedule,
    "export": exporting,
}
OTHERS: dict[str, Callable[[World], Act]] = {
    "form of a topic": topic_form,
    "deletion of a topic": deletion,
    "merge of providers": provider_merge,
    "restore": restoring,
    "csv": csv,
    "decision": decision,
    "pin": pin,
    "conflict": conflict,
    "conflict of a topic": described_conflict,
    "order of topics": order,
    "rows one by one": rows,
}
