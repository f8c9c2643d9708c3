"""How the web server runs, here and in production; read by gunicorn, named as it wants them."""

import gc
import os

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
# A process takes a page from the common queue only when it is free: none waits behind another's.
# nginx in front collects each request before it hands it on. With more threads than one gunicorn
# takes gthread instead, as `make run` has it.
worker_class = "sync"
workers = int(os.environ.get("WEB_WORKERS", "4"))
# Two threads of a process take turns every few milliseconds: both pages come late.
threads = int(os.environ.get("WEB_THREADS", "1"))
timeout = 60
graceful_timeout = 8
# Imported once and then forked: ready in a third of the time. Connections are opened later.
preload_app = True
# A worker that leaks is replaced, and never all of them at once.
max_requests = 5000
max_requests_jitter = 1000
# The heartbeat file must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
# Otherwise it puts one into the home folder of whoever runs us.
control_socket_disable = True
accesslog = "-"
# The path alone: what follows the question mark may be somebody's name or a token.
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'


def when_ready(_server: object) -> None:
    """What was imported stays for good: no collection has to look through all of it again."""
    gc.collect()
    gc.freeze()
