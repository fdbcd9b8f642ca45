"""The archive file: whole or not there, and believed only where its digests are right."""

import fcntl
import io
import json
import os
import stat
import tarfile
import time
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from newsreader.backup import archive as archives
from newsreader.backup import manifest as manifests
from newsreader.backup import pictures
from newsreader.backup.archive import Archive, ArchiveError, new_archive
from newsreader.backup.manifest import PICTURES, Manifest, Pictures, Table, table_file
from tests.support.backups import tampered

LINES = b'["a"]\n["b"]\n'
TABLE = table_file("a.b")


def write(path: Path, lines: bytes = LINES, media: bytes = b"") -> Path:
    with new_archive(path) as archive:
        with archive.member(TABLE) as stream:
            stream.write(lines)
        with archive.member(PICTURES, is_compressed=False) as tar:
            tar.write(media)
        archive.finish(
            Manifest(
                format=1, release="1", created="2026-01-01T00:00:00+00:00", engine="sqlite", migrations={}, settings=[],
                tables={"a.b": Table(columns=["x"], rows=2, last_id=7, bytes=stream.bytes, sha256=stream.sha256)},
                pictures=Pictures(bytes=tar.bytes, sha256=tar.sha256, files=0), shown_settings={}, pages={},
            )
        )  # fmt: skip
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fail(path: Path) -> None:
    with new_archive(path) as archive, archive.member(TABLE) as stream:
        stream.write(b"x" * 1000)
        raise OSError("disk")


def check(path: Path) -> list[bytes]:
    with Archive.open(path) as archive:
        archive.verify()
    return lines_of(path)


def lines_of(path: Path) -> list[bytes]:
    with Archive.open(path) as archive, archive.member(TABLE, archive.manifest.tables["a.b"]) as stream:
        return list(stream.lines())


