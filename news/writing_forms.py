"""The forms of «写新闻»: a story on one page, and the caption of one photo."""

from copy import deepcopy
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models import BrandPage
from core.counter import counted
from core.forms import PlainWordsMixin
from core.pages import in_branches
from courses.models import CoursePage
from news.choices import NewsKind, kinds_of_column
from news.exceptions import TextRefusedError
from news.models import NewsPage
from news.plain_text import is_plain, to_raw, to_text
from news.prechecks import MOST_OF_A_TITLE
from schools.tree import school_of

# Asked beside the text; the rest is folded away on the page.
FIRST = ("event_date", "event_place", "notice_until", "contact", "kind")
PLACED = ("seen", "title", "text", "photos")
LONGEST_TEXT = 20_000
MOST_PHOTOS = 20
BAD_DAY = _("请写成「年-月-日」，比如 2026-12-03。")
FACTS = (
    "title", "kind", "event_date", "event_place", "summary", "author", "photographer",
    "proofreader", "brand", "course", "needs_extra_signoff", "is_ai_generated",
)  # fmt: skip
FACTS_OF_NOTICE = (
    "title", "kind", "event_date", "notice_until", "contact", "summary", "author",
    "proofreader", "needs_extra_signoff", "is_ai_generated",
)  # fmt: skip


class ManyFiles(forms.FileInput):
    """A field from which a phone takes several photos at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class PhotosField(forms.FileField):
    """Several photos, or none."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [one for one in (data or []) if one]
        return [super(PhotosField, self).clean(one, initial) for one in given]


class BeginForm(PlainWordsMixin, forms.Form):
    """What it becomes, and of which school where one writes for several."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    kind = forms.ChoiceField(
        choices=[("news", _("新闻")), ("notice", _("通知"))], initial="news"
    )
    school: Any = forms.ModelChoiceField(label=_("写给哪所学校？"), queryset=None)
    session = forms.IntegerField(required=False, min_value=1)

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school"]
        field.queryset = schools


class WriteForm(PlainWordsMixin, forms.Form):
    """A story as a clerk writes it on a phone: facts, text, photos."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, draft: NewsPage, **kwargs: Any) -> None:
        self.draft = draft
        column = draft.get_parent()
        names = FACTS_OF_NOTICE if draft.is_notice else FACTS
        self.fact_names = names
        kwargs["initial"] = {
            **{name: getattr(draft, name) for name in names},
            "text": to_text(draft.body),
            "seen": draft.latest_revision_id,
        }
        super().__init__(*args, **kwargs)
        fields = forms.fields_for_model(NewsPage, fields=names)
        self.fields.update(fields)
        self._offer(column)
        self.fields["title"].help_text = _("三十个字以内好读。")
        self.fields["title"].widget.attrs |= {
            **counted(MOST_OF_A_TITLE), "autocomplete": "off",
        }  # fmt: skip
        for name in ("event_date", "notice_until"):
            if name in self.fields:
                self.fields[name].widget = forms.DateInput(
                    attrs={"type": "date"}, format="%Y-%m-%d"
                )
                self.fields[name].error_messages["invalid"] = BAD_DAY
        self.fields["summary"].widget = forms.Textarea(attrs={"rows": 2})
        if is_plain(draft.body):
            self.fields["text"] = forms.CharField(
                label=_("正文"),
                required=False,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={"rows": 12}),
                help_text=_("一行是一段。照片放在哪儿，就在那儿另起一行写【图1】。"),
            )
        self.fields["photos"] = PhotosField(
            label=_("加照片"),
            required=False,
            widget=ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp"}),
            help_text=_("可以一次选好几张，存下来以后再写说明。"),
        )

    def _offer(self, column: Any) -> None:
        """What may be chosen: of the column, and of the story's own school."""
        kinds = {*kinds_of_column(column), self.draft.kind}
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [one for one in NewsKind.choices if one[0] in kinds]
        if self.draft.is_notice:
            return
        below = in_branches([school_of(self.draft).path])
        for name, model in (("brand", BrandPage), ("course", CoursePage)):
            chosen = getattr(self.draft, f"{name}_id")
            offered = model.objects.filter(Q(pk=chosen) | (below & Q(live=True)))
            fields[name].queryset = offered.order_by("title")
            fields[name].empty_label = _("没有")

    def clean_photos(self) -> list[Any]:
        given: list[Any] = self.cleaned_data["photos"]
        if len(given) > MOST_PHOTOS:
            raise forms.ValidationError(
                _("一次最多 %(most)s 张。请分几次加。") % {"most": MOST_PHOTOS}
            )
        return given

    def clean_text(self) -> str:
        """The marks of the text name photos that are there.

        Those that come with the same form stand at the end and have no number yet.
        """
        text: str = self.cleaned_data["text"]
        try:
            to_raw(text, self.draft.body)
        except TextRefusedError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return text

    @property
    def first_fields(self) -> list[Any]:
        """What is asked of every story, below its text and photos."""
        return [self[name] for name in FIRST if name in self.fields]

    @property
    def other_fields(self) -> list[Any]:
        """Who signs it, and what few stories need."""
        return [self[name] for name in self.fields if name not in FIRST + PLACED]

    def facts(self) -> dict[str, Any]:
        """Values by the names of the page's fields."""
        return {name: self.cleaned_data[name] for name in self.fact_names}


class PhotoForm(PlainWordsMixin, forms.Form):
    """The six elements of a photo's caption, and who agreed to be shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, draft: NewsPage, block: Any, **kwargs: Any) -> None:
        blocks = block.block.child_blocks
        names = [name for name in blocks if name != "image"]
        kwargs["initial"] = {
            **{name: block.value.get(name) for name in names},
            "seen": draft.latest_revision_id,
        }
        super().__init__(*args, **kwargs)
        self.fact_names = names
        for name in names:
            field = deepcopy(blocks[name].field)
            field.label = blocks[name].label
            self.fields[name] = field
        self.fields["day"].widget = forms.DateInput(
            attrs={"type": "date"}, format="%Y-%m-%d"
        )
        self.fields["day"].error_messages["invalid"] = BAD_DAY

    def facts(self) -> dict[str, Any]:
        """Values by the names of the block's parts, as JSON holds them."""
        day = self.cleaned_data["day"]
        return {
            **{name: self.cleaned_data[name] for name in self.fact_names},
            "day": day.isoformat() if day else None,
        }
