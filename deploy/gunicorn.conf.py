"""How gunicorn serves the web role of a service: set by the environment, the same for all six.

Left as gunicorn has it: no access log, since the service logs each request, and no preloading,
since connections do not outlive a fork.
"""

import os
from pathlib import Path

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = os.environ.get("WORKER_CLASS", "gthread")
# gunicorn turns a sync worker with threads into a gthread worker.
threads = 8 if worker_class == "gthread" else 1
timeout = 30
graceful_timeout = 25
# Longer than the gateway keeps an idle connection, so that it never sends into a closing one.
keepalive = 75
# As long as the gateway lets a request line be.
limit_request_line = 8190
# The gateway says these in headers of its own; nobody may set them in the WSGI environment.
forwarder_headers = ""
# A socket in the home folder, which a read-only file system does not have.
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108  # for heartbeats, which must not wait for a disk
    worker_tmp_dir = "/dev/shm"  # noqa: S108
