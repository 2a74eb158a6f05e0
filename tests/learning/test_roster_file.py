"""Lists of people as schools have them: what is read, and what is said of the rest."""

import io

import openpyxl
import pytest

from learning.roster_file import MOST_ROWS, RosterFileError, read_roster

HEAD = "序号,姓名,性别,手机号,备注"
ROWS = [
    "1,王建国,男,13800138000,",
    "2,欧阳 娜娜,女,０１３９１２３４５６７８,全角数字",
    "3,𠮷田花子,女,13900000004,扩展B区",
    "4,阿不都热西提·买买提,男,+86 139-0000-0005,",
    "5,,女,13900000006,缺姓名",
    "6,王建国,男,13800138000,重复行",
    '7,"赵""小""明",男,13900000008,"=HYPERLINK(""x"")"',
    "8,<script>alert(1)</script>,男,13900000009,",
    '9,"刘洋\n（组长）",女,13900000010,',
    "10,陈晨,女,1.39E+10,科学计数法",
    "11,孙悦　,未知,13900000012,",
    "12,孙小悦,女,13900000012,合用",
]


def text(separator=","):
    return "\r\n".join([HEAD, *ROWS]).replace(",", separator)


def book(*sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("separator", "encoding"),
    [(",", "gb18030"), (",", "utf-8-sig"), (";", "gb18030"), ("\t", "utf-16")],
)
def test_a_list_as_excel_saves_it_is_read_with_what_is_wrong_in_it(separator, encoding):
    roster = read_roster(text(separator).encode(encoding), "名单.csv")
    assert [(row.name, row.phone) for row in roster.good] == [
        ("王建国", "+8613800138000"),
        ("欧阳 娜娜", "+8613912345678"),
        ("𠮷田花子", "+8613900000004"),
        ("阿不都热西提·买买提", "+8613900000005"),
        ('赵"小"明', "+8613900000008"),
        ("<script>alert(1)</script>", "+8613900000009"),
        ("刘洋 （组长）", "+8613900000010"),
        ("孙悦", "+8613900000012"),
    ]
    assert [(row.number, row.error[:8]) for row in roster.bad] == [
        (6, "没有写姓名。"),
        (7, "和第 2 行是同"),
        (11, "手机号被表格软件"),
        (13, "手机号和第 12"),
    ]
    assert roster.notes == ["这些列没有用到：性别、备注。"]


def test_signs_that_were_lost_are_pointed_at():
    roster = read_roster("姓名,手机号\n?田花子,13900000004".encode("gbk"))
    assert "认不出的字" in roster.good[0].warning


def test_full_width_commas_typed_by_hand_separate_too():
    roster = read_roster("姓名，手机号\n王建国，13800138000".encode())
    assert roster.good[0].phone == "+8613800138000"


def test_a_sheet_with_title_merged_heads_sums_and_notes():
    raw = book(
        ("名单", [
            ["朝阳街道“社区学堂”学员登记表"],
            ["填表单位：", None, None, "填表日期："],
            ["序号", "基本信息", None, "联系方式"],
            [None, "姓名", "性别", "手机号"],
            [1, "王建国", "男", 13800138000],
            [2, "李喆", "男", 13900000003.0],
            [None, None, None, None],
            ["合计", "2人"],
            ["注：请于3月5日前交居委会"],
        ]),
        ("填写说明", [["手机号必填"]]),
    )  # fmt: skip
    roster = read_roster(raw, "登记表.xlsx")
    assert [(row.number, row.name, row.phone) for row in roster.rows] == [
        (5, "王建国", "+8613800138000"),
        (6, "李喆", "+8613900000003"),
    ]
    assert "只读了「名单」这一页" in roster.notes[0]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (HEAD.encode(), "没有一个人"),
        (b"", "没有找到「姓名」"),
        ("商品,价格\n白菜,3".encode(), "看到的是：商品、价格"),
        (b"name,idnumber,context\nClass one,1,system", "不像是名单"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "网页，不是表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "旧格式的 .xls"),
        (b"PK\x03\x04" + b"0" * 200, "打不开"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "看不懂"),
        (b"a" * (2 * 1024 * 1024 + 1), "太大"),
        (
            "\n".join(["姓名,手机号", *["王建国,1"] * (MOST_ROWS + 1)]).encode(),
            "一次最多 500 个人",
        ),
    ],
)
def test_what_is_no_list_is_refused_in_words(raw, words):
    with pytest.raises(RosterFileError, match=words):
        read_roster(raw, "名单.csv")


def test_a_file_that_unpacks_to_a_mountain_is_refused_before_it_is_read():
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (41 * 1024 * 1024))
    with pytest.raises(RosterFileError, match="太大"):
        read_roster(out.getvalue(), "名单.xlsx")


def test_text_with_the_name_of_a_spreadsheet_is_read_and_said():
    roster = read_roster("姓名,手机号\n王建国,13800138000".encode(), "名单.xlsx")
    assert roster.good
    assert "里面其实是文字表格" in roster.notes[0]
