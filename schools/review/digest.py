"""What a page says, in one line that changes with it."""

import hashlib
import json
from typing import Any

# Of the act of saving or publishing, not of what a reader sees.
VOLATILE = {
    "pk",
    "path",
    "depth",
    "numchild",
    "live",
    "has_unpublished_changes",
    "first_published_at",
    "last_published_at",
    "latest_revision",
    "latest_revision_created_at",
    "live_revision",
    "draft_title",
    "url_path",
    "locked",
    "locked_at",
    "locked_by",
    "wagtail_admin_comments",
}


def content_digest(content: dict[str, Any]) -> str:
    """The same for the same content, saved however often (`Revision.content`)."""
    kept = {key: value for key, value in content.items() if key not in VOLATILE}
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_for(page: Any, content: dict[str, Any]) -> str:
    """What that page (or page type) calls its content: its own rule, or the common one."""
    own = getattr(page, "digest_of", None)
    return str(own(content)) if own else content_digest(content)
