"""Pictures of the editors' desk for docs/editing.md, of the sample edition with something to do for an editor.

``python -m bench.desk_pictures [--into docs/images]``
"""

import argparse
import base64
import contextlib
import datetime as dt
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.chromium import ARGUMENTS, find_chromium
from bench.production import ROOT, SAMPLE_EDITION, WITH_DESK, environment_of, served

QUALITY = 75
MARSH = "the-marsh-that-ate-the-storm"
LAKE = "the-glacier-lake-at-varnholt-drains-quietly-as-the-engineers-hoped"
LIST = "/admin/articles/article/"
# The address of each picture, and its width and height.
PICTURES = {
    "editing-start": ("/admin/", 1280, 900),
    "editing-articles": (f"{LIST}?state=listed", 1280, 860),
    "editing-articles-phone": (f"{LIST}?state=listed", 390, 860),
    "editing-article": (f"{LIST}{{lake}}/change/", 1280, 900),
    "editing-conflict": (f"{LIST}{{marsh}}/conflicts/", 1280, 420),
    "editing-conflict-topic": ("/admin/articles/topic/{topic}/conflicts/", 1280, 420),
    "editing-bulk": (f"{LIST}bulk/unlist/?ids={{ids}}", 1280, 640),
    "editing-notes": ("/admin/articles/note/about/article/{lake}/", 1280, 620),
    "editing-activity": ("/admin/articles/action/", 1280, 620),
    "editing-history": (f"{LIST}{{marsh}}/history/", 1280, 460),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.prepare:
        print(json.dumps(prepare()))
        return
    with desk() as (base, things), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        context = browser.new_context(color_scheme="light", timezone_id="UTC", locale="en-GB", reduced_motion="reduce")
        context.add_cookies([{"name": "sessionid", "value": things.pop("session"), "url": base}])
        page = context.new_page()
        for name, (url, width, height) in PICTURES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.goto(base + url.format(**things), wait_until="networkidle")
            (arguments.into / f"{name}.webp").write_bytes(picture_of(page, width, height))
        browser.close()


@contextlib.contextmanager
def desk() -> Iterator[tuple[str, dict[str, str]]]:
    """Serve a site with something to do; yield its address, and what ``prepare`` returned."""
    with tempfile.TemporaryDirectory(prefix="newsreader-desk-") as name:
        environment = environment_of(Path(name))
        import_site = [sys.executable, "-m", "bench.production", WITH_DESK, str(SAMPLE_EDITION)]
        subprocess.run(import_site, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        command = [sys.executable, "-m", "bench.desk_pictures", "--prepare"]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        with served(environment) as url:
            yield url, json.loads(done.stdout.splitlines()[-1])


def picture_of(page: Page, width: int, height: int) -> bytes:
    """Return the top of a page as WebP, no larger than the page is."""
    whole = int(page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": width, "height": min(whole, height), "scale": 1}
    chromium = page.context.new_cdp_session(page)
    options = {"format": "webp", "quality": QUALITY, "clip": clip}
    return base64.b64decode(chromium.send("Page.captureScreenshot", options)["data"])


def prepare() -> dict[str, str]:
    """Give an editor something to do; return the session of one, and the ids that addresses need."""
    import django

    django.setup()
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command
    from django.test import Client

    from articles.models import Article, Worker

    call_command("import_articles", SAMPLE_EDITION, stdout=io.StringIO())  # so that there is a record of one
    Worker.objects.create(name="one")
    ada, ben = (User.objects.create_user(name, is_staff=True) for name in ("ada", "ben"))
    for user in (ada, ben):
        user.groups.add(Group.objects.get(name="Editors"))
    client = Client()
    client.force_login(ada)
    unlisted = Article.objects.filter(published=False, is_draft=False, is_reference=False)[0]
    listed = Article.objects.listed().newest_first()[:5]
    things = {
        "session": client.cookies["sessionid"].value,
        "ids": ",".join(str(each.pk) for each in [unlisted, *listed]),
    }
    return things | add_work(ada, ben)


def add_work(ada: Any, ben: Any) -> dict[str, str]:
    """Add conflicts, drafts, a pin, a note and views; return the ids of what they are about."""
    from django.utils import timezone

    from articles.editorial.edits import edit_articles
    from articles.editorial.notes import write_note
    from articles.editorial.recording import recording
    from articles.editorial.saved_views import save_view
    from articles.models import Article, Pin, Provider, Topic

    now, hour = timezone.now(), dt.timedelta(hours=1)
    marsh, lake = Article.objects.get(slug=MARSH), Article.objects.get(slug=LAKE)
    with recording(ada, "change", "Changed article “The marsh that ate a storm”", "Shorter") as record:
        record.watch_articles([marsh.pk])
        edit_articles([marsh.pk], title="The marsh that ate a storm")
    Article.objects.filter(pk=marsh.pk).update(conflicts={"title": "The marsh, again"})
    topic = Topic.objects.exclude(description="").earliest("pk")
    Topic.objects.filter(pk=topic.pk).update(
        edited=["description"], conflicts={"description": f"News about {topic.name}."}
    )
    for number, publish_at in enumerate([None, now + 20 * hour]):
        Article.objects.create(
            title=("A harbour for kites", "What the tide left behind")[number], slug=f"draft-{number}", date=now.date(),
            published_date_time=now, provider=Provider.objects.earliest("pk"), is_draft=True, drafted_by=ada,
            web_url=f"https://kerbside.example/{number}", publish_at=publish_at,
        )  # fmt: skip
    with recording(ben, "pin", f"Pinned “{lake.title}”", "Everybody asks for it") as record:
        pin = Pin.objects.create(article=lake, starts=now - hour, ends=now + 12 * hour, reason="Read this first")
        record.add_new(pin)
    write_note(ben, lake, "@ada The engineers answered: the second gauge is theirs. Can you add that?", ada)
    for name, query in (("Unlisted", "state=unlisted"), ("Hot and listed", "heat_from=80&state=listed")):
        save_view(ada, "article", name, query)
    return {"marsh": str(marsh.pk), "lake": str(lake.pk), "topic": str(topic.pk)}


if __name__ == "__main__":
    main()
