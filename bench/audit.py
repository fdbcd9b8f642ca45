"""Lists what is pinned as an SBOM, and finds the pins that a local copy of advisories names.

``python -m bench.audit FILE [--advisories PLACE]`` writes a CycloneDX 1.6 document. Nothing is requested from any server. The
exit code is 1 if a pin is affected, and 2 if the advisories cannot be read.
"""

import argparse
import sys
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench.advisories import Advisory, UnreadableError, read_advisories
from bench.production import ROOT
from newsreader import __version__

BASE, DEVELOPMENT = ROOT / "requirements" / "base.txt", ROOT / "requirements" / "dev.txt"
NO_COPY = """\
The pins were not compared with advisories, as ADVISORIES is not set. It names a folder or zip with a copy of
  - the advisory database of the Python Packaging Authority:
      git clone --depth 1 https://github.com/pypa/advisory-database
      make audit ADVISORIES=advisory-database/vulns
  - or OSV's export for PyPI, all.zip (https://google.github.io/osv.dev/data/):
      make audit ADVISORIES=all.zip"""


@dataclass(frozen=True)
class Pin:
    """A line of a file of requirements: one version of a package, and the SHA-256 of each of its archives."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def read_pins(path: Path) -> Iterator[Pin]:
    """Yield the pins of a file of requirements with hashes, as ``make lock`` writes it."""
    for line in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        text, *options = line.split("--hash=sha256:")
        if text.strip() and not text.startswith("#"):
            requirement = Requirement(text.strip())
            (pinned,) = requirement.specifier
            assert pinned.operator == "==", f"{requirement} is not pinned"
            hashes = tuple(option.strip() for option in options)
            marker = str(requirement.marker or "")
            yield Pin(canonicalize_name(requirement.name), pinned.version, marker, hashes)


def sbom(base: list[Pin], development: list[Pin]) -> Bom:
    """Return the product with its packages; those that only development needs have the scope ``excluded``.

    The serial number follows from the pins, so that the same ones always have the same.
    """
    required = {(pin.name, pin.version) for pin in base}
    components = {
        (pin.name, pin.version): _component(pin, is_required=(pin.name, pin.version) in required)
        for pin in [*base, *development]
    }
    product = Component(name="newsreader", version=__version__, type=ComponentType.APPLICATION, bom_ref="newsreader")
    bom = Bom(components=components.values())
    bom.metadata.component = product
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_OID, f"newsreader {__version__} {sorted(components)}")
    direct = _direct()
    bom.register_dependency(product, [found for (name, _), found in components.items() if name in direct])
    return bom


def _component(pin: Pin, *, is_required: bool) -> Component:
    url = PackageURL("pypi", name=pin.name, version=pin.version)
    return Component(
        name=pin.name,
        version=pin.version,
        purl=url,
        bom_ref=str(url),
        scope=ComponentScope.REQUIRED if is_required else ComponentScope.EXCLUDED,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=content) for content in pin.hashes],
        properties=[Property(name="newsreader:marker", value=pin.marker)] if pin.marker else [],
    )


def _direct() -> set[str]:
    """The canonical names of the packages that pyproject.toml names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return {canonicalize_name(Requirement(line).name) for line in named}


def find_affected(pins: list[Pin], advisories: list[Advisory]) -> list[tuple[Pin, Advisory]]:
    """Return each pin that an advisory says is affected, with that advisory, in the order of names and ids."""
    found = {
        (pin.name, pin.version, advisory.id): (pin, advisory)
        for pin in pins
        for advisory in advisories
        if advisory.affects(pin.name, pin.version)
    }
    return [found[key] for key in sorted(found)]


def _describe(pin: Pin, advisory: Advisory) -> str:
    ids = ", ".join([advisory.id, *advisory.aliases])
    fixed = ", ".join(advisory.fixed(pin.name)) or "no version yet"
    return f"{pin.name} {pin.version}: {ids}\n    fixed in {fixed}\n    {advisory.summary}"


def scan(pins: list[Pin], place: Path) -> int:
    """Print the pins that advisories in a folder or zip name, and return how many of these there are.

    Raises:
        UnreadableError: see there.
    """
    advisories = read_advisories(place)
    affected = find_affected(pins, advisories)
    for pin, advisory in affected:
        print(_describe(pin, advisory))
    newest = max(advisory.modified for advisory in advisories)[:10]
    versions = len({(pin.name, pin.version) for pin in pins})
    print(
        f"{versions} pins, {len(advisories)} advisories, the newest of {newest or 'no date'}: {len(affected)} affect a pin."
    )
    return len(affected)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.audit", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("file", type=Path, help="where the SBOM is written")
    parser.add_argument("--advisories", type=Path, metavar="PLACE", help="a folder or zip of OSV files, JSON or YAML")
    options = parser.parse_args(arguments)
    base, development = list(read_pins(BASE)), list(read_pins(DEVELOPMENT))
    options.file.parent.mkdir(parents=True, exist_ok=True)
    JsonV1Dot6(sbom(base, development)).output_to_file(str(options.file), allow_overwrite=True, indent=2)
    print(f"{options.file} lists what is pinned.")
    if options.advisories is None:
        print(NO_COPY)
        return 0
    try:
        return int(scan([*base, *development], options.advisories) > 0)
    except UnreadableError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
