"""What else is written than by the writers of tests/locks: each function prepares something, and returns what does it."""

import datetime as dt
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from articles.content.expiry import EXPIRY
from articles.editorial.cleanup import Wanted, clean_up, find_old
from articles.editorial.edits import replace_topic, take_file_value
from articles.editorial.merging import merge_topics
from articles.editorial.pins import end
from articles.editorial.recording import recording
from articles.editorial.schedule import run_due
from articles.editorial.stories.apply import carry_out
from articles.editorial.stories.planning import Plan
from articles.editorial.threads.deciding import cut_before, name_thread, release
from articles.editorial.undo import undo
from articles.editorial.versions import restore
from articles.models import (
    Action,
    Article,
    ArticleTopic,
    ContentFolder,
    Pin,
    Provider,
    ProviderAlias,
    Story,
    Thread,
    Topic,
    TopicAlias,
)
from articles.stories.neighbourhood import Decision
from articles.sync.sample import remove_sample, sample_folder
from tests.locks.writers import DESK, OTHERS, WRITERS, Act, World
from tests.support.desk import form_of, picture
from tests.support.factories import make_article, make_provider, make_topic
from tests.support.import_runs import run_import
from tests.support.site_files import article_text

ENTRY = {"title": "Known", "publishedDateTime": "2023-09-01T12:00:00Z", "provider": "{name: D, domain: d.example}"}


def bulk(world: World, name: str, **values: object) -> Act:
    data = {"ids": ",".join(map(str, world.ids())), "confirm": "1", **values}
    return lambda: world.post(f"article/bulk/{name}/", **data)


def bulk_topics(world: World) -> Act:
    acts = [
        bulk(world, "add_topics", topics=make_topic("New").pk),
        bulk(world, "remove_topics", topics=make_topic().pk),
    ]
    return lambda: [act() for act in acts]


def replaced_topic(world: World) -> Act:
    ids, one, two = world.ids(), make_topic("AI"), make_topic("Other")
    return lambda: replace_topic(ids, one, two)


def bulk_pins(world: World) -> Act:
    now = timezone.localtime()
    times = {"starts": now - dt.timedelta(hours=1), "ends": now + dt.timedelta(hours=1)}
    halves = {f"{name}_0": str(time.date()) for name, time in times.items()}
    halves |= {f"{name}_1": time.strftime("%H:%M:%S") for name, time in times.items()}
    return bulk(world, "pin", place=1, reason="Hot", **halves)


def article_lists(world: World) -> Act:
    """Lists whose order changes are numbered anew."""
    article, topics = world.article(), [make_topic(name) for name in ("AI", "Law")]
    data = form_of(world.client, article)
    data |= {f"topic_links-{at}-position": 2 - at for at in range(2)}
    assert [link.topic for link in article.topic_links.all()] == topics
    return lambda: world.post(f"article/{article.pk}/change/", **data)


def provider_logo(world: World) -> Act:
    provider = make_provider("b.example")
    data = form_of(world.client, provider) | {"new_logo": picture(), "domain": "renamed.example"}
    return lambda: world.post(f"provider/{provider.pk}/change/", **data)


def topic_renamed(world: World) -> Act:
    topic = make_topic("Law")
    TopicAlias.objects.create(topic=topic, name="Renamed", slug="older")
    data = form_of(world.client, topic) | {"name": "Renamed", "slug": "renamed"}
    return lambda: world.post(f"topic/{topic.pk}/change/", **data)


def pins_move(world: World) -> Act:
    now = timezone.now()
    times = {"starts": now - dt.timedelta(hours=1), "ends": now + dt.timedelta(hours=1)}
    pins = [Pin.objects.create(article_id=pk, place=9, reason="Hot", **times) for pk in world.ids()]
    return lambda: world.post(f"pin/{pins[0].pk}/move/?to=up")


def pins_end(world: World) -> Act:
    now = timezone.now()
    pins = [
        Pin.objects.create(article=world.article(), starts=now + after, ends=now + dt.timedelta(days=9), reason="Hot")
        for after in (dt.timedelta(days=-1), dt.timedelta(days=1))
    ]
    return lambda: [end(pin) for pin in pins]


def file_taken(world: World) -> Act:
    """A conflict of each kind of field."""
    article, provider = world.article(), make_provider("other.example")
    theirs = {"title": "Theirs", "provider": provider.domain, "topics": ["Law"], "related": ["https://b.example/two"]}
    Article.objects.filter(pk=article.pk).update(edited=theirs, conflicts=theirs)
    return lambda: [take_file_value(article, name) for name in theirs]


def article_restored(world: World) -> Act:
    world.edit(title="Middle")
    world.edit(title="Last")
    article = world.article()
    return lambda: restore(article, article.history.get(title="Middle"), world.user)


def decisions_taken_back(world: World) -> Act:
    one, two = world.ids()
    carry_out(world.user, Plan({one: Decision(two)}, {two: True}), "story", "Joined", "one")
    return lambda: carry_out(world.user, Plan({one: None}, {two: False}), "story", "Released", "one")


