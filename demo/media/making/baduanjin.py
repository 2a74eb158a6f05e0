"""Draws the movement 双手托天 of the eight brocades, in time with the spoken sentences.

One figure seen from the front. Each sentence leads from the posture of the one before to
its own; hands and feet are moved, elbows and knees follow from the lengths of the limbs.
Colours are those of the site's design tokens.
"""

# A tool that is run by hand: it starts ffmpeg, and trusts what it made itself.
# ruff: noqa: C901
# mypy: ignore-errors

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw, ImageFont

from demo.media.making.narration import Narration

RATE = 12
WIDTH, HEIGHT, FINER = 854, 480, 2
PAPER, SUNKEN, HAIR_LINE = "#FBF7EE", "#F1EADB", "#E4DAC3"
INK, INK_2, PINE, PINE_TINT = "#1B1D1A", "#45483F", "#0E4A41", "#E3EEE8"
CINNABAR, AMBER, AMBER_TINT = "#8E2415", "#FFD24A", "#FFF3D1"
SKIN, HAIR, SHOE, TROUSERS, SLEEVE = (
    "#EBC3A0",
    "#8C8A84",
    "#2A2B28",
    "#1D4B5E",
    "#14584D",
)
SERIF = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"
SANS = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SIMPLIFIED = 2
MIDDLE, GROUND, SHOULDER_HALF = 268, 420, 34
UPPER_ARM, FOREARM, THIGH, SHIN = 58, 56, 70, 72
MOVE_SHARE = 0.75  # of a sentence's time; then the posture rests


@dataclass(frozen=True)
class Posture:
    """One half of a symmetric figure; distances in pixels from the middle line.

    `hand_y` and `hip_y` are heights above the ground; `elbow_out` says how far the elbow
    may lie outside; `gaze` turns the face up (1) or level (0); `palm_up` shows the hands
    turned to the sky; `seat` is 1 on the stool.
    """

    hand_x: float = 52
    hand_y: float = 136
    hip_y: float = 140
    foot_x: float = 12
    gaze: float = 0.0
    palm_up: float = 0.0
    seat: float = 0.0


STAND = Posture()
APART = replace(STAND, foot_x=38)
BENT = replace(APART, hip_y=128, hand_y=124, hand_x=58)
BELLY = replace(BENT, hand_x=9, hand_y=166, palm_up=0.3)
CHEST = replace(BELLY, hand_y=232, hip_y=132)
ABOVE = replace(CHEST, hand_y=352, hip_y=137, hand_x=10, palm_up=1.0)
STRETCHED = replace(ABOVE, hand_y=376, hip_y=141)
LOOKING_UP = replace(STRETCHED, gaze=1.0)
FOREHEAD = replace(CHEST, hand_y=316, hand_x=12, palm_up=1.0, hip_y=136)
SIDES = replace(APART, hand_x=144, hand_y=232, hip_y=138)
SEATED = replace(APART, hip_y=86, hand_x=40, hand_y=92, seat=1.0)

# Per sentence: what the panel says, in which breath, and the postures it goes through.
SCENES = [
    ("第一式", "双手托天", "", [STAND]),
    ("站好", "两脚与肩同宽", "", [APART]),
    ("放松", "膝微弯  肩放松", "", [BENT]),
    ("起势", "十指交叉放腹前", "", [BELLY]),
    ("上抬", "慢慢抬到胸口", "吸", [CHEST]),
    ("上托", "翻掌往上托", "吸", [ABOVE]),
    ("伸展", "腿伸直  臂伸展", "吸", [STRETCHED]),
    ("眼神", "先看手  再平视", "", [LOOKING_UP, LOOKING_UP, STRETCHED]),
    ("停一停", "不要憋气", "", [STRETCHED]),
    ("落下", "从两边慢慢落", "呼", [SIDES, BENT]),
    ("收势", "回到肚子前", "呼", [BELLY]),
    ("一遍", "慢慢做三遍", "", [CHEST, STRETCHED, SIDES, BELLY]),
    ("肩膀疼", "托到额头前就好", "", [CHEST, FOREHEAD]),
    ("不舒服", "停下来坐着歇", "", [BENT, SEATED]),
]


def frames(spoken: Narration) -> Iterator[Image.Image]:
    """RGB pictures of the whole film, `RATE` a second."""
    count = math.ceil(spoken.length_s * RATE)
    starts = [line.start_s for line in spoken.lines] + [spoken.length_s]
    before = STAND
    resting = [before]
    for scene in SCENES:
        resting.append(scene[3][-1])
    for number in range(count):
        now = number / RATE
        index = max(0, sum(start <= now for start in starts[:-1]) - 1)
        begin, end = starts[index], starts[index + 1]
        share = min(1.0, max(0.0, (now - begin) / ((end - begin) * MOVE_SHARE)))
        yield _picture(index, _between([resting[index], *SCENES[index][3]], share), now)


