"""A teacher's Word paper comes into a bank on a phone, in few taps."""

import re

import pytest
from django.urls import reverse

from tests.courses.banks import make_bank, prompts, word_paper

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_a_word_paper_comes_into_a_bank_and_is_seen_in_the_editor(
    open_page, teacher_a, school_a
):
    bank = make_bank(school_a, teacher_a)
    page = open_page("/desk/", user=teacher_a, viewport=PHONE, display="standard.light")
    page.get_by_role("link", name="题库").click()
    page.get_by_role("link", name=re.compile("面点题库")).click()
    page.get_by_role("link", name="导入题目").click()
    page.get_by_label("题目文件").set_input_files(
        {"name": "卷子.docx", "mimeType": WORD, "buffer": word_paper()}
    )
    page.get_by_role("button", name="读出来看看").click()
    page.get_by_text("看一遍题目").first.wait_for()
    boxes = page.get_by_role("checkbox")
    assert [box.is_checked() for box in boxes.all()] == [True, True, False]
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
    page.get_by_role("button", name="导入勾上的题").click()
    page.get_by_role("heading", name="导入好了").wait_for()
    assert len(prompts(bank)) == 2
    page.get_by_role("link", name="打开来看看").click()
    page.wait_for_url(f"**{reverse('wagtailadmin_pages:edit', args=[bank.pk])}")
    shown = page.locator("input[name$='-prompt'], input[name$='-statement']")
    shown.nth(1).wait_for(state="attached")
    assert [one.input_value() for one in shown.all()] == prompts(bank)
