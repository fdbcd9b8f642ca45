"""What is pinned is listed as an SBOM, and compared with a local copy of advisories, here made-up ones."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from bench import audit
from bench.advisories import UnreadableError, read_advisories

PINS = """\
acme-web==2.4.1 \\
    --hash=sha256:aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11 \\
    --hash=sha256:bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22bb22
roadrunner==1.10 ; python_full_version < '3.12' \\
    --hash=sha256:cc33cc33cc33cc33cc33cc33cc33cc33cc33cc33cc33cc33cc33cc33cc33cc33
"""


def advisory(name: str = "acme-web", *, events: list[dict[str, str]] | None = None, **more: Any) -> dict[str, Any]:
    affected: dict[str, Any] = {"package": {"ecosystem": "PyPI", "name": name}}
    if events is not None:
        affected["ranges"] = [{"type": "ECOSYSTEM", "events": events}]
    affected |= more.pop("part", {})
    return {"id": "PYSEC-2026-1", "modified": "2026-10-01T00:00:00Z", "affected": [affected]} | more


def write(folder: Path, *advisories: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    for number, data in enumerate(advisories):
        (folder / f"{number}.json").write_text(json.dumps(data), encoding="utf-8")
    return folder


@pytest.fixture
def pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, whose made-up pins are those of the project."""
    for name, text in (("base.txt", PINS), ("dev.txt", PINS + "pytester==3.0 --hash=sha256:" + "d" * 64 + "\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(audit, "BASE", tmp_path / "base.txt")
    monkeypatch.setattr(audit, "DEVELOPMENT", tmp_path / "dev.txt")
    monkeypatch.setattr(audit, "_direct", lambda: {"acme-web"})
    return tmp_path


def test_the_sbom_of_the_project_follows_the_schema_and_has_each_pin(tmp_path: Path) -> None:
    file = tmp_path / "dist" / "list.json"
    assert audit.main([str(file)]) == 0
    text = file.read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    listed = {(part["name"], part["version"]): part["scope"] for part in json.loads(text)["components"]}
    base, development = (list(audit.read_pins(path)) for path in (audit.BASE, audit.DEVELOPMENT))
    assert set(listed) == {(pin.name, pin.version) for pin in [*base, *development]}
    assert all(pin.hashes for pin in [*base, *development])
    assert {key for key, scope in listed.items() if scope == "required"} == {(pin.name, pin.version) for pin in base}
    assert {name for name, _ in listed} >= audit._direct()


def test_the_sbom_tells_archives_conditions_and_scope(pinned: Path) -> None:
    audit.main([str(pinned / "list.json")])
    acme, tester, runner = sorted(
        json.loads((pinned / "list.json").read_text(encoding="utf-8"))["components"],
        key=lambda part: ["acme-web", "pytester", "roadrunner"].index(part["name"]),
    )
    assert (acme["purl"], acme["scope"], len(acme["hashes"])) == ("pkg:pypi/acme-web@2.4.1", "required", 2)
    assert tester["scope"] == "excluded"
    assert runner["properties"] == [{"name": "newsreader:marker", "value": 'python_full_version < "3.12"'}]


def test_the_same_pins_have_the_same_serial_number(pinned: Path) -> None:
    pins = list(audit.read_pins(pinned / "base.txt"))
    assert audit.sbom(pins, pins).serial_number == audit.sbom(pins, []).serial_number
    assert audit.sbom(pins, pins).serial_number != audit.sbom(pins[:1], []).serial_number


def test_an_affected_pin_is_told_with_all_that_helps(pinned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = [{"introduced": "0"}, {"fixed": "2.4.10"}]
    place = write(
        pinned / "copy",
        advisory("Acme_Web", events=events, aliases=["CVE-2026-1", "GHSA-a"], summary="Anvils fall out of templates."),
    )
    assert audit.main([str(pinned / "list.json"), "--advisories", str(place)]) == 1
    output = capsys.readouterr().out
    assert "acme-web 2.4.1: PYSEC-2026-1, CVE-2026-1, GHSA-a\n    fixed in 2.4.10\n    Anvils fall" in output
    assert "3 pins, 1 advisories, the newest of 2026-10-01: 1 affect a pin." in output


@pytest.mark.parametrize(
    ("data", "is_affected"),
    [
        (advisory(events=[{"introduced": "0"}, {"fixed": "2.4.1"}]), False),
        (advisory(events=[{"introduced": "0"}, {"fixed": "2.4.1.post1"}]), True),
        (advisory(events=[{"introduced": "2.4.1"}]), True),
        (advisory(events=[{"introduced": "2.4.2"}]), False),
        (advisory(events=[{"introduced": "2.5rc1"}, {"introduced": "0"}, {"fixed": "2.4"}]), False),
        (advisory(events=[{"fixed": "2.4.9"}, {"introduced": "2.4"}, {"fixed": "1.1"}, {"introduced": "0"}]), True),
        (advisory(events=[{"introduced": "0"}, {"last_affected": "2.4.1"}]), True),
        (advisory(events=[{"introduced": "0"}, {"last_affected": "2.4.0"}]), False),
        (advisory(events=[{"introduced": "0"}, {"fixed": "2.4.1"}, {"introduced": "2.4.1"}]), True),
        (advisory(events=[{"introduced": "2004d"}, {"fixed": "2005x"}]), False),
        (advisory(events=[{"introduced": "2004d"}]), True),
        (advisory(part={"versions": ["2.4.01"]}), True),
        (advisory(part={"versions": ["2.4", "2.4.1.1"]}), False),
        (advisory(part={"versions": ["2.4.1"]}, withdrawn="2026-11-01T00:00:00Z"), False),
        (advisory("acme", events=[{"introduced": "0"}]), False),
        (advisory("roadrunner", events=[{"introduced": "1.9"}, {"fixed": "1.11"}]), True),
        (advisory("pytester", events=[{"introduced": "0"}]), True),
        (advisory(part={"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}), False),
        (advisory(part={"package": {"ecosystem": "npm", "name": "acme-web"}, "versions": ["2.4.1"]}), False),
    ],
)
def test_versions_are_compared_as_the_schema_and_pep_440_say(
    data: dict[str, Any], is_affected: bool, pinned: Path
) -> None:
    other = advisory("another", events=[{"introduced": "0"}], id="PYSEC-2026-2")
    place = write(pinned / "copy", data, other)
    assert audit.main([str(pinned / "list.json"), "--advisories", str(place)]) == int(is_affected)


def test_the_copy_may_be_a_zip_or_have_yaml(pinned: Path) -> None:
    text = (
        "id: PYSEC-2026-3\nmodified: 2026-10-02T00:00:00Z\nwithdrawn: null\ndetails: |\n  First line.\n  Second.\naffected:\n"
        "- package: {ecosystem: PyPI, name: roadrunner}\n  versions: [1.9, 1.10]\n"
    )
    with zipfile.ZipFile(pinned / "all.zip", "w") as archive:
        archive.writestr("database-main/vulns/roadrunner/PYSEC-2026-3.yaml", text)
        archive.writestr("database-main/.github/workflow.yml", "on: push")
        archive.writestr("database-main/README.md", "read me")
    (found,) = read_advisories(pinned / "all.zip")
    assert (found.affects("roadrunner", "1.10"), found.affects("roadrunner", "1.1")) == (True, False)
    assert (found.summary, found.fixed("roadrunner")) == ("First line.", [])
    assert audit.main([str(pinned / "list.json"), "--advisories", str(pinned / "all.zip")]) == 1


@pytest.mark.parametrize("content", ["[1]", "{", '{"affected": []}', '{"id": "A", "affected": [{"package": 1}]}'])
def test_a_copy_that_cannot_be_read_is_no_clean_bill(
    content: str, pinned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = write(pinned / "copy", advisory(events=[{"introduced": "9"}]))
    (place / "bad.json").write_text(content, encoding="utf-8")
    assert audit.main([str(pinned / "list.json"), "--advisories", str(place)]) == 2
    assert "bad.json" in capsys.readouterr().err


def test_a_copy_without_advisories_is_none(pinned: Path) -> None:
    for place in (write(pinned / "copy"), pinned / "missing", pinned / "base.txt"):
        with pytest.raises(UnreadableError):
            read_advisories(place)
        assert audit.main([str(pinned / "list.json"), "--advisories", str(place)]) == 2


def test_without_a_copy_it_says_where_one_comes_from(pinned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main([str(pinned / "list.json")]) == 0
    assert "make audit ADVISORIES=" in capsys.readouterr().out
