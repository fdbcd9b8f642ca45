"""The manifest of an archive: what is in it, from where, and the digests of all of it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

FORMAT = 1
NAME = "manifest.json"
# Bytes; those of real archives have some ten thousand.
LARGEST = 4_000_000

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, lt=2**63)]


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Member(Record):
    """A file in the archive: its bytes when unpacked, and their digest (SHA-256, in hexadecimal)."""

    bytes: Count
    sha256: Digest


class Table(Member):
    """The rows of a table. ``last_id`` is the highest id ever given to one, None where ids are not numbered."""

    columns: list[str]
    rows: Count
    last_id: Count | None


class Pictures(Member):
    """The files of MEDIA_ROOT, as a tar file."""

    files: Count


class Page(Record):
    """A page as it was rendered: the status of the response and the digest of its body."""

    status: int
    sha256: Digest


class Manifest(Record):
    """What an archive says of itself. Settings are named, never quoted; of those that pages show there are digests."""

    format: Literal[1]
    release: str
    created: str
    engine: str
    migrations: dict[str, list[str]]
    tables: dict[str, Table]
    pictures: Pictures
    settings: list[str]
    shown_settings: dict[str, Digest]
    pages: dict[str, Page]

    def members(self) -> dict[str, Member]:
        """Return all other files of the archive, by name."""
        return {PICTURES: self.pictures, **{table_file(label): table for label, table in self.tables.items()}}


PICTURES = "media.tar"


def table_file(label: str) -> str:
    return f"tables/{label}.jsonl"
