"""Banks and question files for tests, made the way the site makes them."""

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.models import CourseIndexPage, QuestionBankPage
from courses.question_desk import newest
from courses.services.questions import start_bank
from tests.factories import section

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PAPER = """面点小测
一、单选题（每题2分）
1、面团要醒多久？（ A ）
A．二十分钟　B．两分钟
2、【判断题】和面要用温水。（ √ ）
3、【多选题】「三光」是哪几样？
A．面光　B．手光　C．灯光
答案：B
4、【单选题】没有答案的题？
A．甲　B．乙
5、【简答题】说说怎么揉面。
"""


def make_bank(school: Any, by: Any, title: str = "面点题库") -> QuestionBankPage:
    return start_bank(section=section(school, CourseIndexPage), title=title, by=by)


def word_paper(text: str = PAPER) -> bytes:
    """A .docx with a paragraph for each line."""
    lines = "".join(f"<w:p><w:r><w:t>{x}</w:t></w:r></w:p>" for x in text.split("\n"))
    document = f'<w:document xmlns:w="{W}"><w:body>{lines}</w:body></w:document>'
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", document)
    return held.getvalue()


def upload(client: Any, page: Any, raw: bytes, name: str = "卷子.docx") -> Any:
    """What the page of the import answers to a file."""
    file = SimpleUploadedFile(name, raw)
    return client.post(reverse("desk:import_questions", args=[page.pk]), {"file": file})


def read_in(client: Any, page: Any, raw: bytes) -> str:
    """The address at which what was read is looked at."""
    answer = upload(client, page, raw)
    assert answer.status_code == 302, answer.context["form"].errors
    address: str = answer.url
    return address


def prompts(page: Any) -> list[str]:
    """What the newest version of a bank or lesson asks."""
    body = newest(type(page).objects.get(pk=page.pk)).body
    return [one.value["prompt"] if "prompt" in one.value else one.value["statement"]
            for one in body if one.block_type != "text"]  # fmt: skip
