"""Each kind of file, each kind of question, and each reason why one is refused."""

import io
import zipfile
from dataclasses import replace

import pytest
from openpyxl import Workbook

from courses.exceptions import QuestionFileError
from courses.question_files import (
    Item,
    Option,
    lost_of,
    read_questions,
    to_blocks,
    write_gift,
    write_xlsx,
)
from courses.question_files.containers import MAX_UNPACKED

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PAPER = """街道安全小测
一、单选题
1、面团要醒多久？（ B ）A．两分钟  B．二十分钟  C．两天
2．油锅起火，先做什么？
A、泼水
B、盖锅盖
答案：B
解析：水会让油溅开。
【多选题】3、「三光」有哪些？（AC）
A．面光
B．灯光
C．手光
二、判断题
1、湿布要盖在面上。（√）
2、楼道可以停电动车。
三、填空题
1、火警电话是____。
参考答案
二、2、×
三、1、119；一一九
"""


def read(text):
    return read_questions(text if isinstance(text, bytes) else text.encode())


def short(item):
    """Kind and answer of a question, as a teacher would say them."""
    if item.verdict == "refused":
        return "refused"
    if item.pairs:
        return item.kind, [(pair.left, pair.right) for pair in item.pairs]
    return item.kind, item.right_letters or item.answers


def docx(*paragraphs, numbering=""):
    held = io.BytesIO()
    body = "".join(paragraphs)
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f"<w:document {WORD}><w:body>{body}</w:body></w:document>",
        )
        if numbering:
            archive.writestr(
                "word/numbering.xml", f"<w:numbering {WORD}>{numbering}</w:numbering>"
            )
    return held.getvalue()


def paragraph(text, of_list="", level="0"):
    numbered = (
        f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{of_list}"/></w:numPr></w:pPr>'
        if of_list
        else ""
    )
    return f"<w:p>{numbered}<w:r><w:t>{text}</w:t></w:r></w:p>"


def counting(number, form, shown):
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="{form}"/><w:lvlText w:val="{shown}"/></w:lvl></w:abstractNum>'
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
    )


def sheet(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


OF_PAPER = [
    ("single", "B"), ("single", "B"), ("multiple", "AC"), ("true_false", ["true"]),
    ("true_false", ["false"]), ("fill_in", ["119", "一一九"]),
]  # fmt: skip


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_paper_is_read_in_every_encoding(code):
    found = read(PAPER.encode(code))
    assert [short(item) for item in found.items] == OF_PAPER
    assert found.items[1].feedback == "水会让油溅开。"
    assert found.items[0].prompt == "面团要醒多久？（　）"
    assert found.notes == ["这句话不是题目，没有读：「街道安全小测」。"]


def test_a_paper_in_word_is_read_as_its_text():
    found = read(docx(*map(paragraph, PAPER.splitlines())))
    assert [short(item) for item in found.items] == OF_PAPER


def test_numbers_and_letters_that_word_makes_itself_are_read():
    lists = counting("1", "decimal", "%1、") + counting("2", "upperLetter", "%1.")
    raw = docx(
        paragraph("面要醒多久？", "1"),
        paragraph("两分钟", "2"),
        paragraph("二十分钟", "2"),
        paragraph("答案：B"),
        numbering=lists,
    )
    (item,) = read(raw).items
    assert short(item) == ("single", "B")
    assert [one.text for one in item.options] == ["两分钟", "二十分钟"]


GIFT = [
    ("煮面{=三分钟 ~三小时#太久了}", ("single", "A")),
    ("三光{~%50%面光 ~%50%手光 ~%-100%灯光}", ("multiple", "AB")),
    ("面要醒。{T}", ("true_false", ["true"])),
    ("火警{=119 =一一九}", ("fill_in", ["119", "一一九"])),
    ("圆周率{#3.14:0.01}", ("numeric", ["3.14"])),
    ("一到三{#1..3}", ("numeric", ["2"])),
    ("连{=猫 -> 鱼 =兔 -> 草}", ("matching", [("猫", "鱼"), ("兔", "草")])),
    ("排{>\n洗手\n和面\n}", ("ordering", ["洗手", "和面"])),
    ("说说看{}", ("short_answer", [])),
    ("::名::写成 {=\\=\\{\\} ~\\~} 的样子", ("single", "A")),
    ("只是一段话。\n\n火警{=119}", "refused"),
    ("没有关上{=一 ~二", "refused"),
    ("没有对的{~一 ~二}", "refused"),
    ("有的有箭头{=猫 -> 鱼 =草}", "refused"),
    ("不是数{#很多}", "refused"),
    ("什么都行{=*}", "refused"),
]


@pytest.mark.parametrize(("text", "outcome"), GIFT)
def test_gift(text, outcome):
    assert short(read(text).items[0]) == outcome


AIKEN = "面要醒多久？\nA) 两分钟\nB) 二十分钟\nANSWER: B\n\n火警？\nＡ、119\nＢ、110\n答案：Ａ\n"


def test_a_first_line_without_a_full_stop_is_a_question_where_options_follow():
    found = read("小测\n面要醒多久\nA. 两分钟\nB. 二十分钟\n答案：B\n难度：易\n")
    (item,) = found.items
    assert (item.prompt, short(item)) == ("面要醒多久", ("single", "B"))
    assert found.notes == [
        "这句话不是题目，没有读：「小测」。",
        "这句话不是题目，没有读：「难度：易」。",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "【单选题】醒多久？\nA．两分钟\nB．二十分钟\n答案：B",
        "一、醒多久？\nA．两分钟 B．二十分钟\n答案：B",
        "1、醒多久？（ Ｂ ）\nA．两分钟 B．二十分钟",
        "（1）醒多久？A、两分钟 B、二十分钟\n【答案】B",
        "一、选择题\n1.醒多久？\nA.两分钟\nB.二十分钟\n参考答案：\n一、选择题\n1.B",
    ],
)
def test_ways_of_writing_one_question(text):
    found = read(text)
    (item,) = found.items
    assert short(item) == ("single", "B")
    assert [one.text for one in item.options] == ["两分钟", "二十分钟"]
    assert found.notes == []


