"""Reading aloud: four kinds of device, and what a voice is given to read."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.core.files import File

from core.models import MediaFile
from learning.services.enrolment import enrol_learner
from tests.learning.lessons import block_id, make_lesson, text_block
from tests.learning.test_steps_page import step_block

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A device that tells what it was asked to do: calls, in their order.
DEVICE = """
window.calls = [];
const voices = %s;
const listeners = [];
class Utterance { constructor(text) { this.text = text; } }
window.SpeechSynthesisUtterance = Utterance;
let known = %s ? [] : voices;
if (!known.length) setTimeout(() => { known = voices; listeners.forEach((one) => one()); }, 600);
Object.defineProperty(window, "speechSynthesis", { configurable: true, value: {
  getVoices: () => known,
  addEventListener: (name, act) => listeners.push(act),
  cancel: () => window.calls.push(["cancel"]),
  speak: (one) => {
    window.calls.push(["speak", one.text, one.rate, one.lang]);
    window.spoken = one;
  },
}});
"""
NO_DEVICE = """
Object.defineProperty(window, "speechSynthesis", { configurable: true, value: undefined });
"""
CHINESE = '[{lang: "en-US", name: "e"}, {lang: "zh_CN", name: "z", localService: true}]'
ENGLISH = '[{lang: "en-US", name: "e"}, {lang: "de-DE", name: "d"}]'


@pytest.fixture
def enrolment(learner, course_a):
    return enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))


@pytest.fixture
def lesson(enrolment, course_a):
    return make_lesson(course_a, step_block("甲"), step_block("乙"), text_block())


@pytest.fixture
def on_device(open_page, learner):
    """`on_device(script, path)`: the page on a device with that voice."""

    def get(script: str, path: str, **options: Any) -> Any:
        options.setdefault("display", "large.light")
        page = open_page("about:blank", user=learner, **options)
        page.add_init_script(script)
        page.goto(path)
        return page

    return get


def device(voices: str, late: bool = False) -> str:
    return DEVICE % (voices, json.dumps(late))


def box(page: Any) -> Any:
    return page.locator("[data-say]").locator("visible=true").first


def calls(page: Any) -> list[list[Any]]:
    found: list[list[Any]] = page.evaluate("window.calls")
    return found


def end_sentence(page: Any) -> None:
    page.evaluate("window.spoken.onend && window.spoken.onend()")


def phone_stays(page: Any) -> None:
    """No button is drawn, and the number of the telephone stands in its place."""
    page.wait_for_timeout(2600)
    assert not page.locator("[data-say-play]").locator("visible=true").count()
    assert "想听人讲？" in box(page).inner_text()


def test_without_speech_the_number_stands_there(on_device, lesson):
    phone_stays(on_device(NO_DEVICE, lesson.url))


def test_without_a_chinese_voice_the_number_stands_there(on_device, lesson):
    page = on_device(device(ENGLISH), lesson.url)
    phone_stays(page)
    assert calls(page) == []


def test_a_chinese_voice_reads_sentence_by_sentence(on_device, lesson):
    page = on_device(device(CHINESE, late=True), lesson.url)
    button = box(page).locator("[data-say-play]")
    button.wait_for()
    assert button.bounding_box()["height"] >= 84
    assert not page.get_by_text("想听人讲？").locator("visible=true").count()
    assert calls(page) == []
    button.click()
    said = calls(page)
    assert [one[0] for one in said] == ["cancel", "speak"]
    assert said[1][1:] == ["甲步", 0.9, "zh_CN"]
    end_sentence(page)
    assert calls(page)[-1][1] == "做一下。"
    assert page.locator(".saying").all_inner_texts() == ["做一下。"]
    # Whatever is spoken, what waited was thrown away right before.
    names = [one[0] for one in calls(page)]
    assert all(
        names[place - 1] == "cancel"
        for place, name in enumerate(names)
        if name == "speak"
    )
    end_sentence(page)
    assert button.get_attribute("aria-pressed") == "false"
    assert page.locator("[data-sentence]").count() == 0


def test_a_voice_pauses_goes_on_slower_and_from_the_beginning(on_device, lesson):
    page = on_device(device(CHINESE), lesson.url)
    button = box(page).locator("[data-say-play]")
    button.click()
    end_sentence(page)
    button.click()
    assert calls(page)[-1] == ["cancel"]
    assert button.inner_text().strip() == "接着听"
    button.click()
    assert calls(page)[-1][1] == "做一下。"
    box(page).get_by_role("button", name="慢一点").click()
    assert calls(page)[-1][1:3] == ["做一下。", 0.8]
    box(page).get_by_role("button", name="从头听").click()
    assert calls(page)[-1][1:3] == ["甲步", 0.8]


def test_a_voice_stops_with_its_step_and_with_the_page(on_device, lesson):
    page = on_device(device(CHINESE), lesson.url)
    box(page).locator("[data-say-play]").click()
    page.locator("#step-nav").get_by_text("下一步").locator("visible=true").click()
    assert calls(page)[-1] == ["cancel"]
    box(page).locator("[data-say-play]").click()
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert calls(page)[-1] == ["cancel"]


def test_a_long_text_is_read_in_short_pieces(on_device, enrolment, course_a):
    words = "面要揉到表面发亮，手上盆里都干净，" * 20 + "。"
    block = text_block() | {"value": f"<p>{words}</p><p>看 https://a.example/b</p>"}
    lesson = make_lesson(course_a, block, step_block("甲"), title="长课")
    page = on_device(device(CHINESE), lesson.url)
    box(page).locator("[data-say-play]").click()
    for _time in range(12):
        end_sentence(page)
    spoken = [one[1] for one in calls(page) if one[0] == "speak"]
    assert max(map(len, spoken)) <= 120
    assert sum(one.count("发亮") for one in spoken) == 20
    assert not any("example" in one for one in spoken)


def test_the_recording_of_the_teacher_comes_first(on_device, enrolment, course_a):
    path = settings.BASE_DIR / "demo" / "media" / "stories.m4a"
    with path.open("rb") as opened:
        media = MediaFile(title="故事", type="audio", file=File(opened, "stories.m4a"))
        media.save()
    value = {"title": "听一听", "audio": media.pk, "transcript": "从前。"}
    block = {"type": "audio", "id": block_id("a"), "value": value}
    lesson = make_lesson(course_a, block, step_block("甲"), title="听课")
    page = on_device(device(CHINESE), lesson.url)
    button = box(page).locator("[data-say-play]")
    button.click()
    page.wait_for_function("() => !document.querySelector('audio').paused")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0")
    assert button.get_attribute("aria-pressed") == "true"
    box(page).get_by_role("button", name="慢一点").click()
    assert page.evaluate("document.querySelector('audio').playbackRate") == 0.8
    button.click()
    assert page.evaluate("document.querySelector('audio').paused")
    assert [one for one in calls(page) if one[0] == "speak"] == []


@pytest.mark.parametrize("path", ["course", "/nothing-here/", "/help/"])
def test_public_pages_can_be_heard_too(on_device, course_a, path):
    page = on_device(device(CHINESE), course_a.url if path == "course" else path)
    button = box(page).locator("[data-say-play]")
    button.click()
    assert calls(page)[-1][1] == page.locator("h1").inner_text()


def test_an_english_interface_reads_the_chinese_content_alone(on_device, lesson):
    page = on_device(device(CHINESE), "/")
    page.goto(lesson.url)
    url = page.url.split("/schools")[0]
    page.context.add_cookies([{"name": "language", "value": "en", "url": url}])
    page.reload()
    box(page).locator("[data-say-play]").click()
    for _time in range(6):
        end_sentence(page)
    spoken = [one[1] for one in calls(page) if one[0] == "speak"]
    assert spoken[:2] == ["甲步", "做一下。"]
    assert not any(letter.isascii() and letter.isalpha() for letter in "".join(spoken))


# What stands on a page, and what is heard.
SAMPLES = [
    ("共 6 课", "共6课"),
    ("第 2 课", "第2课"),
    ("共 2 课", "共两课"),
    ("还有 2 题没答", "还有两题没答"),
    ("12 题", "12题"),
    ("2 月 2 日", "2月2日"),
    ("约 2 兆", "约两兆"),
    ("2 分钟", "两分钟"),
    ("上午 9:00", "上午9点"),
    ("上午 9:05", "上午9点零五分"),
    ("下午 2:30", "下午两点30分"),
    ("14:30", "下午两点30分"),
    ("19:00", "晚上7点"),
    ("9:30–11:00", "9点30分到11点"),
    ("上午 9：30", "上午9点30分"),
    ("25:70", "25:70"),
    ("2026-11-26", "二零二六年11月26日"),
    ("2026/1/5", "二零二六年1月5日"),
    ("2026 年 11 月 26 日", "二零二六年11月26日"),
    ("11 月 26 日 周四", "11月26日周四"),
    ("138 0013 8000", "幺三八，零零幺三，八零零零"),
    ("13800138000", "幺三八，零零幺三，八零零零"),
    ("打 025-8888 1234 问", "打零二五，八八八八，幺二三四问"),
    ("打 12393 问医保局", "打幺二三九三问医保局"),
    ("拨打 120", "拨打幺二零"),
    ("120 分钟", "120分钟"),
    ("400-800-1234", "四零零，八零零，幺二三四"),
    ("80%以上", "百分之80以上"),
    ("放 1/2 杯水", "放2分之1杯水"),
    ("练 3-5 遍", "练3到5遍"),
    ("练 3～5 遍", "练3到5遍"),
    ("60℃的水", "60度的水"),
    ("面粉 500g", "面粉500克"),
    ("¥20", "20元"),
    ("０.75 倍", "0.75倍"),
    ("看 https://a.example/b?c=1 就行", "看就行"),
    ("写信到 a.b@example.org 问", "写信到问"),
    ("《剪纸》（有字幕）", "剪纸，有字幕"),
    ("点「设置」→「显示」", "点设置显示"),
    ("点右下角的 加号 ⊕。", "点右下角的加号。"),
    ("书法 · 周老师", "书法，周老师"),
    ("水/奶都行", "水或奶都行"),
    ("好 😀！", "好！"),
    ("等一等……再来", "等一等，再来"),
    ("白天&晚上", "白天和晚上"),
    ("２ 遍", "两遍"),
]


def test_what_is_heard_is_words(open_page):
    page = open_page("/help/")
    heard = page.evaluate(
        """async (texts) => {
            const module = await import("/static/js/say_text.js");
            return texts.map(module.normalise);
        }""",
        [text for text, _heard in SAMPLES],
    )
    wrong = [
        (text, want, got)
        for (text, want), got in zip(SAMPLES, heard, strict=True)
        if want != got
    ]
    assert len(SAMPLES) >= 40
    assert wrong == []
