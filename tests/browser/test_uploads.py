"""Many files from a phone, and the net that goes away between two parts."""

import pytest
from django.conf import settings

from core.models import MediaFile, SiteImage, Upload
from tests.browser.test_steps import eventually
from tests.core.test_uploads import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILM = settings.BASE_DIR / "demo" / "media" / "baduanjin.mp4"
PAGE = "/desk/uploads/"


@pytest.fixture(autouse=True)
def small_parts(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    settings.PUBLIC_MEDIA_ROOT = tmp_path / "public"
    settings.UPLOAD_PARTS_ROOT = tmp_path / "parts"
    for place in ("core.models.uploads", "core.upload_views"):
        monkeypatch.setattr(f"{place}.PART_BYTES", FILM.stat().st_size // 4)


def choose(page, *files):
    page.get_by_label("图片、视频、录音、文件").set_input_files(list(files))
    page.get_by_role("button", name="开始传").click()


def test_a_film_goes_on_after_the_net_was_gone_and_after_a_reload(
    open_page, teacher_a, tmp_path
):
    page = open_page(PAGE, user=teacher_a)
    page.on("dialog", lambda dialog: dialog.accept())
    sent = []
    gone = {"net": True}

    def gate(route):
        number = int(route.request.url.rstrip("/").rpartition("/")[2])
        if gone["net"] and number >= 1:
            route.abort()
            return
        sent.append(number)
        route.continue_()

    page.route("**/parts/*/", gate)
    page.get_by_label("这是什么").fill("八段锦")
    choose(page, FILM)
    page.get_by_text("网断了。别关这一页").wait_for()
    assert sent == [0]
    gone["net"] = False
    page.evaluate("window.dispatchEvent(new Event('online'))")
    # The gate opens only while the browser is asked something.
    assert eventually(lambda: page.wait_for_timeout(100) or 1 in sent)
    gone["net"] = True
    page.get_by_text("网断了。别关这一页").wait_for()
    page.reload()
    before = set(sent)
    assert eventually(lambda: page.get_by_text("还没传完的").is_visible())
    assert "已传" in page.locator("main").inner_text()
    gone["net"] = False
    choose(page, FILM)
    page.get_by_text("都传完了").wait_for()
    assert not before & set(sent[len(before) :]), "what was there came once"
    made = MediaFile.objects.get()
    with made.file.open() as stored:
        assert stored.read() == FILM.read_bytes()
    assert eventually(lambda: not Upload.objects.open().exists())


def test_several_files_are_told_one_by_one_and_the_same_is_known_again(
    open_page, teacher_a, tmp_path
):
    good, same, bad = (tmp_path / name for name in ("a.png", "b.png", "c.png"))
    good.write_bytes(picture())
    same.write_bytes(picture())
    bad.write_bytes(b"no picture")
    page = open_page(PAGE, user=teacher_a)
    choose(page, good, same, bad)
    page.get_by_text("都传完了").wait_for()
    rows = page.locator("[data-uploads-list] > li")
    assert [row.inner_text().split("\n")[0] for row in rows.all()] == [
        "a.png", "b.png", "c.png",
    ]  # fmt: skip
    assert "传好了" in rows.nth(0).inner_text()
    assert "以前传过" in rows.nth(1).inner_text()
    assert "notice--err" in rows.nth(2).get_attribute("class")
    assert SiteImage.objects.get().title == "未命名"


def test_it_works_without_a_script(open_page, teacher_a, tmp_path):
    good = tmp_path / "a.png"
    good.write_bytes(picture())
    page = open_page(PAGE, user=teacher_a, java_script_enabled=False)
    page.get_by_label("这是什么").fill("揉面")
    choose(page, good)
    page.get_by_text("传好了").wait_for()
    assert SiteImage.objects.get().title == "揉面"
