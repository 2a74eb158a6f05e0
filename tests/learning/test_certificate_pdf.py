"""Certificates on paper: lines, the PDF with its characters, and what serves without."""

import re
import shutil
import subprocess
from types import SimpleNamespace

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core import pdf as pdf_module
from core.checks import check_pdf
from core.exceptions import MissingGlyphError
from core.pdf import render_pdf, unavailable_reason
from learning.certificate_sheet import (
    BOTTOM,
    LEADING,
    NOT_FIRST,
    TOP,
    break_lines,
    lay_out,
    width_of,
)
from learning.models import Certificate
from tests.factories import make_learner
from tests.learning.certify import graduate
from tests.learning.lessons import make_lesson

needs_pango = pytest.mark.skipif(
    bool(unavailable_reason()), reason="no Pango on this machine"
)
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="no pdftotext on this machine"
)
RARE = ("张䶮", "𠮷野", "王·阿依古丽", "李喆", "朱镕基𬱖")


def text_of(pdf: bytes) -> str:
    done = subprocess.run(  # noqa: S603 (a program of the system)
        [str(shutil.which("pdftotext")), "-", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


# --- Lines ---------------------------------------------------------------------------


@given(
    st.text(alphabet="学习课程，。「」：（）12345 aBc、！", min_size=1, max_size=200)
)
def test_no_line_is_too_long_and_nothing_is_lost(text):
    lines = break_lines(text, width=24)
    together = "".join(lines).replace(" ", "")
    assert together == text.replace(" ", "")
    for line in lines:
        # A number is whole, and closing marks hang over.
        bare = line.rstrip(NOT_FIRST)
        longest = max(
            (len(one) for one in re.findall(r"[0-9a-zA-Z]+", text)), default=0
        )
        assert width_of(bare) <= max(24, 2 + longest * 0.55)


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one():
    text = "学" * 21 + "，" + "习" * 23 + "「课程」，完"
    lines = break_lines(text, width=24)
    assert all(line[0] not in NOT_FIRST for line in lines)
    assert all(line[-1] not in "「『（《" for line in lines)


@pytest.mark.parametrize("length", [4, 40, 120, 255])
def test_a_long_title_gets_smaller_letters_and_stays_above_the_names(length):
    sheet = lay_out(
        _of(course="长" * length), address="a/z", code_address="https://a/z/1"
    )
    assert sheet.lines[-1][0] <= BOTTOM
    assert sheet.lines[0][0] == TOP
    assert sheet.size * LEADING > 0


def test_a_long_name_stays_on_its_line():
    sheet = lay_out(_of(name="阿" * 40), address="a/z", code_address="https://a/z/1")
    assert width_of(sheet.name) * sheet.name_size < 622


def _of(name="王桂兰", course="书法"):
    facts = {
        "name": name, "course": course, "teacher": "范砚田", "issuer": "社区教育中心",
        "issued_on": "2026-11-26", "text": f"于 2026 年，在学校学完「{course}」，准予结业。",
    }  # fmt: skip
    return SimpleNamespace(pk=1, snapshot=facts, token="0" * 16, serial="2026-0001")


# --- The file ------------------------------------------------------------------------


@pytest.mark.django_db
@needs_pango
@needs_poppler
@pytest.mark.parametrize("name", RARE)
def test_names_with_rare_characters_can_be_read_in_the_pdf(client, course_a, name):
    """BC-39: drawn with an embedded font, and copied out again character by character."""
    make_lesson(course_a, title="第一课")
    found = graduate(course_a, make_learner("rare", display_name=name))
    client.force_login(found.enrolment.learner)
    response = client.get(reverse("learning:certificate_file", args=[found.pk]))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    said = "".join(text_of(response.content).split())
    assert name in said
    assert found.code_words in said
    fonts = subprocess.run(  # noqa: S603 (as above)
        [str(shutil.which("pdffonts")), "-"],
        input=response.content,
        capture_output=True,
        check=True,
    ).stdout.decode()
    rows = fonts.splitlines()[2:]
    assert rows
    # Columns «emb sub uni»: each is embedded, cut to what is used, and readable.
    assert all(re.search(r"yes\s+yes\s+yes", row) for row in rows)


@needs_pango
def test_a_character_that_no_font_has_is_an_error_and_no_box():
    with pytest.raises(MissingGlyphError) as error:
        render_pdf("<svg class=cert><text y='40'>\ue123</text></svg>")
    assert error.value.reason == "\ue123"


@needs_pango
def test_a_document_fetches_nothing(tmp_path):
    """No address of the web, no file of the machine."""
    secret = tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>x</text></svg>")
    html = f"<p>一</p><img src='{secret.as_uri()}'><img src='http://192.0.2.1/a.png'>"
    pdf = render_pdf(html)
    assert b"/Image" not in pdf
    assert b"/XObject" not in pdf


@needs_pango
def test_one_font_configuration_serves_the_whole_process():
    first, second = pdf_module._tools(), pdf_module._tools()
    assert first[1] is second[1]
    assert first[2] is second[2]


@pytest.mark.django_db
def test_without_the_libraries_the_print_view_serves_and_the_page_says_so(
    client, course_a, clerk_a, monkeypatch
):
    for place in (
        "core.pdf", "core.checks", "learning.certificate_views", "learning.completion_views",
    ):  # fmt: skip
        monkeypatch.setattr(f"{place}.unavailable_reason", lambda: "no libpango")
    found = graduate(course_a, make_learner("no-pdf", display_name="王桂兰"))
    client.force_login(found.enrolment.learner)
    page = client.get(reverse("learning:certificate", args=[found.pk]))
    assert "做不了 PDF 文件" in page.content.decode()
    assert "王桂兰" in page.content.decode()
    file = client.get(reverse("learning:certificate_file", args=[found.pk]))
    assert file.status_code == 503
    assert "到学校柜台" in file.content.decode()
    client.force_login(clerk_a)
    run = found.enrolment.run_id
    answer = client.get(reverse("desk:certificates_file", args=[run]), follow=True)
    assert "请直接打印下面这些证书" in answer.content.decode()
    assert [one.id for one in check_pdf(None)] == ["core.I001"]


@pytest.mark.django_db
@needs_pango
@needs_poppler
def test_all_of_a_course_are_one_file_with_a_sheet_each(client, course_a, clerk_a):
    for number in range(3):
        graduate(course_a, make_learner(f"g{number}", display_name=f"学员{number}"))
    run = course_a.runs.get(is_self_paced=True)
    client.force_login(clerk_a)
    pdf = client.get(reverse("desk:certificates_file", args=[run.pk])).content
    said = text_of(pdf)
    plain = "".join(said.split())
    assert [one for one in range(3) if f"学员{one}" in plain] == [0, 1, 2]
    assert said.count("\f") == 3
    printed = client.get(reverse("desk:print_certificates", args=[run.pk]))
    assert printed.content.decode().count('class="cert-page"') == 3
    assert Certificate.objects.valid().count() == 3


def test_the_library_of_pdf_does_not_make_cut_pictures_whole():
    """It sets a switch of Pillow for the whole process when it is imported."""
    from PIL import ImageFile

    assert unavailable_reason() is not None
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
