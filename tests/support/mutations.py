"""Real files, damaged in the ways that crawlers, editors, merges and disks damage files; the same for the same seed."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.conftest import CORPORA, SEED_EDITION

Damage = Callable[[random.Random, bytes], bytes]

# What YAML, JSON, databases, file systems, pages and terminals each stumble over.
ODD = [
    *("\0", "\x01", "\x1b[31m", "\x7f", "\x85", "\ufeff", "\u2028", "\u202e", "\u200b", "\ufffe", "\U0010ffff", "\t", "\r"),
    *("\u0390" * 40, "\U0001d160" * 40, "\u0130", "e\u0301" * 20, "\u1e9e", "\u3164", "\U0001f468\u200d\U0001f469", "Å"),
    *("\\", '"', "'", "\\u0000", "\\ud800", "\\x00", "&amp;", "&#0;", "%00", "../", "//", "<!--", "<![foo]>", "{{", "{%"),
    *(": ", " #", "- ", "? ", "&a ", "*a", "!!python/object:os.system ", "!", "|\n", ">-\n", "{", "[", "}", "]", ",", "@", "`"),
    *("---\n", "...\n", "\n", "\r\n", "<<: *a", "%YAML 1.1\n"),
]  # fmt: skip
VALUES = [
    *("", "~", "null", "true", "no", "=", "<<", "[]", "{}", '""', "[[]]", "{a: {b: [c]}}", "-", "0", "-1", "1e400", ".inf", ".nan"),
    *("2147483648", "-2147483649", "9" * 30, "9" * 1001, "0x" + "f" * 4000, "0b" + "1" * 999, "07", "08", "1:60", "1:10:10.5"),
    *("1_000", "1" + ":10" * 500, "0." + "1" * 2000, "1.0e+308", "1.5e-9"),
    *("2023-02-30", "0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2023-09-01", "2023-9-1 1:2:3.5 -5"),
    *("2023-09-01T25:00:00Z", "2023-09-01T10:00:00+99:99", '"2023-09-01T10:00:00Z"', "1000-01-01", "2999-01-01T00:00:00Z"),
    *("http://", "https://a b/c", "https://[::1", "https://xn--/", "https://a.example:99999999/", "javascript:1", "/a.png"),
    *("/../a.png", "/" + "a" * 300 + ".png", "/a/" * 300 + "a.png", "/a%00.png", "//a", "https://a.example/" + "é" * 1000),
    *('{"!timestamp": "x"}', '{"!float": "x"}', '{"!literal": {"!float": "1"}}', "[1, [2, [3, [4]]]]"),
]  # fmt: skip

ADDRESS = "https://a.example/piece"
DECISIONS = {
    "_data/pins.yaml": f"pins:\n  - article: {ADDRESS}\n    starts: 2023-09-01\n    ends: 2023-09-02\n    reason: It matters\n",
    "_data/stories.yaml": f"decisions:\n  - article: {ADDRESS}\n    joins: {ADDRESS}s\nleads:\n  - article: {ADDRESS}\n"
    f"  - article: _news/2023-09-01-gone.md\ncompared:\n  - article: {ADDRESS}\n    other: {ADDRESS}s\n    same: true\n",
    "_data/threads.yaml": f"decisions:\n  - article: {ADDRESS}\n    joins: {ADDRESS}s\n    begins: true\n"
    f"names:\n  - article: {ADDRESS}\n    name: All of it\n",
    "_data/thread-addresses.yaml": "1-a-thread: _news/2023-09-01-a.md\n2-another: _news/2023-09-01-b.md\n",
    "_data/story-addresses.yaml": "1-a-story: _news/2023-09-01-a.md\n2-another: _news/2023-09-01-b.md\n",
    "_data/story-vocabulary.yaml": 'articles: 70\nchunks: 9\nwords:\n  "2": azur,ferri\nproviders:\n  a.example:\n    articles: 9\n'
    '    words:\n      "4": retir\n',
}


def _place(rng: random.Random, data: bytes) -> int:
    return rng.randrange(len(data) + 1)


def _lines(change: Callable[[random.Random, list[bytes]], None]) -> Damage:
    def damage(rng: random.Random, data: bytes) -> bytes:
        lines = data.split(b"\n")
        change(rng, lines)
        return b"\n".join(lines)

    return damage


def flip_bytes(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 8]) if data else 0):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut_end(rng: random.Random, data: bytes) -> bytes:
    return data[: _place(rng, data)]


def cut_part(rng: random.Random, data: bytes) -> bytes:
    start = _place(rng, data)
    return data[:start] + data[start + rng.choice([1, 3, 30, 300]) :]


def double_part(rng: random.Random, data: bytes) -> bytes:
    start = _place(rng, data)
    part = data[start : start + rng.choice([1, 3, 30, 300])]
    return data[:start] + part * rng.choice([2, 2, 50]) + data[start:]


def insert_odd(rng: random.Random, data: bytes) -> bytes:
    start = _place(rng, data)
    return data[:start] + rng.choice(ODD).encode() * rng.choice([1, 1, 1, 200]) + data[start:]


def blow_up_number(rng: random.Random, data: bytes) -> bytes:
    found = list(re.finditer(rb"\d+", data))
    if not found:
        return data
    match = rng.choice(found)
    number = rng.choice(
        [match[0] * 9, b"9" * 4000, b"-" + match[0], match[0] + b".5", match[0] + b":30", b"0x" + match[0] * 400]
    )
    return data[: match.start()] + number + data[match.end() :]


def blow_up_name(rng: random.Random, data: bytes) -> bytes:
    found = list(re.finditer(rb"[A-Za-z]{3,}", data))
    if not found:
        return data
    match = rng.choice(found)
    return data[: match.start()] + match[0] * rng.choice([2, 40, 400, 20_000]) + data[match.end() :]


def replace_value(rng: random.Random, data: bytes) -> bytes:
    found = list(re.finditer(rb"(?<=: )[^\n]+", data))
    if not found:
        return data
    match = rng.choice(found)
    return data[: match.start()] + rng.choice(VALUES).encode() + data[match.end() :]


def add_key(rng: random.Random, data: bytes) -> bytes:
    name = rng.choice(
        ["madeUp", "heat", "extra key", "1", "null", '"\\0"', "~", "? a", '"!timestamp"', "é" * 300, "related"]
    )
    return data.replace(b"\n", f"\n{name}: {rng.choice(VALUES)}\n".encode(), 1)


def nest(rng: random.Random, data: bytes) -> bytes:
    depth = rng.choice([5, 25, 5000])
    return data.replace(b"\n", b"\ndeep: " + b"[" * depth + b"]" * depth + b"\n", 1)


@_lines
def cut_line(rng: random.Random, lines: list[bytes]) -> None:
    lines.pop(rng.randrange(len(lines)))


@_lines
def double_line(rng: random.Random, lines: list[bytes]) -> None:
    at = rng.randrange(len(lines))
    lines[at:at] = [lines[at]] * rng.choice([1, 1, 30])


@_lines
def indent_line(rng: random.Random, lines: list[bytes]) -> None:
    at = rng.randrange(len(lines))
    lines[at] = rng.choice([b" ", b"  ", b"\t", b"    ", b"- "]) + lines[at]


@_lines
def dedent_line(rng: random.Random, lines: list[bytes]) -> None:
    at = rng.randrange(len(lines))
    lines[at] = lines[at].lstrip()


@_lines
def swap_lines(rng: random.Random, lines: list[bytes]) -> None:
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


DAMAGES: list[Damage] = [
    flip_bytes, cut_end, cut_part, double_part, insert_odd, insert_odd, blow_up_number, blow_up_name, replace_value,
    replace_value, replace_value, add_key, nest, cut_line, double_line, indent_line, dedent_line, swap_lines,
]  # fmt: skip


def damaged(rng: random.Random, data: bytes) -> bytes:
    """Return ``data`` with one to three damages."""
    for _ in range(rng.choice([1, 1, 2, 3])):
        data = rng.choice(DAMAGES)(rng, data)
    return data


def sources() -> dict[str, list[Path]]:
    """Return the real files by the folder of a site that they belong to: the corpora's, or the seed edition's."""
    roots = [root for root in (CORPORA / "powerapps", CORPORA / "azure-sample", *sorted((CORPORA / "revisions").glob("v*")))
             if root.is_dir()] or [SEED_EDITION]  # fmt: skip
    found = {
        folder: sorted(
            path for root in roots for path in (root / folder).rglob("*") if path.is_file() and path.suffix != ".png"
        )
        for folder in ("_news", "_data/topics", "_data/organizations")
    }
    found["_news"] += sorted(SEED_EDITION.rglob("_news/**/*.md")) + sorted((CORPORA / "seed").glob("*.md"))
    return {folder: files for folder, files in found.items() if files}


def damaged_sites(folder: Path, seed: int, count: int, each: int = 100) -> Iterator[Path]:
    """Write ``count`` damaged files, and some of decisions, below ``folder``, and yield sites of up to ``each`` of them, one after the other.

    Of ten files nine are articles; names stay what they are but for a number, so that there are all kinds of names.
    """
    rng = random.Random(seed)
    real = sources()
    for start in range(0, count, each):
        site = folder / f"site-{start}"
        for number in range(start, min(start + each, count)):
            kind = "_news" if number % 10 else rng.choice(sorted(real))
            source = rng.choice(real[kind])
            path = site / kind / f"{source.stem}-{number}{source.suffix}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(damaged(rng, source.read_bytes()))
        (site / "_data" / "topics").mkdir(parents=True, exist_ok=True)
        for name, text in DECISIONS.items():
            (site / name).write_bytes(damaged(rng, text.encode()))
        yield site
