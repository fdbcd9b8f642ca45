"""Finds the page where a video can be watched, from the player that untrusted HTML embeds."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

import nh3
from django.utils.encoding import iri_to_uri

# nh3 parses HTML as browsers do, never fails, and writes what it leaves in one regular form.
_FRAME = re.compile(r'<iframe src="([^"]*)">.*?</iframe>', re.DOTALL)
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)

YOUTUBE = "https://www.youtube.com"
# What YouTube's addresses have in place of a video's id where a player shows something else.
NO_VIDEOS = ("videoseries", "live_stream", "playlist")


@dataclass(frozen=True, slots=True)
class Video:
    """Where to watch a video, and the name of the host."""

    url: str
    host_name: str


@dataclass(frozen=True, slots=True)
class _Player:
    """The address of a player in parts: host without ``www.`` and ``m.``, segments of the path, parameters."""

    host: str
    steps: list[str]
    parameters: Mapping[str, str]
    address: str


def find_video(featured_content: str) -> Video | None:
    """Return where the video of the first player embedded in ``featured_content`` can be watched, if its host is known."""
    return next((video for source in _frame_sources(featured_content) if (video := _watch_page(source))), None)


def video_frame(featured_content: str) -> str:
    """Return the first embedded player whose host is known as an iframe with nothing but its address; else empty."""
    known = (
        player for source in _frame_sources(featured_content) if _watch_page(source) and (player := _player(source))
    )
    return next((f'<iframe src="{html.escape(player.address)}" allowfullscreen></iframe>' for player in known), "")


def _frame_sources(featured_content: str) -> list[str]:
    if "<iframe" not in featured_content.lower():
        return []
    frames = nh3.clean(
        featured_content, tags={"iframe"}, attributes={"iframe": {"src"}}, clean_content_tags={"script", "style"}
    )
    return [html.unescape(source) for source in _FRAME.findall(frames)]


def _watch_page(source: str) -> Video | None:
    player = _player(source)
    if player is None or player.host not in VIDEO_HOSTS:
        return None
    name, page_of = VIDEO_HOSTS[player.host]
    return Video(page_of(player) or player.address, name)


def _player(source: str) -> _Player | None:
    try:
        parts = urlsplit(f"https:{source.strip()}" if source.strip().startswith("//") else source.strip())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = parts.hostname.removeprefix("www.").removeprefix("m.")
    steps = [step for step in parts.path.split("/") if step]
    parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
    # Without user and port, which could only mislead readers.
    query = f"?{parts.query}" if parts.query else ""
    return _Player(host, steps, parameters, iri_to_uri(f"https://{parts.hostname}{parts.path}{query}"))


def _is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text)) and text not in NO_VIDEOS


def _short_youtube(player: _Player) -> str:
    return f"{YOUTUBE}/watch?v={player.steps[0]}" if len(player.steps) == 1 and _is_id(player.steps[0]) else ""


def _youtube(player: _Player) -> str:
    """Return the page of a YouTube player's video; empty if its address is a page already, or unknown."""
    match player.steps:
        case ["watch"]:
            video = player.parameters.get("v", "")
        case ["embed" | "v" | "e" | "shorts" | "live" | "watch", video]:
            pass
        case ["embed"]:
            video = ""
        case _:
            return ""
    if _is_id(video):
        return f"{YOUTUBE}/watch?v={video}"
    return _youtube_list(player) if player.steps[0] in ("embed", "v") else ""


def _youtube_list(player: _Player) -> str:
    """Return the page of the playlist or live channel that a player shows."""
    channel, videos = player.parameters.get("channel", ""), player.parameters.get("list", "")
    if _is_id(channel):
        return f"{YOUTUBE}/channel/{channel}/live"
    kind = player.parameters.get("listType", "playlist")
    if not _is_id(videos) or kind not in ("playlist", "user_uploads"):
        return ""
    return f"{YOUTUBE}/user/{videos}/videos" if kind == "user_uploads" else f"{YOUTUBE}/playlist?list={videos}"


def _vimeo(player: _Player) -> str:
    """Return the page of a Vimeo player's video; unlisted videos have a key beside their number."""
    match player.steps:
        case ["video", number] if number.isdecimal() and number.isascii():
            key = player.parameters.get("h", "")
            return f"https://vimeo.com/{number}{f'/{key}' if _is_id(key) else ''}"
        case ["event" | "showcase" as kind, number, "embed"] if _is_id(number):
            return f"https://vimeo.com/{kind}/{number}"
        case _:
            return ""


# Hosts whose players become a link to the video's page: their names, and what finds that page. Others are ignored.
VIDEO_HOSTS: Mapping[str, tuple[str, Callable[[_Player], str]]] = MappingProxyType(
    {
        "youtube.com": ("YouTube", _youtube),
        "youtube-nocookie.com": ("YouTube", _youtube),
        "youtu.be": ("YouTube", _short_youtube),
        "vimeo.com": ("Vimeo", _vimeo),
        "player.vimeo.com": ("Vimeo", _vimeo),
    }
)
