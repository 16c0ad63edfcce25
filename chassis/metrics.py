"""What is counted and timed, in Prometheus's terms; `/metrics` shows it."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("http_requests_total", "Requests answered.", ["service", "method", "status"])
REQUEST_SECONDS = Histogram("http_request_seconds", "Time to answer a request.", ["service"])
PUBLISHED = Counter("outbox_published_total", "Events published from the outbox.", ["service"])
HANDLED = Counter("inbox_handled_total", "Events handled.", ["service", "topic"])
DUPLICATES = Counter("inbox_duplicates_total", "Repeated deliveries left alone.", ["service"])
PARKED_TOTAL = Counter("parked_total", "Messages given up and parked.", ["service"])
OUTBOX_AGE = Gauge("outbox_oldest_seconds", "Age of the oldest unpublished event.", ["service"])
