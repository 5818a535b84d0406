"""Gunicorn for the web process: `gunicorn -c deploy/gunicorn.conf.py wsgi:app`.

A client that sends its request slowly keeps a thread: a proxy that takes requests whole stands in
front (deploy/nginx.conf), and `bench/slow_clients.py` shows the difference.
"""

import os
import tempfile

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY") or max(2, min(os.cpu_count() or 2, 8)))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 4)
worker_connections = 200  # open at once in each worker; the rest waits in the backlog
backlog = 1024
keepalive = 15  # seconds; longer than nginx keeps its own to us idle, see deploy/nginx.conf
timeout = 60  # seconds without a sign of life after which a worker is started again
graceful_timeout = 20  # seconds for what is under way when it is told to stop
max_requests = 20_000  # then a worker is started anew, one after the other
max_requests_jitter = 2_000
preload_app = True  # workers share its memory. New code comes by a new process: docs/operating.md
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
forwarded_allow_ips = "127.0.0.1"  # the app itself believes TRUSTED_PROXIES, gunicorn nobody else
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - a heartbeat
errorlog, accesslog, loglevel = "-", None, "info"  # the app writes a line for each request itself

if os.environ.get("METRICS_TOKEN"):
    # Before the app imports prometheus_client: all workers count into files here.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="ambassadors-"))


def child_exit(server, worker):  # type: ignore[no-untyped-def]
    """What a worker that is gone said of the present no longer counts."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client import multiprocess  # where figures are asked for only

        multiprocess.mark_process_dead(worker.pid)
