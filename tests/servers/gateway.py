"""The production gateway for tests: `deploy/gateway/nginx.conf` itself, in front of local ports."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.servers.nginx import NginxServer
from tests.servers.processes import free_port

DEPLOYED = Path(__file__).parents[2] / "deploy" / "gateway"

# Root's nginx would give its workers to a user who cannot reach a test's folder.
_AS_OURSELVES = "user root;\n" if os.geteuid() == 0 else ""


class GatewayServer:
    """nginx with production's configuration; only where it listens and forwards to is a test's.

    `ports` says where each service is on this machine; `folder`, empty, becomes nginx's prefix.
    """

    def __init__(self, folder: Path, ports: Mapping[str, int], assets: Path) -> None:
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        shutil.copy(DEPLOYED / "nginx.conf", folder)
        shutil.copytree(DEPLOYED / "errors", folder / "errors")
        (folder / "assets").symlink_to(assets.resolve(), target_is_directory=True)
        (folder / "temp").mkdir()
        (folder / "listen.conf").write_text(f"listen 127.0.0.1:{self.port};\n")
        (folder / "upstreams.conf").write_text(_upstreams(ports))
        started_with = folder / "started_with.conf"
        started_with.write_text(f"{_AS_OURSELVES}include nginx.conf;\n")
        self._nginx = NginxServer(started_with, folder, port=self.port)

    @property
    def log(self) -> str:
        """All that it logged."""
        return (self._folder / "nginx.log").read_text()

    def start(self) -> None:
        """Start it, and return when it answers."""
        self._nginx.start()

    def stop(self) -> None:
        """End it."""
        self._nginx.stop()


def _upstreams(ports: Mapping[str, int]) -> str:
    upstreams = (DEPLOYED / "upstreams.conf").read_text()
    for service, port in ports.items():
        upstreams = upstreams.replace(f"server {service}-web:8000", f"server 127.0.0.1:{port}")
    return upstreams