def test_aiken_with_half_and_full_width_letters():
    assert [short(item) for item in read(AIKEN).items] == [
        ("single", "B"),
        ("single", "A"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1、甲？（ E ）\nA．一\nB．二", "没有选项 E"),
        ("1、甲？（ A ）\nA．一\nB．二\n答案：B", "两个不一样的答案"),
        ("1、甲？\nA．一\nB．二", "没有答案"),
        ("1、【单选题】甲？（AB）\nA．一\nB．二", "答案却有好几个"),
        ("1、甲？（A）\nA．一\nA．二", "同一个字母"),
        ("1、【判断题】甲。\n答案：也许", "看不懂"),
        ("1、【单选题】甲？（A）", "没有找到选项"),
        ("1、这是一句话", "没有选项，也没有答案"),
        ("1、____是____的妈妈\n答案：甲", "几个空"),
    ],
)
def test_nothing_is_guessed(text, words):
    (item,) = read(text).items
    assert item.verdict == "refused"
    assert words in item.message


HEADS = ["题型", "题干", "选项A", "选项B", "选项C", "正确答案"]
ROWS = [
    (["单选题", "醒多久？", "两分钟", "二十分钟", None, "ｂ"], ("single", "B")),
    (["多选", "三光？", "面光", "手光", "灯光", "A，B"], ("multiple", "AB")),
    (["判断题", "要醒。", "正确", "错误", None, "错误"], ("true_false", ["false"])),
    (["判断题", "要醒。", None, None, None, "√"], ("true_false", ["true"])),
    (["填空题", "火警____", None, None, None, 119], ("fill_in", ["119"])),
    (["", "醒多久？", "两分钟", "二十分钟", None, "二十分钟"], ("single", "B")),
    (["简答题", "怎样揉面？", None, None, None, "看视频"], ("short_answer", [])),
    (["单选题", "醒多久？", "两分钟", "二十分钟", None, "D"], "refused"),
    (["猜谜题", "醒多久？", "两分钟", "二十分钟", None, "A"], "refused"),
    (["单选题", "", "两分钟", "二十分钟", None, "A"], "refused"),
]


@pytest.mark.parametrize(("row", "outcome"), ROWS)
def test_a_row_of_a_sheet(row, outcome):
    found = read(sheet(["题库（请勿修改表头）"], HEADS, [], row))
    (item,) = found.items
    assert short(item) == outcome
    assert item.number == 4


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("code", ["utf-8-sig", "gb18030"])
def test_a_text_table(separator, code):
    lines = [HEADS, ["单选题", "醒多久？", "两分钟", "二十分钟", "", "B"]]
    text = "\r\n".join(separator.join(line) for line in lines)
    (item,) = read(text.encode(code)).items
    assert short(item) == ("single", "B")


def test_what_looks_like_a_formula_stays_as_it_was_written():
    found = read(sheet(HEADS, ["单选题", "=1+1 等于几", "2", "=3", None, "A"]))
    assert found.items[0].prompt == "=1+1 等于几"
    assert found.items[0].options[1].text == "=3"