def merge_below_itself(world: World) -> Act:
    topic = make_topic("Above")
    into = make_topic("Below", parent=topic)
    make_topic("Beside", parent=topic)
    TopicAlias.objects.create(topic=topic, name="Older")
    for position, each in enumerate((topic, into), start=8):
        ArticleTopic.objects.create(article=world.article(), topic=each, position=position)
    return lambda: merge_topics(world.user, topic, into, "same")


def merge_undone(world: World) -> Act:
    merge_below_itself(world)()
    action = Action.objects.latest("pk")
    return lambda: undo(action, world.user)


def rows_undone(world: World) -> Act:
    """An action that made, changed and deleted rows of each kind."""
    topic, provider, pinned = make_topic("Law"), make_provider("b.example"), make_article()
    with recording(world.user, "change", "Changed") as record:
        for model in (Topic, Provider, TopicAlias, ProviderAlias, Pin):
            record.watch(model)
        now = timezone.now()
        Pin.objects.create(article=pinned, starts=now, ends=now + dt.timedelta(days=1), reason="Hot")
        Topic.objects.create(name="Made", slug="made")
        TopicAlias.objects.create(topic=topic, name="Older", slug="older")
        ProviderAlias.objects.create(provider=provider, domain="older.example")
        topic.name, provider.kind = "Changed", "wire"
        topic.save()
        provider.save()
    action = Action.objects.latest("pk")
    return lambda: undo(action, world.user)


# -- Imports -----------------------------------------------------------------------------


def import_site(world: World, **options: bool) -> None:
    run_import(world.site, **options)


def imported(world: World, files: dict[str, str], **options: bool) -> Act:
    """Return an import of the site with these files."""

    def act() -> None:
        for name, text in files.items():
            world.write(name, text)
        import_site(world, **options)

    return act


def related(address: str, **values: str) -> str:
    entry = ENTRY | {"webUrl": f"https://d.example/{address}"} | values
    return article_text([entry], title="Related", webUrl='"https://d.example/holder"')


def references(world: World) -> Act:
    """References that say something new, that nobody names any more, and that turn out to be an article."""
    name = "_news/2023-09-03-holder.md"
    imported(world, {name: related("one"), "_news/2023-09-03-other.md": related("two")})()
    later = {name: related("one", title="Said later", publishedDateTime="2023-09-02T12:00:00Z")}
    gone = {"_news/2023-09-03-other.md": article_text(title="Other", webUrl='"https://d.example/other"')}
    here = {"_news/2023-09-04-here.md": article_text(title="Known", webUrl='"https://d.example/one"')}
    acts = [imported(world, later), imported(world, gone), imported(world, here)]
    return lambda: [act() for act in acts]


def address_left(world: World) -> Act:
    """An article at an address that others name gets another one."""
    here = "_news/2023-09-04-here.md"
    imported(world, {
        here: article_text(title="Known", webUrl='"https://d.example/one"'),
        "_news/2023-09-03-holder.md": related("one"),
    })()  # fmt: skip
    return imported(world, {here: article_text(title="Known", webUrl='"https://d.example/elsewhere"')})


def files_moved(world: World) -> Act:
    (world.site / "_news/2023-09-01-one.md").rename(world.site / "_news/2023-09-01-moved.md")
    return lambda: import_site(world)


def files_gone_and_back(world: World) -> Act:
    path = world.site / "_news/2023-09-01-one.md"
    text = path.read_text()

    def act() -> None:
        path.unlink()
        import_site(world, prune=True)
        path.write_text(text)
        import_site(world)

    return act


def images_come(world: World) -> Act:
    logo = "[{url: /assets/images/logo.png}]"
    provider = f"{{name: E, domain: e.example, images: {logo}}}"
    imported(world, {"_news/2023-09-05-e.md": article_text(title="E", webUrl='"https://e.example/e"', images=logo,
                                                           provider=provider)})()  # fmt: skip

    def act() -> None:
        image = world.site / "assets/images/logo.png"
        image.parent.mkdir(parents=True)
        image.write_bytes(b"\x89PNG\r\n\x1a\n")
        import_site(world)

    return act


def data_files(world: World) -> Act:
    """Names, parents, domains, pins and decisions that come to files of ``_data``, and leave them."""
    topic, provider, pins = "_data/topics/2-law.yaml", "_data/organizations/b.md", "_data/pins.yaml"
    come = {
        topic: "name: Law\nparent: Rules\notherNames: [Right]\noldSlugs: [right]\n",
        provider: "---\ndomain: b.example\nname: Bee\nkind: blog\notherDomains: [bee.example]\n---\n",
        pins: "pins:\n- article: _news/2023-09-01-one.md\n  starts: 2023-09-01T00:00:00Z\n"
              "  ends: 2023-09-02T00:00:00Z\n  reason: Hot\n",
    }  # fmt: skip
    go = {
        topic: "name: Law\ndescription: Alone\n",
        provider: "---\ndomain: b.example\nname: Bee\nkind: outlet\n---\n",
        pins: "pins: []\n",
    }
    acts = [imported(world, come), imported(world, go)]
    return lambda: [act() for act in acts]


