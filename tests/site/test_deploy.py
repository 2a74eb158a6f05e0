"""What `deploy/` names is there; that it runs is shown by `make production-test`."""

import os
import platform
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

DEPLOY = Path(settings.BASE_DIR) / "deploy"
GIVEN = {
    "SITE_NAME": "learning.test",
    "ADMIN_NAME": "editors.test",
    "FILES_NAME": "files.test",
    "CERTIFICATE": "/tls/cert.pem",
    "CERTIFICATE_KEY": "/tls/key.pem",
}


def render(folder, **env):
    command = [sys.executable, str(DEPLOY / "render.py"), str(folder)]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603


def test_the_configuration_of_nginx_is_filled_in(tmp_path):
    done = render(tmp_path / "made", **GIVEN)
    assert done.returncode == 0, done.stderr
    made = {one.name: one.read_text() for one in (tmp_path / "made").glob("*.conf")}
    names = ("site", "common", "tls", "to_site", "objects")
    assert set(made) == {f"{name}.conf" for name in names}
    for name, text in made.items():
        assert "${" not in text, name
        assert text.count("{") == text.count("}"), name
    assert "server_name learning.test;" in made["site.conf"]
    # What is nginx's own stays.
    assert "$binary_remote_addr" in made["site.conf"]


@pytest.mark.parametrize("name", GIVEN)
def test_what_only_the_operator_knows_is_asked_for(tmp_path, name):
    known = {key: value for key, value in GIVEN.items() if key != name}
    done = render(tmp_path, **known)
    assert done.returncode == 2
    assert name in done.stderr


def test_the_pages_of_the_proxy_are_where_it_looks():
    text = (DEPLOY / "nginx" / "common.conf.template").read_text()
    pages = re.findall(r"/_(?:away|busy)/(\w+\.html);", text)
    assert sorted(pages) == ["503.html", "busy.html"]
    for page in pages:
        assert (Path(settings.BASE_DIR) / "templates" / page).is_file()


def test_every_timer_has_its_service_and_every_command_exists():
    units = DEPLOY / "systemd"
    for timer in units.glob("*.timer"):
        assert timer.with_suffix(".service").is_file(), timer.name
    # Of packages that a deployment adds.
    known = {*get_commands(), "db_worker"}
    for unit in units.glob("*.service"):
        text = unit.read_text()
        named = re.findall(r"manage\.py (\w+)", text)
        others = re.findall(r"/usr/local/lib/street/(\S+)", text)
        assert named or others or "gunicorn" in text, unit.name
        for one in others:
            assert os.access(DEPLOY / "postgresql" / one, os.X_OK), one
        assert set(named) <= known, unit.name


def test_the_example_of_the_environment_names_what_the_settings_read():
    lines = (DEPLOY / "production.env.example").read_text().splitlines()
    names = {one.partition("=")[0] for one in lines if one and not one.startswith("#")}
    root = Path(settings.BASE_DIR)
    read = "".join(
        path.read_text() for path in (root / "learning_site" / "settings").glob("*.py")
    )
    read += "".join(path.read_text() for path in (DEPLOY / "systemd").iterdir())
    for name in names - {"DJANGO_SETTINGS_MODULE"}:
        assert re.search(rf"\b{name}\b", read), name


def test_the_server_is_set_as_the_documents_say():
    set_to = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
    assert (set_to["workers"], set_to["threads"]) == (2, 4)
    assert set_to["graceful_timeout"] >= 30
    assert set_to["preload_app"], "the workers share what was loaded"


SIGN_IN = """
import ctypes, re, runpy, sys
from pathlib import Path

def held():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

conf = runpy.run_path(sys.argv[1])
if sys.argv[2] == "as deployed":
    conf["when_ready"](None)
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
before = held()
# Argon2's memory, and something small behind it, as another request asks for it.
for again in range(3):
    block = libc.malloc(19 << 20)
    ctypes.memset(block, 1, 19 << 20)
    libc.malloc(1000)
    libc.free(block)
print((held() - before) // 1024)
"""


HEAPS = """
import ctypes, re, runpy, sys, threading

conf = runpy.run_path(sys.argv[1])
if sys.argv[2] == "as deployed":
    conf["when_ready"](None)
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
libc.fclose.argtypes = [ctypes.c_void_p]
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
together = threading.Barrier(8)

def work():
    together.wait()
    libc.malloc(5000)
    together.wait()

threads = [threading.Thread(target=work) for _number in range(8)]
for one in threads:
    one.start()
for one in threads:
    one.join()
said = libc.fopen(sys.argv[3].encode(), b"w")
libc.malloc_info(0, said)
libc.fclose(said)
print(len(re.findall("<heap nr", open(sys.argv[3]).read())))
"""


def run_as(how, program, *arguments):
    """What the program prints, with glibc's own settings and no others."""
    command = [sys.executable, "-c", program, str(DEPLOY / "gunicorn.conf.py"), how]
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MALLOC_", "GLIBC_", "LD_PRELOAD"))
    }
    done = subprocess.run(  # noqa: S603
        [*command, *arguments], env=env, capture_output=True, text=True, check=True
    )
    return int(done.stdout)


glibc = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="a habit of glibc's"
)


@glibc
@pytest.mark.parametrize(("how", "keeps"), [("as deployed", False), ("without", True)])
def test_the_memory_of_a_sign_in_goes_back(how, keeps):
    assert (run_as(how, SIGN_IN) > 15) is keeps


@glibc
@pytest.mark.parametrize(("how", "many"), [("as deployed", False), ("without", True)])
def test_threads_share_two_heaps(how, many, tmp_path):
    assert (run_as(how, HEAPS, str(tmp_path / "heaps")) > 2) is many
