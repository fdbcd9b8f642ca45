"""Players become links to pages that exist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.videos import VIDEO_HOSTS, find_video

WATCH = "https://www.youtube.com/watch?v=abcdefghijk"


def watched(source: str) -> str | None:
    video = find_video(f'<p>x</p><iframe width="5" src="{source}" allowfullscreen></iframe>')
    return video and video.url


@pytest.mark.parametrize("host", ["www.youtube.com", "youtube.com", "m.youtube.com", "www.youtube-nocookie.com"])
@pytest.mark.parametrize(
    "path",
    [
        "/embed/abcdefghijk",
        "/embed/abcdefghijk/?start=3",
        "/embed/abcdefghijk?list=PLabc&amp;index=2",
        "/v/abcdefghijk",
        "/shorts/abcdefghijk",
        "/live/abcdefghijk?feature=share",
        "/watch?v=abcdefghijk",
        "/watch/?feature=x&amp;v=abcdefghijk",
    ],
)
def test_every_address_of_a_video_leads_to_its_page(host: str, path: str) -> None:
    assert watched(f"https://{host}{path}") == WATCH
    assert watched(f"//{host}{path}") == WATCH


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("https://youtu.be/abcdefghijk?t=5", WATCH),
        ("https://www.youtube.com/embed/videoseries?list=PLabc", "https://www.youtube.com/playlist?list=PLabc"),
        (
            "https://www.youtube.com/embed?listType=playlist&amp;list=PLabc",
            "https://www.youtube.com/playlist?list=PLabc",
        ),
        (
            "https://www.youtube.com/embed/?listType=user_uploads&amp;list=Quay",
            "https://www.youtube.com/user/Quay/videos",
        ),
        ("https://www.youtube.com/embed/live_stream?channel=UCabc", "https://www.youtube.com/channel/UCabc/live"),
        ("https://player.vimeo.com/video/123", "https://vimeo.com/123"),
        ("https://player.vimeo.com/video/123?h=a1b2&amp;title=0", "https://vimeo.com/123/a1b2"),
        ("https://vimeo.com/event/55/embed", "https://vimeo.com/event/55"),
        ("https://vimeo.com/showcase/55/embed", "https://vimeo.com/showcase/55"),
    ],
)
def test_players_lead_to_the_page_of_what_they_play(source: str, page: str) -> None:
    assert watched(source) == page


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/playlist?list=PLabc",
        "https://www.youtube.com/@quay/live",
        "https://www.youtube.com/channel/UCabc/live",
        "https://www.youtube.com/clip/Ugkx",
        "https://www.youtube.com/embed/x%22onload",
        "https://www.youtube.com/embed?listType=search&list=tides",
        "https://youtu.be/",
        "https://vimeo.com/123",
        "https://vimeo.com/123/a1b2",
        "https://vimeo.com/channels/staffpicks/123",
        "https://player.vimeo.com/progressive/x",
    ],
)
def test_other_addresses_of_these_hosts_stay_as_they_are(address: str) -> None:
    assert watched(address.replace("&", "&amp;")) == address


@pytest.mark.parametrize(
    "source",
    [
        "https://evil.example/embed/x",
        "https://youtube.com.evil.example/embed/x",
        "https://www.youtube.com@evil.example/embed/x",
        "javascript:alert(1)",
        "/embed/x",
        "http://[bad",
        "",
    ],
)
def test_players_of_other_hosts_lead_nowhere(source: str) -> None:
    assert watched(source) is None


def test_the_first_player_of_a_known_host_counts() -> None:
    content = "<iframe src='//evil.example/x'></iframe><IFRAME SRC='//vimeo.com/5'></IFRAME><iframe src='//youtu.be/a'>"
    video = find_video(content)
    assert video is not None
    assert (video.url, video.host_name) == ("https://vimeo.com/5", "Vimeo")


@pytest.mark.parametrize(
    "content", ["", "<p>text</p>", "<![foo]>", "<![foo]><iframe", "<!-- <iframe src='//youtu.be/a'> -->"]
)
def test_content_without_a_player_has_no_video(content: str) -> None:
    assert find_video(content) is None


@given(st.sampled_from(sorted(VIDEO_HOSTS)), st.text())
def test_every_address_of_a_known_host_leads_to_a_known_host(host: str, rest: str) -> None:
    url = watched(f"https://{host}/{rest.replace(chr(34), '')}")
    if url is not None:
        place = url.removeprefix("https://").partition("/")[0].partition("?")[0].partition("#")[0]
        assert place.removeprefix("www.").removeprefix("m.") in VIDEO_HOSTS
        assert url.isascii()