def moodle(kind, inner):
    return (
        f'<quiz><question type="{kind}"><name><text>名</text></name><questiontext format="html">'
        f"<text>&lt;p&gt;问&lt;/p&gt;</text></questiontext>{inner}</question></quiz>"
    )


def answers(*pairs):
    return "".join(
        f'<answer fraction="{points}"><text>{text}</text></answer>'
        for points, text in pairs
    )


MOODLE = [
    ("multichoice", answers((0, "一"), (100, "二")), ("single", "B")),
    (
        "multichoice",
        "<single>false</single>" + answers((50, "一"), (50, "二"), (0, "三")),
        ("multiple", "AB"),
    ),
    ("truefalse", answers((0, "true"), (100, "false")), ("true_false", ["false"])),
    ("shortanswer", answers((100, "119"), (0, "*")), ("fill_in", ["119"])),
    ("numerical", answers((100, "42")), ("numeric", ["42"])),
    (
        "matching",
        "".join(
            f"<subquestion><text>{a}</text><answer><text>{b}</text></answer></subquestion>"
            for a, b in (("猫", "鱼"), ("兔", "草"))
        ),
        ("matching", [("猫", "鱼"), ("兔", "草")]),
    ),
    ("essay", "", ("short_answer", [])),
    ("description", "", "refused"),
    ("cloze", "", "refused"),
    ("ddimageortext", "", "refused"),
]


@pytest.mark.parametrize(("kind", "inner", "outcome"), MOODLE)
def test_moodle_xml(kind, inner, outcome):
    (item,) = read(moodle(kind, inner)).items
    assert short(item) == outcome
    assert item.prompt == "问"
    assert outcome != "refused" or kind in item.message or kind == "description"


OLD = """<questestinterop><item title="名"><presentation><material><mattext>问</mattext>
</material>{asked}</presentation><resprocessing>{right}</resprocessing></item></questestinterop>"""
LID = """<response_lid ident="r" rcardinality="{many}"><render_choice>
<response_label ident="a"><material><mattext>一</mattext></material></response_label>
<response_label ident="b"><material><mattext>二</mattext></material></response_label>
<response_label ident="c"><material><mattext>三</mattext></material></response_label>
</render_choice></response_lid>"""


def gives(condition, points=100):
    return f"<respcondition><conditionvar>{condition}</conditionvar><setvar>{points}</setvar></respcondition>"


def equal(value, name="r"):
    return f'<varequal respident="{name}">{value}</varequal>'


QTI_OLD = [
    (LID.format(many="Single"), gives(equal("b")), ("single", "B")),
    (
        LID.format(many="Multiple"),
        gives(f"<and>{equal('a')}<not>{equal('b')}</not>{equal('c')}</and>"),
        ("multiple", "AC"),
    ),
    (LID.format(many="Single"), gives(equal("z")), "refused"),
    (
        '<response_str ident="r"><render_fib/></response_str>',
        gives(equal("119")),
        ("fill_in", ["119"]),
    ),
    (
        '<response_str ident="r"><render_fib fibtype="Decimal"/></response_str>',
        gives("<vargte>1</vargte><varlte>3</varlte>"),
        ("numeric", ["2"]),
    ),
    ('<response_xy ident="r"/>', "", "refused"),
    ("", "", "refused"),
]


@pytest.mark.parametrize(("asked", "right", "outcome"), QTI_OLD)
def test_qti_1(asked, right, outcome):
    (item,) = read(OLD.format(asked=asked, right=right)).items
    assert short(item) == outcome


