# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_COMPILE=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
# Every package by its hash, and as a wheel: nothing of a foreign setup script runs here.
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/requirements.txt \
    && rm -rf /opt/venv/lib/python3.11/site-packages/pip /opt/venv/lib/python3.11/site-packages/setuptools

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 ambassadors \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ambassadors \
    && install -d -o ambassadors -g ambassadors -m 0700 /var/lib/ambassadors
COPY --from=build /opt/venv /opt/venv
WORKDIR /opt/ambassadors
COPY ambassadors ambassadors
COPY deploy/gunicorn.conf.py deploy/gunicorn.conf.py
COPY migrations migrations
COPY static static
COPY templates templates
COPY config.py wsgi.py pyproject.toml LICENSE ./
# Compiled now: at run time nothing can be written here.
RUN python -m compileall -q ambassadors migrations config.py wsgi.py /opt/venv/lib
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2 \
    APP_ENV=production SCHEDULER=off BIND=0.0.0.0:8000 FLASK_APP=wsgi
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
