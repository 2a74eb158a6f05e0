"""The sample with which a new lesson begins. It is content, so it is Chinese."""

from typing import Any
from uuid import UUID, uuid5

# Stands in every sample sentence; no lesson is published while one of them is left.
SAMPLE_MARK = "示例，改成您的"
STEPS = (
    ("先做什么", "说清先准备什么、先按哪里。"),
    ("再做什么", "一句话只说一件事。"),
    ("做成什么样", "说清怎样就算做好了。"),
)


def sample_body(lesson_key: UUID) -> list[dict[str, Any]]:
    """Three steps; their ids are made of the lesson's own key and stay as they are."""
    return [
        {
            "type": "step",
            "id": str(uuid5(lesson_key, f"step/{place}")),
            "value": {
                "title": title,
                "sentences": [
                    {
                        "type": "item",
                        "id": str(uuid5(lesson_key, f"step/{place}/1")),
                        "value": f"{SAMPLE_MARK}：{sentence}",
                    }
                ],
                "image": None,
                "alt": "",
                "is_decoration": False,
            },
        }
        for place, (title, sentence) in enumerate(STEPS, start=1)
    ]


def holds_sample(child: Any) -> bool:
    """Whether a block of a lesson's body still holds a sentence of the sample."""
    return child.block_type == "step" and any(
        SAMPLE_MARK in sentence for sentence in child.value["sentences"]
    )
