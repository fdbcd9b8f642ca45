"""Images in a site's folder: from a path in a file to what a page loads."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from articles.content.exporting import stored_files
from articles.content.importing import import_paths
from articles.models import Article

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]

NAMES = ["a #1.png", "100%25.webp", "100%.gif", "two words.jpg", "q?x=1.png", "möwe & co.avif", "a;b=c,d.JPEG"]


def run(site: Path) -> list[str]:
    problems: list[str] = []
    import_paths([site], lambda root, problem: problems.append(str(problem)))
    return [problem for problem in problems if "N501" not in problem]


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
    assert run(site) == []
    response = client.get(shown_image(client))
    assert (response.status_code, b"".join(response)) == (200, name.encode())


def test_an_image_may_be_named_as_in_an_address(site: Path, write_article: Write, client: Client) -> None:
    (site / "assets" / "two words.png").write_bytes(b"x")
    write_article("_news/2023-09-01-a.md", images=sized("/assets/two%20words.png"))
    assert run(site) == []
    assert b"".join(client.get(shown_image(client))) == b"x"


def test_a_linked_image_is_served_under_its_own_name(site: Path, write_article: Write, client: Client) -> None:
    (site / "assets" / "real.webp").write_bytes(b"x")
    (site / "assets" / "link.webp").symlink_to("real.webp")
    write_article("_news/2023-09-01-a.md", images=sized("/assets/link.webp"))
    assert run(site) == []
    assert b"".join(client.get(shown_image(client))) == b"x"
    assert list(stored_files("")) == ["assets/link.webp"]


def test_a_path_with_detours_is_served(site: Path, write_article: Write, client: Client) -> None:
    (site / "assets" / "a.png").write_bytes(b"x")
    write_article("_news/2023-09-01-a.md", images=sized("/x/..//assets/./a.png"))
    assert run(site) == []
    assert shown_image(client) == "/media/assets/a.png"
    assert default_storage.exists("assets/a.png")
