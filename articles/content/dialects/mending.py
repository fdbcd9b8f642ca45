"""Leaves values out of a file of another tool that cannot be used here, so that the article itself comes in. Pure."""

from typing import Any

from articles.content.yaml.reader import Where

Fault = tuple[Where, str, str]
# Keys that an article can do without.
OPTIONAL = frozenset(
    {"excerpt", "images", "webUrl", "originalUrl", "ampWebUrl", "cdnAmpWebUrl", "featuredContent", "secured"}
    | {"heat", "quality", "category", "related", "type", "aliases"}
)


def leave_out(values: dict[str, Any], faults: list[Fault]) -> list[Fault]:
    """Take faulty values out of ``values``; return the warnings, none if an article cannot be without one of them."""
    keys = {str(where[0]) if where else "" for where, _, _ in faults}
    if not keys <= OPTIONAL or any(code == "E306" for _, code, _ in faults):
        return []
    for key in keys:
        del values[key]
    return [(where, "W416", f"{message}; it is left out") for where, _, message in faults]
