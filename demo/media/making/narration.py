"""Speaks Chinese sentences with recordings of single syllables, by one human voice.

Each sentence becomes pinyin, tone changes are applied as people speak them (一, 不, two
third tones in a row, the half third tone), and the syllables are trimmed, joined with
short cross-fades and let down a little towards the end of each phrase.
"""

# A tool that is run by hand: it starts ffmpeg, and trusts what it made itself.
# ruff: noqa: S101, S603, S607
# mypy: ignore-errors

import re
import subprocess
import wave
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from pypinyin import Style, lazy_pinyin, load_phrases_dict
from pypinyin.style.bopomofo import BopomofoConverter

VOICE = Path("/usr/share/gcin-voice/ogg")
RATE = 24_000
# The voice is high; lowered with its formants kept, it is easier for old ears.
LOWER = "rubberband=pitch=0.80:tempo=1.06:formant=preserved:transients=smooth"
LEVEL = "highpass=f=90,lowpass=f=9000,afftdn=nr=14:nf=-42,acompressor=threshold=0.1:ratio=3:attack=5:release=80"
LOUDNESS = "loudnorm=I=-17:TP=-2:LRA=7"
SENTENCE_PAUSE_S, COMMA_PAUSE_S, LIST_PAUSE_S = 0.55, 0.24, 0.16
JOIN_S = 0.022
SILENCE = 0.012
# Words that the dictionary reads otherwise than people here do.
load_phrases_dict(
    {
        "教您": [["jiāo"], ["nín"]],
        "谁来": [["shéi"], ["lái"]],
        "等谁": [["děng"], ["shéi"]],
        "上划": [["shàng"], ["huá"]],
        "眼睛": [["yǎn"], ["jing"]],
        "落下": [["luò"], ["xià"]],
        "胸闷": [["xiōng"], ["mèn"]],
        "一行": [["yī"], ["háng"]],
        "照片": [["zhào"], ["piàn"]],
        "巴掌": [["bā"], ["zhang"]],
        "街坊": [["jiē"], ["fang"]],
        "葫芦": [["hú"], ["lu"]],
        "别人": [["bié"], ["ren"]],
        "告诉": [["gào"], ["su"]],
        "名字": [["míng"], ["zi"]],
        "脚分": [["jiǎo"], ["fēn"]],
    }
)


