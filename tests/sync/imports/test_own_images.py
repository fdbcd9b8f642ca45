"""Images in a site's folder: from a path in a file to what a page loads."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from articles.content.checking import check_paths
from articles.models import Article, Provider
from articles.sync.exports.image_copies import storage_files
from tests.support.import_runs import other_problems

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]

NAMES = ["a #1.png", "100%25.webp", "100%.gif", "two words.jpg", "q?x=1.png", "möwe & co.avif", "a;b=c,d.JPEG"]


def warned(site: Path) -> list[str]:
    """Import the site, and return its problems but for topics without files."""
    return [problem for problem in other_problems(site) if "N501" not in problem]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site" / "assets").mkdir(parents=True)
    return tmp_path / "site"


def shown_image(client: Client) -> str:
    """Return the address of the image on the page of the only article."""
    image = client.get(Article.objects.get().get_absolute_url()).context["article"].image
    return str(image.url)


def sized(url: str) -> str:
    return f"[{{url: {json.dumps(url)}, width: 5, height: 5}}]"


@pytest.mark.parametrize("name", NAMES)
def test_an_image_is_served_whatever_its_name_holds(
    site: Path, write_article: Write, client: Client, name: str
) -> None:
    (site / "assets" / name).write_bytes(name.encode())
    write_article("_news/2023-09-01-a.md", images=sized(f"/assets/{name}"))
    assert warned(site) == []
    response = client.get(shown_image(client))
    assert (response.status_code, b"".join(response)) == (200, name.encode())


def test_an_image_may_be_named_as_in_an_address(site: Path, write_article: Write, client: Client) -> None:
    (site / "assets" / "two words.png").write_bytes(b"x")
    write_article("_news/2023-09-01-a.md", images=sized("/assets/two%20words.png"))
    assert warned(site) == []
    assert b"".join(client.get(shown_image(client))) == b"x"


def test_a_linked_image_is_served_under_its_own_name(site: Path, write_article: Write, client: Client) -> None:
    (site / "assets" / "real.webp").write_bytes(b"x")
    (site / "assets" / "link.webp").symlink_to("real.webp")
    write_article("_news/2023-09-01-a.md", images=sized("/assets/link.webp"))
    assert warned(site) == []
    assert b"".join(client.get(shown_image(client))) == b"x"
    assert list(storage_files("")) == ["assets/link.webp"]


def test_a_path_with_detours_is_served(site: Path, write_article: Write, client: Client) -> None:
    (site / "assets" / "a.png").write_bytes(b"x")
    write_article("_news/2023-09-01-a.md", images=sized("/x/..//assets/./a.png"))
    assert warned(site) == []
    assert shown_image(client) == "/media/assets/a.png"
    assert default_storage.exists("assets/a.png")


def messages(site: Path) -> list[str]:
    """Return what a check says, and that an import says the same."""
    checked = [str(problem) for _, problem in check_paths([site], dt.datetime.now(dt.UTC))]
    assert sorted(warned(site)) == sorted(each for each in checked if "N501" not in each)
    return [each.partition(": ")[2] for each in checked if "N501" not in each]


def picture(path: Path, size: tuple[int, int], turned: bool = False) -> None:
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6
    Image.new("RGB", size).save(path, exif=exif)


def page_image(client: Client) -> tuple[str, int, int] | None:
    image = client.get(Article.objects.get(is_reference=False).get_absolute_url()).context["article"].image
    return image and (image.url, image.width, image.height)


@pytest.mark.parametrize("suffix", [".avif", ".gif", ".jpg", ".jpeg", ".png", ".webp"])
def test_the_size_of_an_own_image_is_read_from_its_file(
    site: Path, write_article: Write, client: Client, suffix: str
) -> None:
    picture(site / "assets" / f"a{suffix}", (640, 360))
    write_article("_news/2023-09-01-a.md", images=f"[{{url: /assets/a{suffix}}}]")
    assert messages(site) == []
    assert page_image(client) == (f"/media/assets/a{suffix}", 640, 360)
    assert Article.objects.get().images == [{"url": f"/assets/a{suffix}"}], "the file's words stay as they are"


def test_a_size_that_a_file_gives_counts(site: Path, write_article: Write, client: Client) -> None:
    picture(site / "assets" / "a.png", (640, 360))
    write_article("_news/2023-09-01-a.md", images=sized("/assets/a.png"))
    assert messages(site) == []
    assert page_image(client) == ("/media/assets/a.png", 5, 5)


def test_an_image_on_its_side_has_the_size_that_is_seen(site: Path, write_article: Write, client: Client) -> None:
    picture(site / "assets" / "a.jpg", (640, 360), turned=True)
    write_article("_news/2023-09-01-a.md", images="[{url: /assets/a.jpg}]")
    assert messages(site) == []
    assert page_image(client) == ("/media/assets/a.jpg", 360, 640)


@pytest.mark.parametrize("data", [b"", b"no image", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"GIF89a"])
def test_an_own_image_whose_size_nobody_knows_is_named_and_not_shown(
    site: Path, write_article: Write, client: Client, data: bytes
) -> None:
    (site / "assets" / "a.png").write_bytes(data)
    write_article("_news/2023-09-01-a.md", images="[{url: /assets/a.png}]")
    assert messages(site) == ["images[1] has no usable width and height; it is not shown [warning W404]"]
    assert page_image(client) is None


def test_an_image_that_is_missing_is_named_as_documented_and_never_asked_for(
    site: Path, write_article: Write, client: Client
) -> None:
    write_article("_news/2023-09-01-a.md", images=sized("/assets/images/tram.webp"))
    [message] = messages(site)
    docs = Path(__file__).resolve().parents[3] / "docs" / "content-format.md"
    assert f": {message}\n" in docs.read_text(encoding="utf-8")
    assert page_image(client) is None
    picture(site / "assets" / "tram.webp", (9, 9))
    (site / "assets" / "images").symlink_to(site / "assets")
    warned(site)
    assert page_image(client) == ("/media/assets/images/tram.webp", 5, 5), "it came later, the article is unchanged"


LOGO = "{name: A Paper, domain: a.example, images: [{url: /assets/logo.png, width: 50, height: 50}]}"


def test_initials_stand_where_a_logo_is_missing(site: Path, write_article: Write, client: Client) -> None:
    write_article("_news/2023-09-01-a.md", provider=LOGO)
    assert [each[-5:] for each in messages(site)] == ["W405]"]
    url = Article.objects.get().get_absolute_url()
    for page in (url, "/providers/", "/providers/a.example/"):
        assert "/media/" not in client.get(page).content.decode(), page
    picture(site / "assets" / "logo.png", (50, 50))
    warned(site)
    assert Provider.objects.get().own_images == {}
    for page in (url, "/providers/", "/providers/a.example/"):
        assert "/media/assets/logo.png" in client.get(page).content.decode(), page


def test_the_best_logo_is_found_by_the_sizes_of_files(site: Path, write_article: Write, client: Client) -> None:
    for name, side in (("a", 400), ("b", 64), ("c", 16)):
        picture(site / "assets" / f"{name}.png", (side, side))
    images = "[{url: /assets/a.png}, {url: /assets/b.png}, {url: /assets/c.png}]"
    write_article("_news/2023-09-01-a.md", provider=f"{{name: A, domain: a.example, images: {images}}}")
    assert messages(site) == []
    assert client.get("/providers/a.example/").context["provider"].logo_url == "/media/assets/b.png"


def test_a_logo_from_the_admin_that_no_folder_has_is_shown_after_an_import(
    site: Path, write_article: Write, client: Client
) -> None:
    default_storage.save("assets/logo.png", ContentFile(b"x"))
    write_article("_news/2023-09-01-a.md", provider=LOGO)
    warned(site)
    assert client.get("/providers/a.example/").context["provider"].logo_url == "/media/assets/logo.png"


def test_a_path_without_a_slash_is_told_how_paths_begin(site: Path, write_article: Write) -> None:
    write_article("_news/2023-09-01-a.md", images=sized("assets/a.png"))
    words = "must be an http or https address, or a path that begins with /, not 'assets/a.png'"
    assert messages(site) == [f"images[1].url {words} [error E303]"]