NEW = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" title="名">
<responseDeclaration identifier="R" cardinality="{how}" baseType="{base}"><correctResponse>
{right}</correctResponse></responseDeclaration><itemBody><p>问</p>{asked}</itemBody>
</assessmentItem>"""
CHOICES = '<simpleChoice identifier="A">一</simpleChoice><simpleChoice identifier="B">二</simpleChoice>'
QTI_NEW = [
    ("single", "identifier", "B", f'<choiceInteraction responseIdentifier="R">{CHOICES}</choiceInteraction>', ("single", "B")),
    ("multiple", "identifier", "A B", f'<choiceInteraction responseIdentifier="R">{CHOICES}</choiceInteraction>', ("multiple", "AB")),
    ("ordered", "identifier", "B A", f'<orderInteraction responseIdentifier="R">{CHOICES}</orderInteraction>', ("ordering", ["二", "一"])),
    ("single", "string", "119", '<p><textEntryInteraction responseIdentifier="R"/></p>', ("fill_in", ["119"])),
    ("single", "float", "42", '<p><textEntryInteraction responseIdentifier="R"/></p>', ("numeric", ["42"])),
    ("single", "identifier", "Z", f'<choiceInteraction responseIdentifier="R">{CHOICES}</choiceInteraction>', "refused"),
    ("single", "point", "1", '<hotspotInteraction responseIdentifier="R"/>', "refused"),
]  # fmt: skip


@pytest.mark.parametrize(("how", "base", "right", "asked", "outcome"), QTI_NEW)
def test_qti_2(how, base, right, asked, outcome):
    values = "".join(f"<value>{one}</value>" for one in right.split())
    text = NEW.format(how=how, base=base, right=values, asked=asked)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("imsmanifest.xml", "<manifest/>")
        archive.writestr("items/one.xml", text)
    for raw in (text.encode(), held.getvalue()):
        (item,) = read(raw).items
        assert short(item) == outcome


def bomb():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (MAX_UNPACKED + 1))
    return held.getvalue()


ENTITY = '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>'


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "空的"),
        (b"x" * (5 * 1024 * 1024 + 1), "太大"),
        (bomb(), "展开以后太大"),
        (ENTITY.encode(), "DOCTYPE"),
        (('<?xml version="1.0"?>' + ENTITY).encode(), "DOCTYPE"),
        (docx().replace(b"PK\x05\x06", b"PK\x00\x00"), "打不开"),
        (b"\xd0\xcf\x11\xe0 old", "旧格式"),
        (b"%PDF-1.7", "PDF"),
        (b"a\xf6df {=\xe9\xe8\xff}", "编码"),
        (b"<?xml version='1.0'?><quiz>", "写坏了"),
        (b"<?xml version='1.0'?><qti-assessment-item/>", "QTI 3.0"),
        (b"<?xml version='1.0'?><POOL/>", "Blackboard"),
        (("问{=一 ~二}\n\n" * 2001).encode(), "2000"),
        (sheet(["姓名", "手机号"], ["甲", "1"]), "题干"),
    ],
)
def test_a_file_is_refused_with_what_to_do(raw, words):
    with pytest.raises(QuestionFileError, match=words):
        read(raw)


def test_questions_become_blocks_with_ids_that_stay():
    found = read(PAPER)
    first, again = to_blocks(found.items), to_blocks(read(PAPER).items)
    assert first.blocks == again.blocks
    assert [one["type"] for one in first.blocks][:4] == [
        "single_choice",
        "single_choice",
        "multiple_choice",
        "true_false",
    ]
    ids = [one["id"] for one in first.blocks]
    assert len(set(ids)) == len(ids)
    assert first.blocks[3]["value"]["answer"] == "true"


def test_a_lesson_takes_the_blocks():
    from courses.blocks.lesson import LessonStreamBlock

    stream = LessonStreamBlock()
    taken = stream.clean(stream.to_python(to_blocks(read(PAPER).items[:5]).blocks))
    assert [child.value.right_ids for child in taken][3:] == [{"true"}, {"false"}]
    assert len(taken[0].value.right_ids) == 1


def test_what_no_block_takes_is_named_and_nothing_is_cut():
    long = Item(1, "single", "长" * 161, options=[Option("一", True), Option("二")])
    essay = Item(2, "short_answer", "说说看")
    mapped = to_blocks([long, essay])
    assert mapped.blocks == []
    assert [reason for _item, reason in mapped.left_out] == [
        "题干太长：有 161 个字，最多 160 个。请改短。",
        "简答题要人来批，这里还放不下。请改成填空题或选择题。",
    ]


def test_a_word_file_that_holds_another_file_says_so():
    raw = docx("<w:altChunk/>")
    assert "嵌着别的文件" in read_questions(raw).notes[0]


CLOZE = """把城市和省份连起来：
* 武汉：{1:MULTICHOICE:=湖北#对~湖南#错}
* 长沙：{1:MC:湖北~%100%湖南}
法国的首都是{1:SHORTANSWER:%100%巴黎#对了~%50%里昂#差一点~*#再想想}。
水在{:NM:=100:0.5}度开，三光是{1:MULTIRESPONSE:=面光~=手光~灯光}。
"""


def test_each_blank_of_a_text_becomes_a_question():
    found = read_questions(CLOZE.encode())
    assert [item.kind for item in found.items] == [
        "single", "single", "fill_in", "numeric", "multiple",
    ]  # fmt: skip
    assert found.items[0].prompt == "把城市和省份连起来：\n* 武汉：（　）"
    assert [item.right_letters for item in found.items] == ["A", "B", "", "", "AB"]
    town = found.items[2]
    assert town.prompt.endswith("法国的首都是____。")
    assert (town.answers, town.feedback_right, town.feedback_wrong) == (
        ["巴黎"], "对了", "再想想",
    )  # fmt: skip
    assert "只给一部分分" in town.message
    assert found.items[3].prompt.endswith("水在____度开，三光是……。")
    assert str(found.items[3].tolerance) == "0.5"
    assert all("有 5 个空" in item.message for item in found.items)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("选水果{1:MULTICHOICE:=苹果#对}", "选项不到两个"),
        ("选水果{1:MULTICHOICE:梨#错~%50%苹果#对}", "没有答案"),
        ("画图{1:DRAWING:=圆}", "DRAWING"),
    ],
)
def test_a_blank_that_is_not_whole_is_refused(text, words):
    [item] = read_questions(text.encode()).items
    assert item.verdict == "refused"
    assert words in item.message


def test_what_has_no_place_with_us_is_named_for_the_file():
    gift = "// 出自老师\n// [id:7] [tag:面点]\n问{=答}"
    assert read_questions(gift.encode()).dropped == [
        "编号和标签没有带过来，一共 2 处：「[id:7]」。",
        "注释没有带过来，一共 1 行：「出自老师」。",
    ]
    table = "序号,题干,答案,分值,难度\n1,水是湿的,对,2,"
    assert read_questions(table.encode()).dropped == [
        "「序号」这一列没有地方放，没有带过来（比如「1」）。",
        "「分值」这一列没有地方放，没有带过来（比如「2」）。",
    ]
    paper = "一、判断题\n1、水是湿的。（√）"
    assert "「一、判断题」" in read_questions(paper.encode()).dropped[0]


OUTSIDE = '<!DOCTYPE quiz PUBLIC "-//X//EN" "http://example.org/x.dtd">'
INSIDE = (
    "<!DOCTYPE quiz [<!-- x --><!ELEMENT quiz ANY><!ATTLIST quiz a CDATA #IMPLIED>]>"
)


@pytest.mark.parametrize("doctype", [OUTSIDE, INSIDE])
def test_a_grammar_that_declares_no_entity_is_left_alone(doctype):
    quiz = "<quiz><question type='essay'><questiontext><text>说</text></questiontext></question></quiz>"
    found = read_questions(
        f"<?xml version='1.0'?>\n<!-- x -->\n{doctype}{quiz}".encode()
    )
    assert [item.prompt for item in found.items] == ["说"]
    # What it might have declared is unknown then.
    with pytest.raises(QuestionFileError, match="写坏了"):
        read_questions(f"{doctype}{quiz.replace('说', '&x;')}".encode())


def test_a_grammar_hides_no_entity():
    for inside in (
        "<!ENTITY x 'y'>",
        "%x;",
        "<!ELEMENT a ANY><!ENTITY % x SYSTEM 'y'>",
    ):
        raw = f"<!DOCTYPE quiz [{inside}]><quiz/>".encode()
        with pytest.raises(QuestionFileError, match="DOCTYPE"):
            read_questions(raw)


def test_an_explanation_stands_beside_what_is_right():
    paper = "1、醒多久？\nA．二十分钟\nB．两分钟\n答案：A\n解析：面要歇一歇"
    [item] = read_questions(paper.encode()).items
    [block] = to_blocks([item]).blocks
    assert block["value"]["options"][0]["value"]["feedback"] == "面要歇一歇"
    [block] = to_blocks(
        read_questions("1、水湿。（√）\n解析：摸摸看".encode()).items
    ).blocks
    assert block["value"]["feedback_right"] == "摸摸看"
    long = replace(item, feedback="长" * 121)
    assert "解析放不下" in lost_of(long)[0]
    assert lost_of(item) == []


def test_the_remarks_of_a_blank_are_kept_in_both_files():
    item = Item(0, "fill_in", "和面要用____水", answers=["温"])
    item.feedback_right, item.feedback_wrong = "不烫手", "再想想"
    for raw in (write_gift([item]).encode(), write_xlsx([item])):
        [read] = read_questions(raw).items
        assert (read.feedback_right, read.feedback_wrong) == ("不烫手", "再想想")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("一二三四五六七八".encode("big5") + b"\x80\xff", ""),
        (b"Sch\xf6nes \xc4ndern: f\xfcr alle Fragen", "Windows-1252"),
    ],
)
def test_the_encoding_that_it_looks_like_is_named(raw, name):
    with pytest.raises(QuestionFileError, match=name or "编码"):
        read_questions(raw)
