"""A clerk writes a story on a phone, with a photo, and hands it in."""

from typing import Any

import pytest

from news.models import NewsPage
from tests.factories import make_image
from tests.news.reviews import waiting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_story_with_a_photo_is_written_and_handed_in(
    open_page: Any, school_a: Any, clerk_a: Any, principal_a: Any, script: bool
) -> None:
    picture = make_image(school_a, "柳篮").file.read()
    page = open_page("/desk/news/new/", user=clerk_a, java_script_enabled=script)
    page.get_by_role("button", name="空白的一条新闻").click()
    page.get_by_label("标题").fill("柳篮送到护河一线")
    page.get_by_label("正文").fill("第一段。\n第二段。")
    page.locator("[name=photos]").set_input_files(
        {"name": "篮.png", "mimeType": "image/png", "buffer": picture}
    )
    page.get_by_role("button", name="存下来", exact=True).click()
    # What is typed in the same go as a caption is asked for is kept.
    page.get_by_label("正文").fill("第一段。\n【图1】\n第二段。")
    page.get_by_role("button", name="写说明").click()
    page.get_by_label("图里有什么").fill("一只柳篮")
    page.get_by_role("button", name="存下来").click()
    page.get_by_role("button", name="交给编辑看看").click()
    page.get_by_role("button", name="交", exact=True).click()
    page.wait_for_url("**/reviews/**")
    story = NewsPage.objects.get()
    draft = story.get_latest_revision_as_object()
    assert [block.block_type for block in draft.body] == ["text", "photo", "text"]
    assert draft.lead_image is not None
    assert waiting(story).workflow_state.requested_by == clerk_a
