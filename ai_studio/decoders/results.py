"""Which decoder a result of a job needs, and what it may be for a job of that type."""

from collections.abc import Callable

from ai_studio.decoders.bounds import Bad
from ai_studio.decoders.kinds import FILMS, GIF, GLB, JPEG, JSON, PNG, WEBP, Kind, kind_of
from ai_studio.decoders.wire import MadeFile, Order

Maker = Callable[[Order, Kind], list[MadeFile]]


def files_of(order: Order) -> list[MadeFile]:
    """The marked result, its thumbnail and what else belongs to it. Raises Bad."""
    if not order.data:
        raise Bad("The file is empty.")
    if len(order.data) > order.limits.bytes:
        raise Bad(f"The file has more than {order.limits.bytes:,} bytes.")
    kind = kind_of(order.data)
    makers = _MAKERS[order.type]
    if kind is None or kind not in makers:
        wanted = ", ".join(known.name for known in makers)
        raise Bad(f"The file is {'of an unknown kind' if kind is None else kind.name}, not one of {wanted}.")
    return makers[kind](order, kind)


def _picture(order: Order, kind: Kind) -> list[MadeFile]:
    from ai_studio.decoders import pictures

    return pictures.files_of(order, kind)


def _moving_picture(order: Order, kind: Kind) -> list[MadeFile]:
    from ai_studio.decoders import moving

    return moving.files_of(order, kind)


def _film(order: Order, kind: Kind) -> list[MadeFile]:
    from ai_studio.decoders import films

    return films.files_of(order, kind)


def _model(order: Order, kind: Kind) -> list[MadeFile]:
    from ai_studio.decoders import models

    return models.files_of(order, kind)


def _template(order: Order, kind: Kind) -> list[MadeFile]:
    from ai_studio.decoders import templates

    return templates.files_of(order, kind)


_MAKERS: dict[str, dict[Kind, Maker]] = {
    "IMAGE_2D": {PNG: _picture, JPEG: _picture, WEBP: _picture},
    "MODEL_3D": {GLB: _model},
    "ANIMATION": {FILMS[0]: _film, FILMS[1]: _film, WEBP: _moving_picture, GIF: _moving_picture, GLB: _model},
    "TEMPLATE": {JSON: _template},
}