def _between(path: list[Posture], share: float) -> Posture:
    place = share * (len(path) - 1)
    step = min(int(place), len(path) - 2)
    part = place - step
    part = part * part * (3 - 2 * part)  # slow at both ends, as the exercise is
    left, right = path[step], path[step + 1]
    return Posture(
        **{
            name: getattr(left, name)
            + (getattr(right, name) - getattr(left, name)) * part
            for name in Posture.__dataclass_fields__
        }
    )


def _picture(index: int, posture: Posture, now: float) -> Image.Image:
    picture = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), PAPER)
    pen = _Pen(ImageDraw.Draw(picture))
    _landscape(pen)
    _panel(pen, index, now)
    _figure(pen, posture)
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


class _Pen:
    """Draws in the film's own pixels on a picture that is `FINER` times as fine."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self.draw = draw

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        self.oval(x - radius, y - radius, x + radius, y + radius, colour)

    def oval(self, left, top, right, bottom, colour, outline=None, width=0) -> None:
        self.draw.ellipse(
            [one * FINER for one in (left, top, right, bottom)],
            fill=colour, outline=outline, width=int(width * FINER),
        )  # fmt: skip

    def limb(self, points, width: float, colour: str) -> None:
        places = [(x * FINER, y * FINER) for x, y in points]
        self.draw.line(places, fill=colour, width=int(width * FINER), joint="curve")
        for x, y in points:
            self.dot(x, y, width / 2, colour)

    def shape(self, points, colour: str) -> None:
        self.draw.polygon([(x * FINER, y * FINER) for x, y in points], fill=colour)

    def box(self, left, top, right, bottom, colour, radius=0) -> None:
        self.draw.rounded_rectangle(
            [one * FINER for one in (left, top, right, bottom)],
            radius * FINER,
            fill=colour,
        )

    def text(self, x, y, words, size, colour, face=SANS, anchor="la") -> None:
        font = _font(face, size * FINER)
        self.draw.text((x * FINER, y * FINER), words, colour, font, anchor=anchor)

    def arc(self, x, y, radius, start, end, colour, width) -> None:
        box = [
            (one) * FINER for one in (x - radius, y - radius, x + radius, y + radius)
        ]
        self.draw.arc(box, start, end, colour, int(width * FINER))


_FONTS: dict[tuple[str, int], ImageFont.FreeTypeFont] = {}


def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    key = (face, size)
    if key not in _FONTS:
        _FONTS[key] = ImageFont.truetype(face, size, index=SIMPLIFIED)
    return _FONTS[key]


def _landscape(pen: _Pen) -> None:
    pen.dot(410, 112, 46, AMBER_TINT)
    pen.dot(410, 112, 36, AMBER)
    hills = [
        (0, 330),
        (70, 282),
        (150, 320),
        (240, 262),
        (330, 312),
        (420, 276),
        (540, 330),
    ]
    pen.shape([*hills, (540, 420), (0, 420)], PINE_TINT)
    pen.box(0, 416, 540, HEIGHT, SUNKEN)
    pen.box(0, 414, 540, 417, HAIR_LINE)


def _panel(pen: _Pen, index: int, now: float) -> None:
    title, words, breath, _path = SCENES[index]
    pen.box(540, 0, WIDTH, HEIGHT, PINE)
    pen.text(572, 46, "八段锦", 22, "#CFE3DA")
    pen.text(572, 92, title, 50, "#FFF8E7", SERIF)
    pen.box(574, 172, 622, 176, AMBER, 2)
    for line, part in enumerate(words.split("  ")):
        pen.text(572, 196 + line * 46, part, 32, "#FFFFFF")
    if breath:
        size = 33 + 5 * math.sin(now * 2.2)
        pen.dot(612, 356, size, SLEEVE)
        pen.arc(612, 356, size, 0, 360, AMBER, 3)
        pen.text(612, 356, breath, 30, "#FFF8E7", SERIF, "mm")
        pen.text(
            664, 356, "吸气" if breath == "吸" else "呼气", 26, "#FFFFFF", SANS, "lm"
        )
    for step in range(len(SCENES)):
        colour = AMBER if step <= index else "#3B6F66"
        pen.box(572 + step * 18, 436, 584 + step * 18, 442, colour, 3)


def _elbow(shoulder, hand, first: float, second: float, side: int):
    """The joint between two limbs of these lengths, on the outer side."""
    across, down = hand[0] - shoulder[0], hand[1] - shoulder[1]
    distance = min(max(math.hypot(across, down), 1.0), first + second - 0.5)
    along = (first**2 - second**2 + distance**2) / (2 * distance)
    off = math.sqrt(max(0.0, first**2 - along**2))
    across, down = across / distance, down / distance
    options = [
        (shoulder[0] + across * along + turn * off * down,
         shoulder[1] + down * along - turn * off * across)
        for turn in (1, -1)
    ]  # fmt: skip
    return max(options, key=lambda one: one[0] * side + one[1] * 0.3)


def _figure(pen: _Pen, posture: Posture) -> None:
    hip_y = GROUND - posture.hip_y
    shoulder_y = hip_y - 104
    pen.oval(MIDDLE - 84, 412, MIDDLE + 84, 428, HAIR_LINE)
    if posture.seat > 0.4:
        pen.box(MIDDLE - 46, hip_y + 4, MIDDLE + 46, hip_y + 18, CINNABAR, 6)
        for side in (-1, 1):
            pen.limb(
                [(MIDDLE + side * 36, hip_y + 16), (MIDDLE + side * 42, 416)],
                8,
                "#6A4216",
            )
    for side in (-1, 1):
        hip = (MIDDLE + side * 15, hip_y)
        foot = (MIDDLE + side * (posture.foot_x + 4), GROUND - 8)
        knee = _elbow(hip, foot, THIGH, SHIN, side)
        # A bent knee also comes towards us: seen from the front it goes out only a little.
        knee = (hip[0] * 0.35 + foot[0] * 0.4 + knee[0] * 0.25, knee[1])
        pen.limb([hip, knee, foot], 27, TROUSERS)
        pen.oval(
            foot[0] - 17 + side * 4,
            GROUND - 14,
            foot[0] + 17 + side * 4,
            GROUND + 4,
            SHOE,
        )
    pen.shape(
        [(MIDDLE - SHOULDER_HALF, shoulder_y), (MIDDLE + SHOULDER_HALF, shoulder_y),
         (MIDDLE + 33, hip_y + 16), (MIDDLE - 33, hip_y + 16)], PINE,
    )  # fmt: skip
    pen.box(MIDDLE - 43, shoulder_y - 11, MIDDLE + 43, shoulder_y + 22, PINE, 15)
    pen.box(MIDDLE - 34, hip_y - 6, MIDDLE + 34, hip_y + 20, PINE, 9)
    _head(pen, shoulder_y, posture.gaze)
    pen.shape(
        [
            (MIDDLE - 8, shoulder_y - 12),
            (MIDDLE + 8, shoulder_y - 12),
            (MIDDLE, shoulder_y + 8),
        ],
        SKIN,
    )
    for knot in range(4):
        y = shoulder_y + 20 + knot * 22
        pen.limb([(MIDDLE - 7, y), (MIDDLE + 7, y)], 3, AMBER)
    for side in (-1, 1):
        shoulder = (MIDDLE + side * SHOULDER_HALF, shoulder_y + 3)
        hand = (MIDDLE + side * posture.hand_x, GROUND - posture.hand_y)
        reach = math.dist(shoulder, hand)
        if reach > UPPER_ARM + FOREARM:
            part = (UPPER_ARM + FOREARM) / reach
            hand = tuple(
                a + (b - a) * part for a, b in zip(shoulder, hand, strict=True)
            )
        elbow = _elbow(shoulder, hand, UPPER_ARM, FOREARM, side)
        pen.limb([shoulder, elbow, hand], 22, SLEEVE)
        tall = 11 - 4 * posture.palm_up
        pen.oval(hand[0] - 12, hand[1] - tall, hand[0] + 12, hand[1] + tall, SKIN)
    if posture.hand_x < 20:
        y = hand[1]
        for place in (-9, -3, 3, 9):
            pen.limb([(MIDDLE + place, y - 4), (MIDDLE + place, y + 4)], 1.2, "#B98A63")


def _head(pen: _Pen, shoulder_y: float, gaze: float) -> None:
    y = shoulder_y - 46
    pen.limb([(MIDDLE, shoulder_y - 4), (MIDDLE, y + 20)], 16, SKIN)
    pen.dot(MIDDLE, y - 34 + gaze * 5, 11, HAIR)
    pen.oval(MIDDLE - 32, y - 34, MIDDLE + 32, y + 20, HAIR)
    lift = gaze * 8
    pen.oval(MIDDLE - 27, y - 22 - lift * 0.4, MIDDLE + 27, y + 32 - lift * 0.7, SKIN)
    for side in (-1, 1):
        eye = (MIDDLE + side * 11, y + 1 - lift)
        pen.dot(*eye, 2.6, INK)
        pen.limb([(eye[0] - 6, eye[1] - 9), (eye[0] + 6, eye[1] - 9)], 2, HAIR)
        pen.dot(MIDDLE + side * 17, y + 11 - lift, 5, "#E3A88A")
    pen.arc(MIDDLE, y + 11 - lift, 8, 25, 155, CINNABAR, 2.4)
