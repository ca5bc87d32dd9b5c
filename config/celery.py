"""The Celery application: workers and beat."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("atelier", task_cls="celery.contrib.django.task:DjangoTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_unbound_role(**_: object) -> None:
    from django.core.exceptions import ImproperlyConfigured

    from brands.tenancy import guard

    try:
        guard.refuse_at_start()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error  # Celery logs what a signal raises, and goes on
