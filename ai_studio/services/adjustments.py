"""Correcting what a generation cost, when its provider's bill says otherwise: a line more, never a changed one."""

from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Coalesce, Now

from ai_studio.choices import CostSource, LedgerKind
from ai_studio.errors import NotAdjustable
from ai_studio.models import Budget, CostRecord, Generation, LedgerEntry, UserQuota
from brands import audit
from brands.errors import InvalidInput
from brands.permissions import Actor

MAX_NOTE_LENGTH = 200
MAX_KEY_LENGTH = 60
MOST_USD = Decimal(100_000)


def adjust(*, actor: Actor, generation: Generation, amount_usd: Decimal, note: str, effect_key: str) -> bool:
    """Move a generation's cost by `amount_usd`, up or down, in the month it was asked for; in the brand's scope.

    False when the same was done before: whoever repeats an `effect_key` repeats an adjustment. Raises InvalidInput,
    and NotAdjustable for what runs, what would cost less than nothing, and a key that meant something else.
    """
    _check(amount_usd, note, effect_key)
    key = f"{generation.pk}:{LedgerKind.ADJUST}:{effect_key}"
    locked = Generation.objects.select_for_update().get(pk=generation.pk)
    if (before := LedgerEntry.objects.filter(effect_key=key).first()) is not None:
        if (before.amount_usd, before.note) != (amount_usd, note):
            raise NotAdjustable("This key was used for another adjustment.")
        return False
    if not locked.is_terminal:
        raise NotAdjustable("It has not ended: its cost is not settled yet.")
    if (locked.cost_usd or Decimal(0)) + amount_usd < 0:
        raise NotAdjustable(f"It cost {locked.cost_usd or 0} USD: it cannot cost less than nothing.")
    _write(locked, amount_usd, note, key)
    facts = {"amount_usd": str(amount_usd), "note": note, "effect_key": effect_key}
    audit.record(actor=actor, action="cost.adjusted", obj=locked, **facts)
    return True


def _check(amount_usd: Decimal, note: str, effect_key: str) -> None:
    exact = amount_usd.is_finite() and abs(amount_usd) <= MOST_USD and amount_usd == round(amount_usd, 6)
    problems = {
        "amount_usd": (not exact or not amount_usd) and f"Not 0, at most {MOST_USD}, to a millionth.",
        "note": not 1 <= len(note.strip()) <= MAX_NOTE_LENGTH and f"1 to {MAX_NOTE_LENGTH} characters.",
        "effect_key": not 1 <= len(effect_key) <= MAX_KEY_LENGTH and f"1 to {MAX_KEY_LENGTH} characters.",
    }
    if fields := {name: [sentence] for name, sentence in problems.items() if sentence}:
        raise InvalidInput(fields=fields)


def _write(generation: Generation, amount_usd: Decimal, note: str, key: str) -> None:
    """Budgets are locked before quotas, as by everyone else."""
    held = LedgerEntry.objects.get(effect_key=f"{generation.pk}:{LedgerKind.HOLD}")
    Budget.objects.filter(pk=held.budget_id).update(spent_usd=F("spent_usd") + amount_usd)
    UserQuota.objects.filter(pk=held.quota_id).update(spent_usd=F("spent_usd") + amount_usd)
    Generation.objects.filter(pk=generation.pk).update(cost_usd=Coalesce("cost_usd", Decimal(0)) + amount_usd)
    common = {"brand_id": generation.brand_id, "generation": generation, "amount_usd": amount_usd, "at": Now()}
    LedgerEntry.objects.create(
        budget_id=held.budget_id, quota_id=held.quota_id, kind=LedgerKind.ADJUST, effect_key=key, note=note, **common
    )
    details = {"note": note, "ledger_effect_key": key}
    CostRecord.objects.create(source=CostSource.ADJUSTMENT, details=details, **common)
