"""What a route is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from ai_studio.choices import Strategy
from ai_studio.providers.registry import providers
from brands.errors import InvalidInput

STAGES = {"exploration": Strategy.CHEAPEST, "preview": Strategy.CHEAPEST, "final": Strategy.BEST_QUALITY}
STAGE_CHOICES = [(name, name) for name in STAGES]
FIELDS = frozenset({"strategy", "providers", "exclude", "fallback", "stage"})


@dataclass(frozen=True)
class Preference:
    """What one request wishes of its route. Empty: what the brand has chosen. `fallback` None: as is usual, which is
    yes, but not for who asked for a provider or a model by name."""

    strategy: str = ""
    providers: Sequence[str] = ()
    exclude: Sequence[str] = ()
    fallback: bool | None = None
    stage: str = ""


@dataclass(frozen=True)
class Want:
    """The work, perhaps a provider or a model by name, and how to choose. `inputs`: the roles of files. `favourite`:
    (provider, model) that comes first where it may, by no means alone."""

    type: str
    quality: str
    aspect_ratio: str
    provider: str | None = None
    model: str | None = None
    steps: int | None = None
    guidance: Decimal | None = None
    duration_seconds: Decimal | None = None
    prompt: str = ""
    negative_prompt: str = ""
    palette: tuple[str, ...] = ()
    extras: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    favourite: tuple[str, str] | None = None
    preference: Preference = field(default_factory=Preference)

    @property
    def is_by_name(self) -> bool:
        return bool(self.provider or self.model)

    @property
    def asked(self) -> dict[str, Any]:
        """What was said of the route, as JSON: the names, and the fields of Preference."""
        said = {"provider": self.provider, "model": self.model, **asdict(self.preference)}
        return {name: value for name, value in said.items() if value not in (None, "", (), [])}

    @property
    def may_fall_over(self) -> bool:
        asked = self.preference.fallback
        return not self.is_by_name if asked is None else asked


def preference(asked: Mapping[str, Any]) -> Preference:
    """Raises InvalidInput naming `routing.<field>`."""
    if unknown := set(asked) - FIELDS:
        raise InvalidInput(fields={f"routing.{name}": ["Unknown field."] for name in sorted(unknown)})
    wished = Preference(**asked)
    problems = {
        "strategy": wished.strategy not in ("", *Strategy.values) and f"One of {', '.join(Strategy.values)}.",
        "stage": wished.stage not in ("", *STAGES) and f"One of {', '.join(STAGES)}.",
        "providers": _unknown(wished.providers),
        "exclude": _unknown(wished.exclude),
    }
    if fields := {f"routing.{name}": [str(problem)] for name, problem in problems.items() if problem}:
        raise InvalidInput(fields=fields)
    return wished


def _unknown(names: Sequence[str]) -> str:
    unknown = sorted(set(names) - set(providers()))
    return f"Unknown: {', '.join(unknown)}." if unknown else ""