def topic_file_renamed(world: World) -> Act:
    return imported(world, {"_data/topics/1-ai.yaml": "name: Machines\n"})


def better_names(world: World) -> Act:
    values = {"title": "Better", "webUrl": '"https://b.example/better"', "provider": "{name: A, domain: b.example}"}
    return imported(world, {"_news/2023-09-06-better.md": article_text(**values)})


def new_provider(world: World) -> Act:
    values = {"title": "New", "webUrl": '"https://new.example/a"', "provider": "{name: New, domain: new.example}"}
    return imported(world, {"_news/2023-09-06-new.md": article_text(**values)})


def conflict_at_import(world: World) -> Act:
    world.edit(title="Mine")
    return imported(world, {"_news/2023-09-01-one.md": article_text(title="Theirs", webUrl='"https://b.example/one"')})


def upload(world: World, model: str, text: str) -> Act:
    file = SimpleUploadedFile("a.csv", text.encode(), "text/csv")
    preview = world.client.post(f"{DESK}/{model}/import/", {"import_file": file, "format": "0"})
    data = {name: "" if value is None else value for name, value in preview.context["confirm_form"].initial.items()}
    return lambda: world.post(f"{model}/process_import/", **data)


def topics_csv(world: World) -> Act:
    return upload(world, "topic", "slug,name,parent\nai,Artificial,law\nnew,New,\n")


def site_of_stories(world: World) -> Act:
    """A database without stories yet, and a file with the addresses that they had."""
    one = "_news/2023-09-01-one.md"
    Article.objects.all().delete()
    (world.site / "_data/stories.yaml").unlink()
    Story.objects.all().delete()
    return imported(world, {"_data/story-addresses.yaml": f"7-old: {one}\n8-older: {one}\n"})


def site_of_threads(world: World) -> Act:
    """The same for threads, whose most covered stories are not there yet."""
    site_of_stories(world)
    Thread.objects.all().delete()
    one = "_news/2023-09-01-one.md"
    return imported(world, {"_data/thread-addresses.yaml": f"7-old: {one}\n8-older: {one}\n"})


def chain() -> tuple[Thread, int]:
    """Return a thread of two stories, and the number of the later one."""
    one = make_article(title="Harbour")
    later = make_article(title="Glacier", related=[one], published_date_time=one.published_date_time + dt.timedelta(40))
    return Thread.objects.get(members__story__members=one.pk), later.member.story_id


def thread_named(world: World) -> Act:
    thread, _ = chain()
    return lambda: name_thread(None, thread, "All of it", "named", "x")


def thread_cut(world: World) -> Act:
    _, story = chain()
    return lambda: cut_before(None, story, "cut", "x")


def thread_released(world: World) -> Act:
    thread, story = chain()
    cut_before(None, story, "cut", "x")
    return lambda: release(None, thread, [story], "released", "x")


def file_expires(world: World) -> Act:
    """The file of another tool says until when it is published."""
    until = timezone.now() - dt.timedelta(hours=1)
    extra = {EXPIRY: {"!timestamp": until.isoformat()}}
    Article.objects.filter(pk__in=world.ids()).update(unlist_at=until, extra=extra)
    return run_due


def sample_removed(world: World) -> Act:
    folder = ContentFolder.objects.create(path=str(sample_folder()))
    Article.objects.filter(source_path="_news/2023-09-01-one.md").update(folder=folder)
    return remove_sample


def cleaned_up(world: World) -> Act:
    ids = find_old(Wanted(timezone.now()))
    assert Article.objects.get(source_path="_news/2023-09-01-two.md").pk in ids
    return lambda: clean_up(ids)


ACTS = {
    act.__name__.replace("_", " "): act
    for act in (
        bulk_topics, replaced_topic, bulk_pins, article_lists, provider_logo, topic_renamed, pins_move, pins_end, file_taken, article_restored,
        decisions_taken_back, merge_below_itself, merge_undone, rows_undone, references, address_left, files_moved,
        files_gone_and_back, images_come, data_files, topic_file_renamed, better_names, new_provider, conflict_at_import, topics_csv,
        site_of_stories, site_of_threads, thread_named, thread_cut, thread_released, file_expires, sample_removed,
        cleaned_up,
    )
}  # fmt: skip

ALL: dict[str, Callable[[World], Act]] = WRITERS | OTHERS | ACTS
# What changes nothing that readers see, and what changes it back, or gives them what they see already.
QUIET = {"export", "conflict", "conflict of a topic", "pin"}
UNCHANGED = QUIET | {"decision", "decisions taken back", "files moved", "files gone and back"}
