"""A request that a browser repeats has its effect once and gets the same answer."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from core.exceptions import KeyReusedError, RefusedError
from core.kept_changes import KeptInsert
from core.models import IdempotencyKey

JsonDict = dict[str, Any]
_keep = KeptInsert(IdempotencyKey)


def run_once(
    *,
    user: Any,
    key: str,
    action: str,
    body: object,
    effect: Callable[[], JsonDict],
    takes_turns: bool = False,
) -> JsonDict:
    """Run `effect` once for this person's key and keep its answer with it.

    The key's row is written first, in the same transaction as the effect: of two equal
    requests at once the second waits, then reads the first one's answer. Nothing is
    kept where the effect raises. An empty key means that the caller repeats safely by
    other means, and the effect runs.

    `takes_turns`: the effect begins by locking something of this person, so that two
    equal requests are one after the other anyway; then the row is written once, after
    the effect. A repeated request runs the effect, finds the key and takes all back.

    Raises:
        KeyReusedError: the key came before with another body or for another action.
    """
    if not key:
        with transaction.atomic():
            return effect()
    raw = json.dumps(body, sort_keys=True, default=str, ensure_ascii=False)
    digest = hashlib.sha256(raw.encode()).hexdigest()
    row = IdempotencyKey(user=user, key=key, action=action, body_sha256=digest)
    try:
        with transaction.atomic():
            if not takes_turns:
                row.save(force_insert=True)
            row.response = answer = effect()
            if takes_turns:
                _keep(row)
            else:
                row.save(update_fields=["response"])
            return answer
    except (IntegrityError, RefusedError) as error:
        if isinstance(error, RefusedError) and not takes_turns:
            raise
        # What is refused now may have been taken the first time.
        known = IdempotencyKey.objects.filter(user=user, key=key).first()
        if known is None:
            raise
    if known.action != action or known.body_sha256 != digest:
        raise KeyReusedError
    stored: JsonDict = known.response
    return stored
