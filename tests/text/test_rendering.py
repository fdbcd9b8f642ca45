"""Untrusted text and HTML come out safe."""

import html
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.pages.images import pick_image, pick_logo
from articles.text.rendering import initials, mark_ranges, markdown, plain_text, safe_html
from articles.text.videos import find_video


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
        ('<a href="javascript:alert(1)">a</a>', "a"),
        ("<img src=x onerror=alert(1)>", ""),
        ('<a href="/x">a<table><td><a href="mailto:b">b</a></table>c</a>', '<a href="/x">abc</a>'),
        ("<svg><script>alert(1)</script></svg>", ""),
    ],
)
def test_only_simple_markup_is_left_of_html(value: str, shown: str) -> None:
    assert safe_html(value) == shown


ELSEWHERE = 'rel="noopener nofollow external"'


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (
            "[![A lighthouse](https://quay.example/a.jpg)](https://quay.example/video)",
            f'<a href="https://quay.example/video" {ELSEWHERE}>A lighthouse</a>',
        ),
        (
            "[![](/a.jpg)](https://www.quay.example/v)",
            f'<a href="https://www.quay.example/v" {ELSEWHERE}>quay.example</a>',
        ),
        ("[![](/a.jpg)](/2026/)", '<a href="/2026/">/2026/</a>'),
        ("[![A <b> &amp; c](/a.jpg)](/x)", '<a href="/x">A &lt;b&gt; &amp; c</a>'),
        ("[A ![picture](/a.jpg) here](/x)", '<a href="/x">A  here</a>'),
        ("![A lighthouse](/a.jpg)", ""),
        ("[Write](mailto:desk@quay.example)", "Write"),
        ("[Here](/2026/03/02/thumb/)", '<a href="/2026/03/02/thumb/">Here</a>'),
        ("[Note](#note) [Next](next.html?a=b:c)", '<a href="#note">Note</a> <a href="next.html?a=b:c">Next</a>'),
        ("[a](//b.example/)", f'<a href="//b.example/" {ELSEWHERE}>a</a>'),
        ('<a href="/&#9;\\b.example">a</a>', f'<a href="/\t\\b.example" {ELSEWHERE}>a</a>'),
        ('<a name="x"></a><a href="/y"></a>b', "b"),
    ],
)
def test_links_lead_somewhere_and_say_something(value: str, shown: str) -> None:
    assert markdown(value).removeprefix("<p>").removesuffix("</p>") == shown


def test_markdown_becomes_html_below_the_pages_own_heading() -> None:
    assert markdown("# A\n\n*b* <script>x</script>") == "<h2>A</h2>\n<p><em>b</em> </p>"
    assert markdown(" \n") == ""


# Whatever people paste: text, pieces of markup and of addresses, in any order.
PIECES = st.sampled_from(
    ["<![foo]>", "<!", "<![CDATA[", "<?", "</", "<a href='", "<a href=\"/x\">", "</a>", "<img alt=\"b\">", "<table>", "<td>",
     "<iframe src='", "https://m.youtube.com/", "embed/", "?list=", "'>", "&#", "&lt;", "[![a](b)](c)", "<svg>", "\n", "\\"]
)  # fmt: skip
UNTRUSTED = st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join) | st.text()


@given(UNTRUSTED)
def test_any_text_is_answered_and_comes_out_safe(value: str) -> None:
    find_video(value)
    initials(value)
    for shown in (safe_html(value), markdown(value)):
        assert not re.search(r"<(?:script|img|iframe|svg|table)|<a>|<a href=\"[^\"]*\"[^>]*></a>", shown), shown
        assert shown.count("<a ") == shown.count("</a>")
        assert safe_html(shown) == shown, "what is safe stays as it is"


@given(UNTRUSTED, st.integers(0, 20), st.integers(0, 20))
def test_any_text_can_be_marked(value: str, start: int, length: int) -> None:
    marked = mark_ranges(value, [(start, start + length)])
    assert html.unescape(re.sub("</?mark>", "", marked)) == html.unescape(html.escape(value))


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