def test_only_its_owner_can_read_an_archive_and_it_says_what_was_written(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert check(path) == [b'["a"]\n', b'["b"]\n']
    assert names(tmp_path) == ["a.zip"]


def test_what_fails_in_the_middle_leaves_the_archive_before_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip")
    before = path.read_bytes()
    with pytest.raises(OSError, match="disk"):
        fail(path)
    assert path.read_bytes() == before
    assert names(tmp_path) == ["a.zip"]


def test_an_archive_that_cannot_be_read_again_does_not_get_its_name(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError), new_archive(tmp_path / "a.zip") as archive, archive.member(TABLE) as stream:
        stream.write(LINES)
    assert not names(tmp_path)


def test_what_killed_backups_left_is_removed_but_not_what_another_one_writes(tmp_path: Path) -> None:
    old, other = tmp_path / f".a.zip.1234{archives.PART}", tmp_path / ".a.part"
    for path in (old, other):
        path.write_bytes(b"half")
        os.utime(path, (time.time() - 1000,) * 2)
    descriptor = os.open(tmp_path / f".b.zip.5678{archives.PART}", os.O_CREAT | os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.utime(descriptor, (time.time() - 1000,) * 2)
    write(tmp_path / "a.zip")
    os.close(descriptor)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.part", f".b.zip.5678{archives.PART}", "a.zip"]


def refused(path: Path, match: str) -> None:
    with pytest.raises(ArchiveError, match=match):
        check(path)


def test_each_changed_bit_of_a_table_is_found(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip")

    def swap(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        files[TABLE] = LINES.replace(b"a", b"c")

    def longer(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        files[TABLE] += b'["c"]\n'

    def shorter(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        files[TABLE] = files[TABLE][:6]

    for change in (swap, longer, shorter):
        refused(tampered(path, change), "not what the manifest says")


def test_lines_of_a_wrong_table_are_not_all_given(tmp_path: Path) -> None:
    path = tampered(write(tmp_path / "a.zip"), lambda manifest, files: files.update({TABLE: b"[1]\n" * 3}))
    with pytest.raises(ArchiveError):
        lines_of(path)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda manifest, files: files.update({"../../evil": b"x"}), "other files"),
        (lambda manifest, files: files.pop(TABLE), "other files"),
        (lambda manifest, files: manifest.update(format=2), "newer release"),
        (lambda manifest, files: manifest.update(extra=1), "manifest cannot be read"),
        (lambda manifest, files: manifest.pop("tables"), "manifest cannot be read"),
        (lambda manifest, files: manifest["tables"]["a.b"].update(sha256="x"), "manifest cannot be read"),
        (lambda manifest, files: manifest["tables"]["a.b"].update(rows=-1), "manifest cannot be read"),
    ],
)
def test_an_archive_with_a_strange_manifest_is_refused(tmp_path: Path, change: Any, match: str) -> None:
    refused(tampered(write(tmp_path / "a.zip"), change), match)


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = b"0" * 3_000_000

    def bomb(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        files[TABLE] = zeros
        manifest["tables"]["a.b"].update(bytes=len(zeros), sha256=sha256(zeros).hexdigest())

    refused(tampered(write(tmp_path / "a.zip"), bomb), "compressed more")
    monkeypatch.setattr(manifests, "LARGEST", 100)
    monkeypatch.setattr(archives, "LARGEST", 100)
    refused(tmp_path / "a.zip", "larger than any")
    monkeypatch.setattr(archives, "LARGEST", 100_000)
    monkeypatch.setattr(archives, "LONGEST_LINE", 3)
    refused(tmp_path / "a.zip", "longer than any")


def test_deeply_nested_manifests_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr(manifests.NAME, "[" * 100_000)
    refused(tmp_path / "a.zip", "manifest cannot be read")


def test_no_byte_of_an_archive_can_change_unnoticed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip", json.dumps(["x" * 50]).encode() + b"\n", media=b"tar" * 20)
    good = path.read_bytes()
    with Archive.open(path) as archive:
        before = archive.manifest
    for at in range(0, len(good), 3):
        path.write_bytes(good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1 :])
        try:
            check(path)
        except ArchiveError:
            continue
        with Archive.open(path) as archive:  # what is of no meaning, such as a time of a file
            assert archive.manifest == before
    for length in (0, 1, 10, len(good) // 2, len(good) - 1):
        path.write_bytes(good[:length])
        refused(path, "no archive|damaged")


# -- Pictures ----------------------------------------------------------------------------


def tar_of(*entries: tuple[tarfile.TarInfo, bytes]) -> io.BytesIO:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for info, data in entries:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return io.BytesIO(stream.getvalue())


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info, b"x" if kind == tarfile.REGTYPE else b""


@pytest.mark.parametrize(
    "hostile",
    [
        entry("../evil"),
        entry("/tmp/evil"),
        entry("a/../../evil"),
        entry("link", tarfile.SYMTYPE, "/etc"),
        entry("link", tarfile.LNKTYPE, "../evil"),
        entry("device", tarfile.CHRTYPE),
        entry("folder", tarfile.DIRTYPE),
    ],
    ids=lambda each: each[0].name,
)
def test_pictures_stay_in_their_folder(tmp_path: Path, settings: Any, hostile: tuple[tarfile.TarInfo, bytes]) -> None:
    settings.MEDIA_ROOT = tmp_path / "site" / "media"
    with pytest.raises(ArchiveError, match="would not be a file in the folder of pictures"):
        pictures.restore_pictures(tar_of(entry("good.webp"), hostile))
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["good.webp"]


def test_a_link_in_the_folder_of_pictures_leads_no_picture_out_of_it(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "out").symlink_to(tmp_path)
    with pytest.raises(ArchiveError, match="would not be"):
        pictures.restore_pictures(tar_of(entry("out/evil")))
    assert not (tmp_path / "evil").exists()


def test_pictures_come_back_as_they_were(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    files = {"a.webp": b"1" * 3_000_000, "b/é \n.png": b"", f"{'n' * 150}/{'o' * 150}.png": b"2"}
    for name, data in files.items():
        (tmp_path / "media" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "media" / name).write_bytes(data)
    stream = io.BytesIO()
    assert pictures.write_pictures(stream) == 3
    settings.MEDIA_ROOT = tmp_path / "other"
    assert pictures.restore_pictures(io.BytesIO(stream.getvalue())) == 3
    found = {
        path.relative_to(tmp_path / "other").as_posix(): path
        for path in (tmp_path / "other").rglob("*")
        if path.is_file()
    }
    assert {name: path.read_bytes() for name, path in found.items()} == files
    assert os.access(found["a.webp"], os.R_OK)
    assert pictures.write_pictures(io.BytesIO()) == 3
