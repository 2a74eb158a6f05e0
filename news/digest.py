"""What a story says, in one line that changes with it (REV-01, REV-04).

Only what readers meet counts, and what is empty counts as nothing: a field that is added
to the model or to a block later changes the line of no story that was reviewed before.
"""

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

STORY_FIELDS = (
    "title", "seo_title", "search_description", "kind", "event_date", "event_place",
    "summary", "is_repost", "source_url", "original_author", "is_ai_generated",
    "needs_extra_signoff", "source", "author", "photographer", "proofreader",
    "category", "lead_image", "brand", "course", "body", "notice_until", "contact",
)  # fmt: skip


def story_digest(content: dict[str, Any]) -> str:
    """The same for the same story, saved however often.

    Args:
        content: what Wagtail keeps of a page (`Revision.content`,
            `Page.serializable_data()`).
    """
    kept = {name: content.get(name) for name in STORY_FIELDS}
    if isinstance(kept["body"], str):
        kept["body"] = json.loads(kept["body"] or "[]")
    plain = json.loads(json.dumps(kept, cls=DjangoJSONEncoder))
    text = json.dumps(_without_empty(plain), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        named = {key: _without_empty(one) for key, one in value.items()}
        return {key: one for key, one in named.items() if not _is_empty(one)}
    if isinstance(value, list):
        return [_without_empty(one) for one in value]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})
