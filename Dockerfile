# The platform's one image: web, worker, beat and the one-shot migration are commands of it.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
      -r /tmp/requirements.txt

FROM python:3.11-slim-bookworm
# What the PDF writer loads; the same list as ops/libraries.py.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin sli \
 && install -d -o sli -g sli /srv/media /srv/static /srv/beat
COPY --from=packages /venv /venv
COPY . /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=foshan_sli.settings \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/srv/media \
    XDG_CACHE_HOME=/tmp \
    BIND=0.0.0.0 \
    PORT=8000
# Settings refuse to load without keys; these stand in for the length of one command.
RUN SECRET_KEY=0000000000000000000000000000000000000000000000000000000000000000 \
    FIELD_KEYS=k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    BLIND_INDEX_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    DATABASE_URL=postgres://none:none@localhost/none REDIS_URL=redis://localhost SECURE=0 \
    python manage.py compile_catalogues
USER sli
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s CMD ["python", "-m", "ops.health"]
CMD ["gunicorn", "-c", "python:ops.gunicorn_settings", "foshan_sli.wsgi:application"]
