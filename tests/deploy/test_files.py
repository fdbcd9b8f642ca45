"""The files for containers and systemd agree with each other and with the project."""

import json
import re
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from bench.container import steps
from bench.production import ROOT
from newsreader.health_check import is_healthy

DEPLOY = ROOT / "deploy"
CONTAINERFILE = list(steps((ROOT / "Containerfile").read_text(encoding="utf-8")))
# Of the compose specification, those that are used here.
SERVICE_KEYS = {
    *("build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "init", "ports"),
    *("read_only", "restart", "security_opt", "stop_grace_period", "tmpfs", "volumes"),
}
CONDITIONS = {"service_healthy", "service_completed_successfully"}


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def settings_of_project() -> set[str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^(?:# )?([A-Z_]+)=", text, re.MULTILINE))


def test_services_have_known_keys_and_name_each_other(compose: Any) -> None:
    services = compose["services"]
    assert set(services) == {"database", "cache", "migrate", "site", "worker", "nginx"}
    for name, service in services.items():
        assert set(service) <= SERVICE_KEYS, name
        for other, how in service.get("depends_on", {}).items():
            assert how["condition"] in CONDITIONS
            assert other in services
            is_checked = "test" in services[other].get("healthcheck", {}) or other == "site"
            assert is_checked or how["condition"] != "service_healthy", f"{other} has no health check"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in compose["volumes"]


def test_site_and_worker_are_one_image_that_may_write_only_where_it_must(compose: Any) -> None:
    site, worker = (compose["services"][name] for name in ("site", "worker"))
    for service in (site, worker):
        assert (service["image"], service["read_only"], service["cap_drop"]) == ("newsreader", True, ["ALL"])
        assert (service["tmpfs"], service["volumes"]) == (["/tmp"], ["var:/var/lib/newsreader"])
    assert worker["command"] == ["python", "manage.py", "worker"]
    last = {step.instruction: step.arguments for step in CONTAINERFILE if step.stage == 1}
    assert last["USER"].isdecimal()
    assert last["VOLUME"] == "/var/lib/newsreader"
    assert json.loads(last["HEALTHCHECK"].partition("CMD ")[2])[1:3] == ["-m", "newsreader.health_check"]


def test_every_setting_they_pass_is_one_of_the_project(compose: Any) -> None:
    passed = set(compose["services"]["site"]["environment"])
    for step in CONTAINERFILE:
        if step.instruction == "ENV":
            passed |= {name for name in re.findall(r"([A-Z_]+)=", step.arguments) if not name.startswith(("P", "PY"))}
    assert passed - settings_of_project() == set()


def test_the_image_has_what_the_steps_copy_and_nothing_else() -> None:
    copied = {
        source
        for step in CONTAINERFILE
        if step.stage == 0 and step.instruction == "COPY"
        for source in step.arguments.split()[:-1]
    }
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[1] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert all((ROOT / source).exists() for source in copied)


def test_units_are_hardened_alike_and_valid() -> None:
    units = {path.name: path.read_text(encoding="utf-8") for path in DEPLOY.glob("systemd/*.service")}
    assert len(units) == 3
    hardened = {text[text.index("ProtectSystem=strict") :].partition("[Install]")[0].strip() for text in units.values()}
    assert len(hardened) == 1
    if shutil.which("systemd-analyze"):
        command = ["systemd-analyze", "verify", *map(str, DEPLOY.glob("systemd/*"))]
        done = subprocess.run(command, capture_output=True, text=True)
        # The programs are not where the units expect them.
        assert [line for line in done.stderr.splitlines() if "not executable" not in line and "Failed" in line] == []


def test_the_docs_name_every_file() -> None:
    docs = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
    files = [path.relative_to(ROOT).as_posix() for path in DEPLOY.rglob("*") if path.is_file()]
    assert [name for name in [*files, "Containerfile", "compose.yaml"] if name not in docs] == []


@pytest.mark.parametrize(("status", "expected"), [(200, True), (503, False), (None, False)])
def test_a_health_check_is_content_with_200_alone(status: int | None, expected: bool) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status or 200)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_port}/readyz"
        thread = Thread(target=server.handle_request)
        if status:
            thread.start()
            assert is_healthy(url) is expected
            thread.join()
    if not status:
        assert is_healthy(url) is False


def test_paths_in_configurations_are_those_of_the_docs() -> None:
    for path in [*DEPLOY.glob("systemd/*.service"), DEPLOY / "nginx/news.example.conf"]:
        for named in re.findall(r"/srv/newsreader/app/(deploy/\S+\.conf|manage\.py)", path.read_text(encoding="utf-8")):
            assert (ROOT / named).exists()
    assert Path(DEPLOY / "nginx/site.conf").exists()
