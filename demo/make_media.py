"""Makes the demo's videos and its recording. Not run when the demo is loaded.

Needs, besides the project: ffmpeg with rubberband, the Debian packages `gcin-voice` (the
voice: recordings of single Mandarin syllables by 羅竺 for ChionMeilin, CC BY 3.0) and
`fonts-noto-cjk`, and in the environment numpy and pypinyin. For «learn_online» the demo
site must answer at `--site`.

    python demo/make_media.py stories baduanjin
    python demo/make_media.py learn_online --site http://127.0.0.1:8000

The words are those of `demo/data/media_lessons.json`; captions are timed by the length
of each spoken sentence.
"""

# A tool that is run by hand: it starts ffmpeg, and trusts what it made itself.
# ruff: noqa: S101, S603, S607
# mypy: ignore-errors

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from demo.media.making.narration import Narration, narrate  # noqa: E402

TARGET = HERE / "media"
SCRIPTS = HERE / "data" / "media_lessons.json"
# The still picture before playing: the sentence (from 0), and seconds into it.
POSTER_AT = {"learn_online": (5, 0.35), "baduanjin": (6, 1.5)}
AUDIO_KBIT = {"learn_online": 40, "baduanjin": 40, "stories": 32}


def main() -> None:
    """Make what is named on the command line."""
    parser = argparse.ArgumentParser(description="Make the demo's media.")
    parser.add_argument("names", nargs="+", choices=sorted(AUDIO_KBIT))
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument("--work", type=Path, default=HERE.parent / "var" / "media-work")
    options = parser.parse_args()
    scripts = json.loads(SCRIPTS.read_text(encoding="utf-8"))
    for name in options.names:
        work = options.work / name
        work.mkdir(parents=True, exist_ok=True)
        spoken = narrate(scripts[name]["sentences"], work / "voice.wav")
        if name == "stories":
            write_audio(name, spoken)
        elif name == "baduanjin":
            from demo.media.making.baduanjin import frames

            write_video(work, spoken, frames(spoken), size=(854, 480), rate=12)
        else:
            from demo.media.making.screen_recording import frames as screens

            write_video(
                work, spoken, screens(spoken, options.site), size=(480, 854), rate=12
            )
        write_words(name, spoken)


def write_words(name: str, spoken: Narration) -> None:
    """Captions (WebVTT) and the transcript, from the same sentences."""
    cues = [
        f"{clock(one.start_s)} --> {clock(one.end_s)}\n{one.text}"
        for one in spoken.lines
    ]
    text = "\n".join(one.text for one in spoken.lines) + "\n"
    (TARGET / f"{name}.txt").write_text(text, encoding="utf-8")
    if name != "stories":
        captions = "WEBVTT\n\n" + "\n\n".join(cues) + "\n"
        (TARGET / f"{name}.vtt").write_text(captions, encoding="utf-8")


def clock(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def write_audio(name: str, spoken: Narration) -> None:
    ffmpeg(
        "-i", spoken.wav, "-c:a", "aac", "-b:a", f"{AUDIO_KBIT[name]}k", "-ac", "1",
        "-movflags", "+faststart", TARGET / f"{name}.m4a",
    )  # fmt: skip


def write_video(work, spoken, pictures, *, size, rate) -> None:
    """H.264 High at level 3.1 with AAC, index first: plays on every phone.

    `pictures` yields RGB pictures of that size, `rate` a second. The film is made in
    `work`, whose name is the film's, and takes its place when it is whole.
    """
    name = work.name
    width, height = size
    encoder = subprocess.Popen(
        [
            "ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24",
            "-s", f"{width}x{height}", "-r", str(rate), "-i", "-", "-i", spoken.wav,
            "-c:v", "libx264", "-preset", "veryslow", "-tune", "animation",
            "-crf", "26", "-maxrate", "150k", "-bufsize", "700k",
            "-profile:v", "high", "-level", "3.1", "-pix_fmt", "yuv420p",
            "-g", str(rate * 8), "-c:a", "aac", "-b:a", f"{AUDIO_KBIT[name]}k", "-ac", "1",
            "-movflags", "+faststart", "-t", f"{spoken.length_s:.3f}",
            "-map_metadata", "-1", work / "film.mp4",
        ],
        stdin=subprocess.PIPE,
    )  # fmt: skip
    sentence, after_s = POSTER_AT[name]
    poster_at = spoken.lines[sentence].start_s + after_s
    assert encoder.stdin is not None
    for number, picture in enumerate(pictures):
        encoder.stdin.write(picture.tobytes())
        if number == int(poster_at * rate):
            write_poster(name, picture)
    encoder.stdin.close()
    if encoder.wait():
        raise SystemExit("ffmpeg failed")
    shutil.move(work / "film.mp4", TARGET / f"{name}.mp4")


def write_poster(name: str, picture) -> None:
    """At most 30 kB, as it is loaded before anybody decides to play."""
    for share in (1.0, 0.75, 0.6):
        size = round(picture.width * share), round(picture.height * share)
        smaller = picture.resize(size)
        for quality in range(82, 58, -6):
            smaller.save(TARGET / f"{name}.jpg", "JPEG", quality=quality, optimize=True)
            if os.path.getsize(TARGET / f"{name}.jpg") <= 30_000:
                return


def ffmpeg(*arguments) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True)


if __name__ == "__main__":
    main()
