"""Real PostgreSQL, RabbitMQ and nginx servers for tests, found or started where the tests run.

Each is looked for in this order, and the first that is there is taken:

1. the server named by `TEST_POSTGRES_URL` or `TEST_RABBITMQ_URL`;
2. a container of the image named by `TEST_POSTGRES_IMAGE` or `TEST_RABBITMQ_IMAGE`;
3. the locally installed program, run as a private instance on a free port in a temporary folder;
4. a container of the usual image, when a Docker engine answers;
5. the program after installing it, on a Debian machine that is disposable.

Where none of these is to be had, `ServerUnavailable` names the command that would help.
"""

from tests.servers.install import ServerUnavailable
from tests.servers.nginx import NginxServer, find_nginx
from tests.servers.postgres import PostgresServer, provide_postgres
from tests.servers.processes import ServerFailed
from tests.servers.rabbitmq import RabbitServer, provide_rabbitmq

__all__ = [
    "NginxServer",
    "PostgresServer",
    "RabbitServer",
    "ServerFailed",
    "ServerUnavailable",
    "find_nginx",
    "provide_postgres",
    "provide_rabbitmq",
]
