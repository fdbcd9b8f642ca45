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
