"""Drawn covers: a lattice wall, a moon gate in it, an icon in the gate.

A course without a picture gets one of these. It depends on nothing but its arguments:
the same seed gives the same drawing, two seeds hardly ever the same one. The patterns
are 海棠 (begonia), 冰裂 (ice), 水波 (wave), 回纹 (key), 方胜 (diamond) and
卷云 (scroll). Colours are classes (`static/css/components.css`), so that themes reach them.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.icons import UnknownIconError, icon_href, icon_name

COLOURS = ("pine", "indigo", "cinnabar", "ochre", "rosewood", "slate", "bamboo")
DEFAULT_ICON = "book-open"

# Width and height of the tile, and its lines.
PATTERNS: dict[str, tuple[int, int, str]] = {
    "begonia": (
        48,
        48,
        "M14 14a10 10 0 0 1 20 0a10 10 0 0 1 0 20a10 10 0 0 1-20 0a10 10 0 0 1 0-20z"
        "M24 4V0M24 44v4M4 24H0M44 24h4M20 24h8M24 20v8",
    ),
    "wave": (
        44,
        44,
        "M0 22a22 22 0 0 1 44 0M7 22a15 15 0 0 1 30 0M14 22a8 8 0 0 1 16 0"
        "M-22 44a22 22 0 0 1 44 0M-15 44a15 15 0 0 1 30 0M-8 44a8 8 0 0 1 16 0"
        "M22 44a22 22 0 0 1 44 0M29 44a15 15 0 0 1 30 0M36 44a8 8 0 0 1 16 0",
    ),
    "ice": (
        90,
        90,
        "M0 22L24 32L44 10L90 22M50 0L44 10M24 32L32 64L0 72M32 64L50 90M32 64L64 54"
        "L90 72M64 54L62 26L44 10M62 26L90 22",
    ),
    "key": (40, 40, "M4 38V4H36V30H13V14H26V21"),
    "diamond": (44, 44, "M22 0L44 22L22 44L0 22ZM22 11L33 22L22 33L11 22Z"),
    "scroll": (
        64,
        44,
        "M0 34h20a10 10 0 1 0-10-10a6 6 0 0 0 12 0a3 3 0 0 0-5-1"
        "M32 12h20a10 10 0 1 1-10 10",
    ),
}
# Turning may not break the lines of a tile that has a top and a bottom.
TURNS: dict[str, tuple[int, ...]] = {
    "begonia": (0, 45),
    "wave": (0,),
    "ice": (0, 90, 180, 270),
    "key": (0, 90, 180, 270),
    "diamond": (0, 45),
    "scroll": (0, 180),
}
SCALES = (80, 90, 100, 115, 130)

# Slug of a category → its colour, its two patterns, its icon.
CATEGORIES: dict[str, tuple[str, tuple[str, str], str]] = {
    "skills": ("ochre", ("diamond", "key"), "wrench"),
    "elderly": ("cinnabar", ("scroll", "begonia"), "hand-heart"),
    "civility": ("pine", ("begonia", "scroll"), "handshake"),
    "youth": ("indigo", ("wave", "diamond"), "backpack"),
    "digital": ("slate", ("key", "ice"), "device-mobile"),
    "health": ("bamboo", ("begonia", "wave"), "heartbeat"),
    "arts": ("rosewood", ("ice", "scroll"), "music-notes"),
    "family": ("indigo", ("begonia", "ice"), "house-line"),
}
_PATTERNS_OF_COLOUR: dict[str, tuple[str, str]] = {
    "pine": ("begonia", "scroll"),
    "indigo": ("wave", "begonia"),
    "cinnabar": ("scroll", "begonia"),
    "ochre": ("diamond", "key"),
    "rosewood": ("ice", "scroll"),
    "slate": ("key", "ice"),
    "bamboo": ("begonia", "wave"),
}

# What a title speaks of → the icon of its cover. The first match counts.
_SUBJECTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("挂号", "急救", "应急", "护理"), "first-aid-kit"),
    (("手机", "微信", "视频通话"), "device-mobile"),
    (("面点", "点心", "糕", "做饭", "烹", "厨"), "cooking-pot"),
    (("小修", "木工", "家装"), "hammer"),
    (("太极", "八段锦", "健身气功"), "person-simple-tai-chi"),
    (("防跌", "操", "健步"), "person-simple-walk"),
    (("肩颈", "瑜伽", "拉伸"), "person-arms-spread"),
    (("舞", "跳"), "person-simple-run"),
    (("合唱", "唱歌", "声乐", "歌"), "microphone-stage"),
    (("书法", "国画", "画", "剪纸"), "paint-brush"),
    (("写", "记者", "作文"), "pen-nib"),
    (("柳编", "竹编", "编织"), "basket"),
    (("直播", "网店", "开店", "电商"), "storefront"),
    (("节气", "草", "茶"), "leaf"),
    (("水边", "游泳", "溺水"), "lifebuoy"),
    (("河", "水肥", "灌溉"), "drop"),
    (("短视频", "剪辑", "影"), "film-slate"),
    (("讲解", "朗诵", "主持"), "megaphone"),
    (("灯", "彩扎"), "lamp-pendant"),
    (("法律", "遗嘱", "合同"), "scales"),
    (("骗", "反诈", "安全常识"), "shield-check"),
    (("求职", "职业", "面试"), "briefcase"),
    (("电工", "用电"), "lightning"),
    (("清洁", "收纳", "保洁"), "broom"),
    (("叉车", "仓储", "驾"), "truck"),
    (("普通话", "英语", "方言"), "chat-circle-text"),
    (("居住证", "社保", "公积金", "证件"), "identification-card"),
    (("梨", "果树", "修剪", "林"), "tree"),
    (("垃圾", "堆肥", "环保"), "recycle"),
    (("红白", "宴"), "bowl-steam"),
    (("作业", "阅读", "读书"), "book-open"),
    (("带娃", "育儿", "婴"), "baby-carriage"),
    (("积木", "编程", "科学"), "lightbulb"),
    (("助手", "智能"), "chat-circle-dots"),
    (("裁", "缝", "旗袍", "盘扣"), "scissors"),
    (("摄影", "照相"), "camera"),
    (("花", "插花"), "flower-lotus"),
    (("血压", "糖尿", "健康"), "heartbeat"),
    (("家长", "邻里", "文明"), "users-three"),
)

SHAPES = ("cover", "disc")


@dataclass(frozen=True)
class Look:
    """How one cover is drawn; a pure function of seed and category."""

    colour: str
    pattern: str
    turn: int
    scale_percent: int
    shift_x: int
    shift_y: int
    ring: int


_RINGS = (
    '<circle class="cover__ring" cx="60" cy="60" r="48"/>',
    '<circle class="cover__ring" cx="60" cy="60" r="46.5"/>'
    '<circle class="cover__ring" cx="60" cy="60" r="52"/>',
    '<circle class="cover__ring" cx="60" cy="60" r="49" stroke-dasharray="0 7.7"'
    ' stroke-linecap="round" stroke-width="3.4"/>',
    '<path class="cover__ring" d="M60 2a24 24 0 0 1 24 17a24 24 0 0 1 17 17'
    "a24 24 0 0 1 0 48a24 24 0 0 1-17 17a24 24 0 0 1-48 0a24 24 0 0 1-17-17"
    'a24 24 0 0 1 0-48a24 24 0 0 1 17-17a24 24 0 0 1 24-17z"/>',
    '<path class="cover__ring" d="M38 7h44l31 31v44l-31 31H38L7 82V38z"/>',
)


def look_of(seed: str, category: str, pattern: str = "") -> Look:
    """The look that belongs to a seed.

    Args:
        seed: what the cover is for, for instance the key or the title of a course.
        category: the slug of a category or one of `COLOURS`; anything else is «pine».
        pattern: the lattice that somebody chose; unknown or empty leaves it to the seed.
    """
    digest = hashlib.sha256(f"{category}\0{seed}".encode()).digest()
    if category in CATEGORIES:
        colour, patterns, _icon = CATEGORIES[category]
    else:
        colour = category if category in COLOURS else "pine"
        patterns = _PATTERNS_OF_COLOUR[colour]
    # Two of three covers of a category share its pattern, so that it stays known by it.
    if pattern not in PATTERNS:
        pattern = patterns[0] if digest[0] % 3 else patterns[1]
    width, height, _lines = PATTERNS[pattern]
    turns = TURNS[pattern]
    return Look(
        colour=colour,
        pattern=pattern,
        turn=turns[digest[1] % len(turns)],
        scale_percent=SCALES[digest[2] % len(SCALES)],
        shift_x=digest[3] % width,
        shift_y=digest[4] % height,
        ring=digest[5] % len(_RINGS),
    )


@lru_cache(maxsize=500)
def subject_icon(title: str, fallback: str = DEFAULT_ICON) -> str:
    """The icon that a title speaks of («面点» → a pot), else `fallback`."""
    for words, icon in _SUBJECTS:
        if any(word in title for word in words):
            return icon
    return fallback


def category_icon(category: str) -> str:
    """The icon of a category's slug, without weight."""
    return CATEGORIES[category][2] if category in CATEGORIES else DEFAULT_ICON


