"""nginx in front of sites, with the configuration in deploy/nginx."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.production import ROOT, free_port

DEPLOY = ROOT / "deploy" / "nginx"
CACHE_FOLDER = "/var/cache/nginx/newsreader"
START_SECONDS = 10
MAIN = """
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    sendfile on;
    tcp_nopush on;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/cache.conf;
    upstream newsreader {{
        {servers}
        keepalive 16;
    }}
    server {{
        listen 127.0.0.1:{port};
        include {site};
        location = /file {{ root {folder}; }}
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running nginx; it also serves the file ``file`` of its folder."""

    url: str
    port: int
    process: "subprocess.Popen[bytes]"


@contextlib.contextmanager
def nginx(folder: Path, ports: Sequence[int], **replaced: str) -> Iterator[Nginx]:
    """Run nginx in front of sites on these ports, with a cache in the folder; yield it.

    ``replaced`` are texts of deploy/nginx/cache.conf and what stands there instead, such as ``inactive="inactive=1s"``.
    """
    port = free_port()
    configuration = (DEPLOY / "cache.conf").read_text(encoding="utf-8").replace(CACHE_FOLDER, str(folder / "cache"))
    for old, new in replaced.items():
        configuration = configuration.replace(old, new)
    (folder / "cache.conf").write_text(configuration, encoding="utf-8")
    servers = " ".join(f"server 127.0.0.1:{each} max_fails=0;" for each in ports)
    main = MAIN.format(folder=folder, servers=servers, port=port, site=DEPLOY / "site.conf")
    (folder / "nginx.conf").write_text(main, encoding="utf-8")
    process = subprocess.Popen(["nginx", "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")])
    try:
        wait_until_listening(port, process, folder / "error.log")
        yield Nginx(f"http://127.0.0.1:{port}", port, process)
    finally:
        process.terminate()
        process.wait(timeout=10)


def wait_until_listening(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(log.read_text(encoding="utf-8"))
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nginx does not listen on {port}")
