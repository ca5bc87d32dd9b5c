"""Database constraints that a caller may run into, as errors that say so."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from brands.errors import AtelierError


@contextmanager
def refused_as(**errors: AtelierError) -> Iterator[None]:
    """Raise `errors[name]` when the block breaks the constraint `name`; its work, but no more, is undone.

    The constraint decides, not a look before: two requests at once cannot both find room.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name in errors:
            raise errors[name] from error
        raise
