"""The worker role: a service's relay, reactions and schedule."""

import signal
import threading

import click

from chassis.observability.logging import log
from chassis.operations.gauges import serve_metrics
from chassis.operations.health import record_queue
from chassis.service import Service
from chassis.settings import METRICS_HOST, METRICS_PORT

SCHEDULE_SECONDS = 60.0
QUEUE_SECONDS = 15.0


def work(service: Service) -> None:
    """Run the service's relay, reader and schedule until SIGTERM or SIGINT."""
    from chassis.messaging.rabbitmq.bus import RabbitBus, exit_when_connection_fails

    if not service.settings.broker_url:
        raise click.ClickException("A worker needs BROKER_URL. Without a broker, run `make up`.")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    bus = RabbitBus(service.settings.broker_url, [service.participant])
    exit_when_connection_fails(bus)
    if port := service.settings[METRICS_PORT]:
        serve_metrics(service, port, service.settings[METRICS_HOST])
    bus.start()
    if not service.participant.follows_stream:
        watching = threading.Thread(target=watch_queue, args=(service, stopping), daemon=True)
        watching.start()
    run_background(service, stopping)
    log.info(
        "worker started",
        service=service.name,
        jurisdiction=service.settings.state.code,
        edition=service.edition,
    )
    keep_schedule(service, stopping)
    bus.stop()
    log.info("worker stopped", service=service.name)


def run_background(service: Service, stopping: threading.Event) -> None:
    """Start the service's background thread, if it has one."""
    background = service.background
    if background is None:
        return

    def run() -> None:
        with service.context():
            background(service, stopping)

    threading.Thread(target=run, name=f"{service.name} background", daemon=True).start()


def watch_queue(service: Service, stopping: threading.Event, every: float = QUEUE_SECONDS) -> None:
    """Record the depth of the service's queue, for its health page, until `stopping` is set."""
    from chassis.messaging.rabbitmq.queue_depth import measure_depth

    assert service.settings.broker_url is not None
    while not stopping.is_set():
        try:
            depth = measure_depth(service.settings.broker_url, service.participant)
            with service.database.transaction() as session:
                record_queue(session, service.name, depth.waiting, service.now())
        except Exception as error:  # the bus reports the problem; the next try may succeed
            log.warning("queue not seen", service=service.name, error=type(error).__name__)
        stopping.wait(every)


def keep_schedule(service: Service, stopping: threading.Event) -> None:
    """Run the daily jobs soon after each day begins, until `stopping` is set."""
    while not stopping.is_set():
        try:
            with service.context():
                service.schedule.run(service.database, service.today(), service.now())
        except Exception:  # tomorrow's jobs, and today's next try, must still happen
            log.exception("daily work failed, trying again", service=service.name)
        stopping.wait(SCHEDULE_SECONDS)
