"""What is said beside each field of a course and a lesson, and of each block."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.telepath import register
from wagtail.blocks import Block, FieldBlock, ListBlock
from wagtail.blocks.field_block import FieldBlockAdapter
from wagtail.blocks.list_block import ListBlockAdapter

from core.help_texts import help_of, register_help

# Fields that say nothing of their own, and the title, of which Wagtail says too little.
FIELDS: dict[str, dict[str, Any]] = {
    "course": {
        "title": _("十六个字以内，像跟邻居说话：和家人视频通话。"),
        "category": _("居民按分类找课。选最像的一类。"),
        "audiences": _("可以选几样。都合适就选「全体居民」。"),
        "teachers": _("谁教就勾谁。勾上的老师能改这门课。"),
        "mode": _("有到校班就选「到校学」或「在家看 + 到校学」。"),
        "needs": _("一行一样，比如：一部能上网的手机。没有就空着。"),
        "hours": _("学完记几个学时，比如：4。不记就空着。"),
        "rule_lessons": _("填 100 就是每一节必学课都要学完。"),
        "gives_certificate": _("勾上以后，学完的人会有一张结业证书。"),
    },
    "lesson": {
        "title": _("做什么，十二个字以内，比如：打开视频通话。"),
        "body": _("点「+」加一块。一节课一到十二块，先讲，再问。"),
        "minutes": _("估一下就行。居民看了，心里有数。"),
        "is_required": _("勾上：不学完这一课，这门课就不算学完。"),
        "attempt_counts": _("答了好几次，拿哪一次的算成绩。"),
        "answers_shown": _("想让人边做边学，就选「答一题，看一题」。"),
    },
}
# By the path of a field in its block, or by its last part alone.
BLOCKS: dict[str, Any] = {
    "alt": _("说给看不见图的人听：图里有什么，标着什么。"),
    "answer": _("这句话对还是不对。"),
    "audio": _("选一段录音，或者上传一段。"),
    "bank": _("选本校的一个题库。"),
    "caption": _("一句话，写在图下面。没有就空着。"),
    "captions": _(".srt 或 .vtt 文件，听不清的人靠它看。"),
    "count": _("每次抽这么多题，每个人抽到的不一样。"),
    "document": _("选一份文件，或者上传一份。"),
    "feedback": _("一句话，说为什么对，或者哪里想错了。"),
    "feedback_right": _("一句话，说为什么对。没有就空着。"),
    "feedback_wrong": _("一句话，提醒往哪里想。不要写出答案。"),
    "file.title": _("比如：大字操作卡。"),
    "image": _("选一张图，或者拍一张上传。"),
    "is_decoration": _("图里没有要学的内容时才打勾。"),
    "is_right": _("选它就算答对，打勾。"),
    "is_spoken": _("有人说话，就要配字幕和文字稿。"),
    "left": _("左边这一样，四十个字以内。"),
    "multiple_choice.options": _("两个到八个，对的可以有好几个。"),
    "options": _("两个到八个，只有一个对。"),
    "prompt": _("一句话问一件事，像当面问邻居。"),
    "right": _("和左边配成一对的那一样。"),
    "sentences.item": _("一句话，只说一件事。"),
    "statement": _("一句能说对或不对的话。"),
    "text": _("几段话就好。小标题、加粗、列表都行。"),
    "tip.text": _("一句贴心话，比如：做错了不要紧，再来一次。"),
    "work.takes_photo": _("现拍的，或者手机里有的。"),
    "work.takes_audio": _("手机里录好的一段话、一段曲子。"),
    "work.most_files": _("一个人一次最多交几个，1 到 5 个。"),
    "options.item.text": _("一个选项，八十个字以内。"),
    "answers.item": _("一种算对的写法。"),
    "items.item": _("一样东西，或者一个动作。"),
    "transcript": _("把说的话写下来。听不清、没流量的人靠它学。"),
    "video": _("选一段视频，或者上传一段。"),
    "video.title": _("一句话，说视频里讲什么。"),
    "audio.title": _("一句话，说录音里讲什么。"),
}


def help_in_table(path: str) -> Any:
    """The words for a path, «options.item.text» before «item.text» before «text»."""
    parts = path.split(".")
    for start in range(len(parts)):
        found = BLOCKS.get(".".join(parts[start:]))
        if found:
            return found
    return ""


def leaves(block: Block, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every field below a block with its path: what somebody fills in."""
    if isinstance(block, ListBlock):
        if path:
            yield path, block
        yield from leaves(block.child_block, f"{path}.item")
    elif isinstance(block, FieldBlock):
        yield path, block
    else:
        for name, child in getattr(block, "child_blocks", {}).items():
            yield from leaves(child, f"{path}.{name}" if path else name)


def own_help(block: Any) -> Any:
    """What the block's own definition says."""
    if isinstance(block, FieldBlock):
        return block.field.help_text
    return getattr(block.meta, "help_text", "")


def register_all(course: Any, lesson: Any, bank: Any) -> None:
    """Called when the app starts: every field's key, and the key of every block."""
    for kind, model in (("course", course), ("lesson", lesson)):
        for name in form_fields(model):
            field = model._meta.get_field(name)
            words = FIELDS[kind].get(name) or field.help_text
            label = _labelled(model._meta.verbose_name, field.verbose_name)
            register_help(f"{kind}.{name}", label, words)
    for model in (bank, lesson):
        body = model._meta.get_field("body").stream_block
        for path, block in leaves(body):
            block.help_key = f"block.{path}"
            words = own_help(block) or help_in_table(path)
            top = body.child_blocks[path.split(".")[0]]
            label = top.label if top is block else _labelled(top.label, block.label)
            register_help(block.help_key, label, words)


def _labelled(whole: Any, part: Any) -> Any:
    from django.utils.text import format_lazy

    return format_lazy("{} · {}", whole, part)


def form_fields(model: Any) -> list[str]:
    """The fields that the form of a page type shows, in their order."""

    def names(panels: Any) -> Iterator[str]:
        for panel in panels:
            if hasattr(panel, "children"):
                yield from names(panel.children)
            else:
                yield panel.field_name

    return list(names(model.content_panels))


class _HelpedMixin:
    """Says beside a field what `core.help_texts` knows."""

    def js_args(self, block: Any) -> list[Any]:
        arguments: list[Any] = super().js_args(block)  # type: ignore[misc]
        words = help_of(getattr(block, "help_key", ""))
        if words:
            arguments[-1]["helpText"] = words
        return arguments


class HelpedFieldAdapter(_HelpedMixin, FieldBlockAdapter):
    """A field of a block."""


class HelpedListAdapter(_HelpedMixin, ListBlockAdapter):
    """A list of a block."""

    def js_args(self, block: Any) -> list[Any]:
        from wagtail.blocks.base import get_help_icon

        arguments = super().js_args(block)
        if "helpText" in arguments[-1]:
            arguments[-1]["helpIcon"] = get_help_icon()
        return arguments


def connect_blocks() -> None:
    """Called when the app starts; blocks without a key stay as Wagtail draws them."""
    register(HelpedFieldAdapter(), FieldBlock)
    register(HelpedListAdapter(), ListBlock)