def cover_svg(
    seed: str,
    category: str,
    icon: str = "",
    *,
    shape: str = "cover",
    number: int | str = 0,
    pattern: str = "",
) -> SafeString:
    """A drawn cover, as decoration: the title stands beside it.

    Args:
        seed: what the cover is for; decides everything but the colour.
        category: slug of a category, or a colour.
        icon: name without weight; unknown or empty gives what the seed speaks of,
            else the category's icon.
        shape: «cover» fills any box, «disc» is round.
        number: tells two drawings of one page apart, for their ids.
        pattern: the lattice that was chosen for it; empty leaves it to the seed.
    """
    drawn = _drawn(seed, category, icon, shape, pattern)
    return SafeString(drawn.replace(_NUMBER, str(number)))


# Stands in a drawing where its number will.
_NUMBER = "\N{NO-BREAK SPACE}"


@lru_cache(maxsize=1000)
def _drawn(seed: str, category: str, icon: str, shape: str, pattern: str) -> str:
    """The drawing but for its number: of lists the same ones are drawn all day."""
    look = look_of(seed, category, pattern)
    wall_id = f"w{hashlib.sha256(seed.encode()).hexdigest()[:8]}-{_NUMBER}"
    wall = pattern_def(
        wall_id,
        look.pattern,
        f"translate({look.shift_x} {look.shift_y}) rotate({look.turn})"
        f" scale({look.scale_percent / 100:g})",
    )
    gate = format_html(
        '<circle class="cover__gate" cx="60" cy="60" r="{}"/>'
        '<use class="cover__icon" href="{}" x="32" y="32" width="56" height="56"/>',
        43 if shape == "disc" else 42,
        icon_href(_duotone(icon, seed, category)),
    )
    if shape == "disc":
        return format_html(
            '<svg class="disc ground--{}" viewBox="0 0 120 120" aria-hidden="true"'
            ' focusable="false"><defs>{}</defs>'
            '<circle class="cover__ground" cx="60" cy="60" r="60"/>'
            '<circle cx="60" cy="60" r="60" fill="url(#{})"/>{}</svg>',
            look.colour,
            wall,
            wall_id,
            gate,
        )
    return format_html(
        '<svg class="cover ground--{}" aria-hidden="true" focusable="false">'
        "<defs>{}</defs>"
        '<rect class="cover__ground" width="100%" height="100%"/>'
        '<rect width="100%" height="100%" fill="url(#{})"/>'
        '<svg width="100%" height="100%" viewBox="-9 -9 138 138">'
        "{}{}</svg></svg>",
        look.colour,
        wall,
        wall_id,
        SafeString(_RINGS[look.ring]),
        gate,
    )


def pattern_def(pattern_id: str, name: str, transform: str = "") -> SafeString:
    """A lattice as an SVG pattern.

    Raises:
        KeyError: if there is no lattice of that name.
    """
    width, height, lines = PATTERNS[name]
    return format_html(
        '<pattern id="{}" width="{}" height="{}" patternUnits="userSpaceOnUse"'
        ' patternTransform="{}"><path class="lattice" d="{}"/></pattern>',
        pattern_id,
        width,
        height,
        transform or "scale(1)",
        lines,
    )


def _duotone(icon: str, seed: str, category: str) -> str:
    for name in (icon, subject_icon(seed, ""), category_icon(category)):
        if name:
            try:
                return icon_name(name, "duotone")
            except UnknownIconError:
                continue
    return icon_name(DEFAULT_ICON, "duotone")
