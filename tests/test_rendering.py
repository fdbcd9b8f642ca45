"""Untrusted text and HTML come out safe."""

import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.images import pick_image, pick_logo
from articles.rendering import Video, find_video, initials, markdown, plain_text, safe_html


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Fish &amp; chips &#8211; daily", "Fish & chips – daily"),
        ("  a \n\t b  ", "a b"),
        ("a\u202eb\u2066c", "abc"),
        ("a\x07b\x00c", "a b c"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("", ""),
    ],
)
def test_text_is_decoded_once_and_freed_of_what_cannot_be_seen(value: str, shown: str) -> None:
    assert plain_text(value) == shown


@given(st.text())
def test_any_text_becomes_one_line(value: str) -> None:
    text = plain_text(value)
    assert not any(ord(char) < 32 or ord(char) == 127 for char in text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("<p>a <em>b</em></p>", "<p>a <em>b</em></p>"),
        ("<script>alert(1)</script>x", "x"),
        ('<iframe src="https://evil.example"></iframe>', ""),
        ('<p onclick="x" style="y">a</p>', "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', '<a rel="noopener nofollow external">a</a>'),
        ("<img src=x onerror=alert(1)>", ""),
        ("<svg><script>alert(1)</script></svg>", ""),
    ],
)
def test_only_simple_markup_is_left_of_html(value: str, shown: str) -> None:
    assert safe_html(value) == shown


def test_markdown_becomes_html_below_the_pages_own_heading() -> None:
    assert markdown("# A\n\n*b* <script>x</script>") == "<h2>A</h2>\n<p><em>b</em> </p>"
    assert markdown(" \n") == ""


@pytest.mark.parametrize(
    ("content", "video"),
    [
        (
            '<iframe src="https://www.youtube.com/embed/WJk-Y8LQlfE" allowfullscreen></iframe>',
            ("watch?v=WJk-Y8LQlfE", "YouTube"),
        ),
        ('<iframe src="//www.youtube-nocookie.com/embed/abc?start=3"></iframe>', ("watch?v=abc", "YouTube")),
        ('<iframe src="https://player.vimeo.com/video/123"></iframe>', ("vimeo.com/123", "Vimeo")),
        ('<iframe src="https://evil.example/embed/x"></iframe>', None),
        ('<iframe src="https://youtube.com.evil.example/embed/x"></iframe>', None),
        ('<iframe src="javascript:alert(1)"></iframe>', None),
        ('<iframe src="https://www.youtube.com/embed/x%22onload"></iframe>', None),
        ("<iframe src='http://[bad'></iframe>", None),
        ("<p>text</p>", None),
    ],
)
def test_players_of_known_hosts_become_a_place_to_watch(content: str, video: tuple[str, str] | None) -> None:
    found = find_video(content)
    assert (found is None) == (video is None)
    if found and video:
        assert isinstance(found, Video)
        assert found.url.endswith(video[0])
        assert found.host_name == video[1]


@given(st.text())
def test_any_featured_content_is_answered(value: str) -> None:
    find_video(f"<iframe src='{value}'>")
    assert "<script" not in safe_html(value).lower()


@pytest.mark.parametrize(
    ("name", "letters"), [("Harbour Gazette", "HG"), ("TechRound", "T"), ("الساحل", "ا"), ("!", "?")]
)
def test_initials_stand_in_for_a_logo(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_the_first_image_with_a_size_is_shown() -> None:
    images = [
        {"url": "https://a.example/1"},
        {"url": "/assets/2.png", "width": 1200, "height": 5, "title": "A &amp; B"},
    ]
    image = pick_image(images, {})
    assert image is not None
    assert (image.url, image.alt, image.is_hero) == ("/media/assets/2.png", "A & B", True)
    assert pick_image([{"url": "https://a.example/1", "width": 0, "height": 1}], {}) is None


def test_the_smallest_sharp_logo_is_taken() -> None:
    sizes = [{"url": "/400.png", "width": 400}, {"url": "/50.png", "width": 50}, {"url": "/16.png", "width": 16}]
    assert pick_logo(sizes, {}) == "/media/50.png"
    assert pick_logo(sizes[2:], {}) == "/media/16.png"
    assert pick_logo([], {}) == ""


def test_a_site_can_show_no_image_of_another_host(settings: Any) -> None:
    remote = {"url": "https://img.example/x.png", "width": 800, "height": 600}
    own = {"url": "/assets/y.png", "width": 80, "height": 60}
    assert pick_image([remote, own], {}).url == "https://img.example/x.png"  # type: ignore[union-attr]
    settings.REMOTE_IMAGES = False
    assert pick_image([remote, own], {}).url == "/media/assets/y.png"  # type: ignore[union-attr]
    assert pick_logo([remote, own], {}) == "/media/assets/y.png"
    assert (pick_image([remote], {}), pick_logo([remote], {})) == (None, "")


@pytest.mark.parametrize(("remote", "sources"), [("true", "'self' https: http: data:"), ("false", "'self' data:")])
def test_the_security_policy_allows_images_of_other_hosts_only_where_they_are_shown(remote: str, sources: str) -> None:
    code = "from newsreader.settings import CONTENT_SECURITY_POLICY as p; print(*p['DIRECTIVES']['img-src'])"
    environment = os.environ | {"REMOTE_IMAGES": remote, "SECRET_KEY": "x"}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == sources
