"""Parts of site folders."""

from pathlib import Path


def entry(address: str, **keys: object) -> dict[str, object]:
    return {
        "title": f'"About {address}"',
        "publishedDateTime": "2023-08-31T00:00:00Z",
        "webUrl": f'"{address}"',
        "provider": "{name: B Paper, domain: b.example}",
    } | keys


def write_data(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / "site" / "_data" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def article_text(related: list[dict[str, object]] | None = None, **keys: object) -> str:
    """Return the text of a valid article file; ``keys`` replace values, None leaves a key out."""
    values: dict[str, object] = {
        "title": '"A title"',
        "excerpt": '"An excerpt."',
        "publishedDateTime": "2023-09-01T15:40:00Z",
        "webUrl": '"https://a.example/first"',
        "quality": 50,
        "heat": 70,
        "published": "true",
        "provider": "{name: A Paper, domain: a.example}",
        "topics": "[AI]",
    } | keys
    lines = [f"{key}: {value}" for key, value in values.items() if value is not None]
    if related:
        lines.append("related:")
        for entry in related:
            first, *others = [f"{key}: {value}" for key, value in entry.items()]
            lines += [f"  - {first}", *(f"    {other}" for other in others)]
    return "---\n" + "\n".join(lines) + "\n---\n"
