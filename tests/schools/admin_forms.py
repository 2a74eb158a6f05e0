"""What a browser sends from the editor of a page."""

from typing import Any

from wagtail.test.utils.form_data import nested_form_data, streamfield

COMMENTS = {
    "comments-TOTAL_FORMS": "0",
    "comments-INITIAL_FORMS": "0",
    "comments-MIN_NUM_FORMS": "0",
    "comments-MAX_NUM_FORMS": "",
}


def course_data(**fields: Any) -> dict[str, Any]:
    from tests.factories import make_category

    return {
        "title": "揉面",
        "summary": "学了就会",
        "category": make_category().pk,
        "mode": "online",
        "outcomes": "",
        "needs": "",
        "questions_asked": "",
        "hours": "",
        "rule_sessions": "75",
        "rule_lessons": "100",
        "rule_marks": "0",
        "gives_certificate": "on",
        "cover": "",
        **COMMENTS,
        **fields,
    }


def lesson_data(*blocks: tuple[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        **nested_form_data({"body": streamfield(list(blocks))}),
        "title": "第一课",
        "part_heading": "",
        "minutes": "10",
        "is_required": "on",
        "pass_percent": "",
        **COMMENTS,
        **fields,
    }


def news_data(**fields: Any) -> dict[str, Any]:
    return {
        **nested_form_data({"body": streamfield([])}),
        "title": "开班了",
        "kind": "news",
        "event_date": "2026-03-01",
        "category": "",
        "summary": "",
        "lead_image": "",
        "source": "",
        "author": "",
        "photographer": "",
        "proofreader": "",
        **COMMENTS,
        **fields,
    }


def school_data(**fields: Any) -> dict[str, Any]:
    return {
        "title": "丙市民学校",
        "slug": "school-c",
        "kind": "urban",
        "community": "",
        "intro": "",
        "address": "",
        "transit": "",
        "phone": "",
        "opening_hours": "",
        "lead_image": "",
        **COMMENTS,
        **fields,
    }


def link_to(page_id: int) -> str:
    """Rich text as the editor sends it, with one link to a page."""
    import json

    return json.dumps(
        {
            "blocks": [
                {
                    "key": "aaaaa",
                    "text": "这里",
                    "type": "unstyled",
                    "depth": 0,
                    "inlineStyleRanges": [],
                    "entityRanges": [{"offset": 0, "length": 2, "key": 0}],
                }
            ],
            "entityMap": {
                "0": {
                    "type": "LINK",
                    "mutability": "MUTABLE",
                    "data": {"id": page_id, "url": "/x/"},
                }
            },
        }
    )