@dataclass(frozen=True)
class Line:
    """A spoken sentence: its words, and from when to when in seconds."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Narration:
    """A narration: its sentences, its sound file, and its length in seconds."""

    lines: list[Line]
    wav: Path
    length_s: float


def narrate(sentences: list[str], target: Path) -> Narration:
    """Speak the sentences into a WAV file."""
    spoken, lines, place = [_pause(0.4)], [], 0.4
    for sentence in sentences:
        sound = _filtered(_speak(sentence), f"{LEVEL},{LOWER}")
        length = len(sound) / RATE
        lines.append(Line(sentence, round(place, 3), round(place + length + 0.25, 3)))
        spoken += [sound, _pause(SENTENCE_PAUSE_S)]
        place += length + SENTENCE_PAUSE_S
    spoken.append(_pause(0.8))
    whole = _filtered(np.concatenate(spoken), LOUDNESS)
    with wave.open(str(target), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(whole, -1, 1) * 32767).astype("<i2").tobytes())
    return Narration(lines, target, place + 0.8)


def _speak(sentence: str) -> np.ndarray:
    sound = np.zeros(0, np.float32)
    for phrase in re.findall(r"[^，。、？！：,.?!“”]+|[，。、？！：,.?!]", sentence):
        if phrase in "，：,":
            sound = np.concatenate([sound, _pause(COMMA_PAUSE_S)])
        elif phrase == "、":
            sound = np.concatenate([sound, _pause(LIST_PAUSE_S)])
        elif phrase not in "。？！.?!":
            sound = _joined(sound, _phrase(phrase))
    return sound


def _phrase(phrase: str) -> np.ndarray:
    syllables = _spoken_tones(
        lazy_pinyin(phrase, style=Style.TONE3, neutral_tone_with_five=True), phrase
    )
    sound = np.zeros(0, np.float32)
    for number, syllable in enumerate(syllables):
        is_last = number == len(syllables) - 1
        one = _trimmed(_recording(syllable))
        if syllable.endswith("3") and not is_last:
            one = one[: int(len(one) * 0.80)]  # the half third tone does not rise
        if syllable.endswith("5"):
            one = one[: int(0.16 * RATE)]
        # Phrases sink a little, and their last syllable is longer.
        share = number / max(1, len(syllables) - 1)
        one = _stretched(one, 1.0 + 0.05 * share + (0.10 if is_last else 0.0))
        sound = _joined(sound, one * (0.75 if syllable.endswith("5") else 1.0))
    return sound


def _spoken_tones(syllables: list[str], phrase: str) -> list[str]:
    signs = re.findall(r"[\u4e00-\u9fff]", phrase)
    assert len(signs) == len(syllables), (phrase, syllables)
    for number in range(len(syllables) - 2, -1, -1):
        here, following = syllables[number], syllables[number + 1][-1]
        if here.endswith("3") and following == "3":
            syllables[number] = here[:-1] + "2"
        elif signs[number] == "不" and following == "4":
            syllables[number] = "bu2"
        elif signs[number] == "一" and (number == 0 or signs[number - 1] != "第"):
            doubled = number > 0 and signs[number - 1] == signs[number + 1]
            syllables[number] = (
                "yi5" if doubled else "yi2" if following in "45" else "yi4"
            )
    return syllables


@cache
def _recording(syllable: str) -> np.ndarray:
    name = _bopomofo(syllable)
    base = name.rstrip("1234")
    # A neutral tone that was not recorded: the falling one is nearest, cut short below.
    tones = ("1", "4", "2", "", "3") if syllable.endswith("5") else ("",)
    options = [name] if name != base + "1" else [base + tone for tone in tones]
    if name.endswith("2"):
        options.append(base + "3")  # a third tone that another one follows
    options.append(base.replace("ㄩㄣ", "ㄒㄩㄣ"))  # 晕 of the first tone is lacking
    file = next(
        (one for option in options if (one := VOICE / option / "5.ogg").exists()), None
    )
    if file is None:
        raise LookupError(f"the voice lacks {syllable} ({name})")
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", file, "-f", "f32le", "-ac", "1",
         "-ar", str(RATE), "-"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    sound = np.frombuffer(raw, np.float32).copy()
    return sound * (0.5 / max(0.05, float(np.abs(sound).max())))


def _bopomofo(syllable: str) -> str:
    """The voice's name of a syllable: no sign for the first tone, 1 for the neutral."""
    sign = BopomofoConverter().to_bopomofo(syllable.rstrip("5"))
    for mark, tone in (("˙", "1"), ("ˊ", "2"), ("ˇ", "3"), ("ˋ", "4"), ("ˉ", "")):
        if mark in sign:
            return sign.replace(mark, "") + tone
    return sign


def _trimmed(sound: np.ndarray) -> np.ndarray:
    loud = np.flatnonzero(np.abs(sound) > SILENCE)
    start = max(0, loud[0] - int(0.008 * RATE))
    return sound[start : loud[-1] + int(0.004 * RATE)]


def _stretched(sound: np.ndarray, factor: float) -> np.ndarray:
    """Longer and lower by the same factor."""
    length = int(len(sound) * factor)
    places = np.linspace(0, len(sound) - 1, length)
    return np.interp(places, np.arange(len(sound)), sound).astype(np.float32)


def _joined(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    overlap = min(int(JOIN_S * RATE), len(left), len(right))
    if not overlap:
        return np.concatenate([left, right])
    fade = np.linspace(0, 1, overlap, dtype=np.float32)
    mixed = left[-overlap:] * (1 - fade) + right[:overlap] * fade
    return np.concatenate([left[:-overlap], mixed, right[overlap:]])


def _pause(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), np.float32)


def _filtered(sound: np.ndarray, filters: str) -> np.ndarray:
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "f32le", "-ac", "1", "-ar", str(RATE), "-i", "-",
         "-af", filters, "-f", "f32le", "-ac", "1", "-ar", str(RATE), "-"],
        check=True, capture_output=True, input=sound.tobytes(),
    ).stdout  # fmt: skip
    return np.frombuffer(raw, np.float32)
