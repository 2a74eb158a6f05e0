#!/usr/bin/env python3
"""Everything behind the Makefile: set up, serve, test, check.

Standard library only, because it runs before anything is installed. The syntax stays
that of Python 3.6 so that an old interpreter can read the file and say, in a sentence,
what is missing (or hand over to a newer one beside it).

Whatever stops a person is raised as `Stop` with one sentence in Chinese and English;
no traceback reaches somebody who only wanted to see the site.
"""

import contextlib
import glob
import hashlib
import json
import os
import platform
import secrets
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from xml.etree import ElementTree

OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.14", "python3.12", "python3.11", "python3.15")
ROOT = Path(__file__).resolve().parent
VAR = Path(os.environ.get("VAR_DIR") or str(ROOT / "var")).resolve()
VENV = ROOT / ".venv"
VENV_PYTHON = str(VENV / "bin" / "python")
VENV_MADE = VENV / "made-by-dev-py"
VENV_STAMP = VENV / "installed.json"
VENV_INSTALLING = VENV / "installing"
RUNTIME = ("requirements.txt",)
DEVELOPMENT = ("requirements.txt", "requirements-dev.txt")
SETTINGS = "learning_site.settings."
# A person's own deployment variables must not decide what the tests run on.
DEPLOYMENT_VARIABLES = (
    "DATABASE_URL",
    "CACHE_URL",
    "EMAIL_URL",
    "MEDIA_ROOT",
    "MEDIA_DELIVERY",
    "SMS_BACKEND",
    "STATIC_ROOT",
)


class Stop(Exception):  # noqa: N818 (not an error of ours)
    """Ends the command; its text is the sentence for the person at the terminal."""


def say(text):
    """Print at once, also when the output is a pipe or a log file."""
    try:
        print(text, flush=True)
    except UnicodeEncodeError:  # LANG=C on an old system: better "?" than a crash
        print(text.encode("ascii", "replace").decode(), flush=True)


def call(command, **options):
    """Run a command to its end and return its exit code.

    When this script is told to stop, the command is told too and waited for, so that
    nothing stays behind.
    """
    process = subprocess.Popen([str(part) for part in command], cwd=ROOT, **options)
    try:
        return process.wait()
    except (KeyboardInterrupt, SystemExit) as reason:
        # Ctrl-C has reached the whole foreground group already; SIGTERM only us.
        if isinstance(reason, SystemExit):
            process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise


def quietly(command, timeout=60):
    """Return whether a command succeeds, without showing what it prints."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def on_terminate(number, frame):
    """Turn SIGTERM and SIGHUP into an exception, so that every `finally` runs."""
    raise SystemExit(128 + number)


# --- Python and the virtual environment --------------------------------------


def require_python():
    """Go on under Python 3.11 or newer, if the machine has one under another name."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    folders = os.environ.get("PATH", "").split(os.pathsep)
    folders += ["/opt/homebrew/bin", "/usr/local/bin"]
    for name in NEWER_PYTHONS:
        found = shutil.which(name, path=os.pathsep.join(folders))
        # It is tried, because a version manager may leave a name that runs nothing.
        if found and quietly([found, "-c", "import sys; sys.exit(0)"]):
            os.execv(found, [found, str(ROOT / "dev.py")] + sys.argv[1:])
    raise Stop(
        "需要 Python 3.11 或更新版本,这里是 {0};请先安装(Debian/Ubuntu: apt install "
        "python3;macOS: python.org)。\nPython 3.11 or newer is needed and this is {0}; "
        "please install it.".format(platform.python_version())
    )


def make_venv():
    """Make an empty .venv with venv, else virtualenv, else uv."""
    ways = [
        [sys.executable, "-m", "venv", VENV],
        [sys.executable, "-m", "virtualenv", VENV],
    ]
    if shutil.which("virtualenv"):
        ways.append(["virtualenv", "--python", sys.executable, VENV])
    if shutil.which("uv"):
        ways.append(["uv", "venv", "--python", sys.executable, VENV])
    for way in ways:
        shutil.rmtree(str(VENV), ignore_errors=True)
        if quietly(way, timeout=300) and quietly([VENV_PYTHON, "-c", ""]):
            VENV_MADE.write_text("")
            return
    shutil.rmtree(str(VENV), ignore_errors=True)
    raise Stop(
        "建不了虚拟环境:请安装 venv(Debian/Ubuntu: sudo apt install python{0}.{1}-venv),"
        "再运行一次。\nNo virtual environment could be made: install python{0}.{1}-venv "
        "(or virtualenv, or uv) and run this again.".format(*sys.version_info)
    )


def install(locks):
    """Install what the locks name and nothing else, each checked against its hash.

    The locks are complete. Asked to look for dependencies all the same, older pips take
    the newest release for a requirement with extras and then refuse it for its hash.
    """
    arguments = ["--require-hashes", "--no-deps"]
    for lock in locks:
        arguments += ["-r", lock]
    if quietly([VENV_PYTHON, "-m", "pip", "--version"]):
        command = [VENV_PYTHON, "-m", "pip", "install", "--prefer-binary"]
        # What is used is compiled when it is first used; that saves a third of the time.
        command += ["--disable-pip-version-check", "--no-compile"]
    elif shutil.which("uv"):  # its environments come without pip
        command = ["uv", "pip", "install", "--python", VENV_PYTHON]
    else:
        raise Stop(
            "虚拟环境里没有 pip:请删掉 .venv 再运行一次。\n"
            "The virtual environment has no pip: remove .venv and run this again."
        )
    if call(command + arguments) != 0:
        raise Stop(
            "有的软件包没装上(原因见上)。检查网络后再运行一次,会接着装。\nSome packages "
            "could not be installed (see above). Check the network and run this again: "
            "it continues."
        )


def installed_completely():
    """Return whether every file that the installed packages list is really there."""
    program = (
        "import sys; from importlib.metadata import distributions\n"
        "sys.exit(any(d.files is None or not all(f.locate().exists() for f in d.files)"
        " for d in distributions()))"
    )
    return quietly([VENV_PYTHON, "-I", "-c", program])


def is_set_up(wanted):
    """Return whether .venv holds the locks with these digests, by its stamp."""
    try:
        have = json.loads(VENV_STAMP.read_text())
    except (OSError, ValueError):
        return False
    made = VENV_MADE.exists() and os.path.exists(VENV_PYTHON)
    return made and all(have.get(name) == digest for name, digest in wanted.items())


def set_up(locks):
    """Bring .venv to what the locks say; does nothing when it is there already.

    The stamp is written after success alone, so an interrupted set-up goes on with the
    next call. Where it left a package half-written, which pip can neither use nor
    remove, the environment is made anew; what was downloaded is still in pip's cache.
    """
    wanted = {
        name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in locks
    }
    with open(str(ROOT / ".venv.lock"), "w") as lock:
        if os.name == "posix":
            import fcntl  # two commands at once must not install over each other

            fcntl.flock(lock, fcntl.LOCK_EX)
        if is_set_up(wanted):
            return
        say("正在安装所需的软件包,第一次要一两分钟…… / Installing packages…")
        usable = VENV_MADE.exists() and quietly([VENV_PYTHON, "-c", ""])
        if usable and VENV_INSTALLING.exists():
            usable = installed_completely()
        if not usable:
            make_venv()
        VENV_INSTALLING.write_text("")
        install(locks)
        VENV_STAMP.write_text(json.dumps(wanted))
        VENV_INSTALLING.unlink()


def environment(settings, **more):
    """Return the environment for a Django command under the named settings."""
    values = dict(os.environ, DJANGO_SETTINGS_MODULE=SETTINGS + settings)
    values.update(VAR_DIR=str(VAR), PYTHONUNBUFFERED="1", PYTHONUTF8="1")
    # Where nothing may be written beside the sources every process compiled them anew,
    # a second of each: they are kept with the packages then.
    if values.pop("PYTHONDONTWRITEBYTECODE", ""):
        values["PYTHONPYCACHEPREFIX"] = str(VENV / "bytecode")
    values.update(more)
    return values


# --- make run ---------------------------------------------------------------


def chosen_port():
    """Return the port to serve on, free at this moment."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Stop(
            "PORT 应是 1 到 65535 的数字,不是 {0}。 / PORT is a number from 1 to 65535, "
            "not {0}.".format(text)
        )
    port = int(text)
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Stop(
                "端口 {0} 要管理员权限,请换一个: make run PORT=8001 / Port {0} needs "
                "privileges; choose another.".format(port)
            ) from None
        except OSError:
            raise Stop(
                "端口 {0} 已被占用,请换一个: make run PORT={1} / Port {0} is in use; "
                "choose another: make run PORT={1}".format(port, min(port + 1, 65535))
            ) from None
    return port


def digest_of(paths, *facts):
    """Return a digest of these facts, and of the names and contents of these files."""
    digest = hashlib.sha256(repr(facts).encode())
    for path in sorted(paths):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()


def migration_fingerprint():
    """Return a digest of the migrations that there are and of those applied.

    It changes with our migration files, with the pinned packages (which bring theirs)
    and with what the database itself says. Empty without our SQLite file.
    """
    database = VAR / "db.sqlite3"
    if os.environ.get("DATABASE_URL") or not database.exists():
        return ""
    with contextlib.closing(sqlite3.connect(str(database), timeout=20)) as connection:
        try:
            query = "SELECT app, name FROM django_migrations ORDER BY app, name"
            applied = connection.execute(query).fetchall()
        except sqlite3.Error:
            return ""
    files = list(ROOT.glob("*/migrations/*.py")) + [ROOT / name for name in RUNTIME]
    return digest_of(files, applied)


def is_stamped(stamp, fingerprint):
    """Return whether the stamp says that this very state was reached before."""
    return bool(fingerprint) and stamp.exists() and stamp.read_text() == fingerprint


def demo_fingerprint():
    """Return a digest of the demo's files and of which database they went into.

    The database is known by its inode: a new, copied or restored one gets another, and
    the demo is loaded again (which changes nothing that is there already). Empty for
    a database that is not our SQLite file: then the demo is loaded every time.
    """
    database = VAR / "db.sqlite3"
    if os.environ.get("DATABASE_URL") or not database.exists():
        return ""
    return digest_of((ROOT / "demo").rglob("*"), database.stat().st_ino)


def prepare_data(env):
    """Migrate the database and load the demo street, unless that is done already.

    Starting Django only to hear that nothing is to be done would cost a slow machine
    half of the ten seconds that a second start may take.
    """
    VAR.mkdir(parents=True, exist_ok=True)
    migrated, loaded = VAR / "migrated", VAR / "demo-loaded"
    is_migrated = is_stamped(migrated, migration_fingerprint())
    is_loaded = is_stamped(loaded, demo_fingerprint())
    if is_migrated and is_loaded:
        return
    say("正在准备数据库和演示街道…… / Preparing the database and the demo street…")
    # Both in one process: Django's own start takes two seconds. What was loaded before
    # is not loaded again because of a new migration.
    steps = ["load_demo"] + ([] if is_migrated else ["--migrate"])
    if is_loaded:
        steps = ["migrate", "--no-input", "-v", "0"]
    if call([VENV_PYTHON, "manage.py", *steps], env=env) != 0:
        raise Stop(
            "数据库或演示街道没有准备好(原因见上)。"
            " / The database or the demo could not be prepared."
        )
    migrated.write_text(migration_fingerprint())
    loaded.write_text(demo_fingerprint())


def answers(address):
    """Return the HTTP status of a page, or None while nobody answers there."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def serve(port, env):
    """Serve with one process and eight threads until told to stop."""
    command = [VENV_PYTHON, "-m", "gunicorn", "learning_site.wsgi:application"]
    command += ["--bind", "127.0.0.1:{}".format(port), "--workers", "1"]
    command += ["--worker-class", "gthread", "--threads", "8"]
    # A video that is being watched must not hold up the stop; the control socket
    # would be written into the person's home folder.
    command += ["--graceful-timeout", "3", "--no-control-socket"]
    command += ["--log-level", "warning"]
    # A session of its own: Ctrl-C arrives here, and is passed on once and in order.
    server = subprocess.Popen(command, cwd=str(ROOT), env=env, start_new_session=True)
    address = "http://127.0.0.1:{}/".format(port)
    try:
        deadline = time.monotonic() + 120
        status = None
        while status is None and time.monotonic() < deadline:
            if server.poll() is not None:
                raise Stop("网站没有启动(原因见上)。 / The server did not start.")
            time.sleep(0.1)
            status = answers(address)
        if status != 200:
            say("首页的回答是 {0}。 / The home page answers {0}.".format(status))
        say(
            "\n  网站已在 {0} 打开,演示账号见 README.md;按 Ctrl-C 停止。"
            "\n  The site is at {0} (demo accounts: README.md). Ctrl-C stops it.\n"
            "".format(address)
        )
        return server.wait()
    except (KeyboardInterrupt, SystemExit):
        return 0  # being stopped is how this command ends
    finally:
        stop_process(server, signal.SIGTERM)


def stop_process(process, polite, patience=15):
    """Stop a child: the polite signal first, SIGKILL after `patience` seconds."""
    # An impatient second Ctrl-C would leave it behind. Only the main thread hears it.
    is_main = threading.current_thread() is threading.main_thread()
    if is_main:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if process.poll() is None:
        process.send_signal(polite)
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if is_main:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def run():
    """Set up what is missing and serve the demo street."""
    port = chosen_port()
    set_up(RUNTIME)
    env = environment("development", DEBUG="0")
    prepare_data(env)
    return serve(chosen_port(), env) if port else 1


# --- make test --------------------------------------------------------------


def apt_install(*packages):
    """Install Debian packages when we may; return whether they are there now."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    say("正在安装 {0}…… / Installing {0}…".format(" ".join(packages)))
    apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"]
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for attempt in range(3):  # the lists have a lock that apt does not wait for
        if call(apt + ["update"], env=env, stdout=subprocess.DEVNULL) == 0:
            break
        time.sleep(10 * (attempt + 1))
    install_them = apt + ["install", "--no-install-recommends"] + list(packages)
    return call(install_them, env=env, stdout=subprocess.DEVNULL) == 0


# Chromium's engine without its windows: the same pages in half the time.
LIGHT_BROWSER = "chromium-headless-shell"


def find_browser(*names):
    """Return the path of a Chromium or Chrome that runs, or None; these names first."""
    candidates = [os.environ.get("CHROMIUM_PATH")]
    for name in names + ("chromium", "chromium-browser", "google-chrome"):
        candidates.append(shutil.which(name))
    for folder in (Path("/Applications"), Path.home() / "Applications"):
        for name in ("Google Chrome", "Chromium"):
            candidates.append(
                str(folder / (name + ".app") / "Contents" / "MacOS" / name)
            )
    for path in candidates:
        # Tried, because Ubuntu's chromium-browser may be a note instead of a browser.
        if path and os.path.exists(path) and quietly([path, "--version"]):
            return path
    return None


def browser_for_tests():
    """Return a browser's path for the tests, installed first where that may be, or None.

    A machine that must run them (REQUIRE_BROWSER) gets the light one; elsewhere what is
    there will do.
    """
    browser = find_browser(LIGHT_BROWSER)
    if browser and not is_required("REQUIRE_BROWSER"):
        return browser
    if browser and (os.environ.get("CHROMIUM_PATH") or LIGHT_BROWSER in browser):
        return browser
    for package in (LIGHT_BROWSER, "chromium"):
        if apt_install(package, "fonts-noto-cjk"):
            break
    return find_browser(LIGHT_BROWSER)


# What WeasyPrint draws with, a font with the characters of names, and a reader of PDF.
PDF_PACKAGES = (
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-noto-cjk",
    "poppler-utils",
)


def has_pdf_tools():
    """Return whether PDFs can be made and read here, installed first where that may be."""
    there = [VENV_PYTHON, "-c", "import weasyprint"]
    for attempt in range(2):
        if shutil.which("pdftotext") and quietly(there):
            return True
        if attempt == 0 and not apt_install(*PDF_PACKAGES):
            return False
    return False


def find_postgres():
    """Return the folder with PostgreSQL's server programs, newest first, or None."""
    patterns = (
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/opt/homebrew/opt/postgresql*/bin",
        "/usr/local/opt/postgresql*/bin",
        "/Applications/Postgres.app/Contents/Versions/*/bin",
    )
    folders = [Path(found) for pattern in patterns for found in glob.glob(pattern)]
    folders.sort(key=lambda folder: "".join(filter(str.isdigit, str(folder))).zfill(9))
    folders.reverse()
    on_path = shutil.which("pg_ctl")
    if on_path:
        folders.append(Path(os.path.realpath(on_path)).parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def install_postgres():
    """Install Debian's PostgreSQL without the cluster that it would start by itself."""
    switches = Path("/etc/postgresql-common/createcluster.d")
    switch = switches / "no-cluster-for-tests.conf"
    if shutil.which("apt-get") and os.geteuid() == 0:
        switches.mkdir(parents=True, exist_ok=True)
        switch.write_text("create_main_cluster = false\n")
        try:
            apt_install("postgresql")
        finally:
            switch.unlink()
    return find_postgres()


def lend_account(folder):
    """Give the folder to an account without rights; how a program runs as that one."""
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    for path in (folder, folder / "password"):
        os.chown(str(path), account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def throw_away_postgres(programs, begin=None, keep=None, durable=False):
    """Yield the address of a PostgreSQL of our own, and remove it afterwards.

    It listens on 127.0.0.1 alone, on a free port, with a random password. PostgreSQL
    refuses to run as root, so root lends it an unprivileged account.

    What it holds can be kept: `keep` names an archive to be written once it has stopped,
    `begin` such an archive to start from. Unless `durable`, a crash may lose anything.
    """
    is_root = os.geteuid() == 0
    # The account must be able to reach it, wherever root's own TMPDIR points.
    public = "/tmp" if is_root else None  # noqa: S108 (mkdtemp makes it private)
    folder = Path(tempfile.mkdtemp(prefix="test-pg-", dir=public))
    password = secrets.token_hex(16)
    (folder / "password").write_text(password)
    options = lend_account(folder) if is_root else {}
    options["env"] = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    server, is_there = None, False
    try:
        log = (folder / "log").open("w")
        initdb = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "street"]
        initdb += ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256"]
        initdb += ["--pwfile={}".format(folder / "password"), "--no-sync"]
        if begin:
            # As root, tar gives every file back to the account that it was of.
            initdb = ["tar", "-xpf", str(begin), "-C", str(folder)]
        own = {} if begin else options
        subprocess.run(
            initdb, cwd="/", stdout=log, stderr=subprocess.STDOUT, check=True, **own
        )
        password = (folder / "password").read_text()
        with contextlib.closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        start = [str(programs / "postgres"), "-D", str(folder / "data")]
        start += ["-p", str(port), "-h", "127.0.0.1", "-k", ""]
        for safe_to_lose in ("fsync", "synchronous_commit", "full_page_writes"):
            start += ["-c", safe_to_lose + ("=on" if durable else "=off")]
        server = subprocess.Popen(
            start,
            cwd="/",
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C must not take it away from the tests
            **options,
        )
        wait_for_postgres(server, port)
        is_there = True
        yield "postgres://street:{}@127.0.0.1:{}/postgres".format(password, port)
        if keep:
            stop_process(server, signal.SIGINT, patience=120)
            archive = ["tar", "-cpf", str(keep) + ".part", "-C", str(folder)]
            subprocess.run(archive + ["data", "password"], check=True)
            os.replace(str(keep) + ".part", str(keep))
    except (OSError, subprocess.SubprocessError):
        if is_there:  # what it is used for has failed, not it
            raise
        say((folder / "log").read_text(errors="replace")[-2000:])
        raise Stop("PostgreSQL 没有启动。 / PostgreSQL did not start.") from None
    finally:
        if server:
            stop_process(server, signal.SIGINT)  # its "fast" shutdown
        shutil.rmtree(str(folder), ignore_errors=True)


def wait_for_postgres(server, port):
    """Return when the port accepts connections; OSError when it never does."""
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def skipped_tests(report):
    """Return the names of the tests that a JUnit report says were skipped."""
    names = []
    for case in ElementTree.parse(str(report)).iter("testcase"):  # noqa: S314 (ours)
        skipped = case.find("skipped")
        if skipped is not None and skipped.get("type") != "pytest.xfail":
            names.append("{}::{}".format(case.get("classname"), case.get("name")))
    return names


def stage(title, arguments, env, *, may_be_empty=False, no_skips=False):
    """Run pytest once, say how it went, and return whether it went well."""
    say("\n== {} ==".format(title))
    report = VAR / "test-report.xml"
    VAR.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    command = [VENV_PYTHON, "-m", "pytest", "--junitxml={}".format(report)]
    code = call(command + arguments, env=env)
    good = code == 0 or (code == 5 and may_be_empty)  # 5: nothing was selected
    if good and no_skips:
        skipped = skipped_tests(report)
        for name in skipped:
            say("跳过了,这里不允许 / skipped, which is not allowed here: " + name)
        good = not skipped
    seconds = time.monotonic() - started
    say("== {}: {} ({:.0f} s) ==".format(title, "OK" if good else "FAILED", seconds))
    return good


def is_required(name):
    """Return whether the variable, one of those that begin with REQUIRE_, is set."""
    return os.environ.get(name, "0") not in ("", "0")


@contextlib.contextmanager
def template_for_tests(env):
    """Meanwhile, make the database with which the stage on PostgreSQL begins."""
    maker = subprocess.Popen(
        [VENV_PYTHON, "-m", "tests.postgres_template"], cwd=str(ROOT), env=env
    )
    try:
        yield
    finally:
        stop_process(maker, signal.SIGTERM)


def stages(chosen, env, browser, postgres):
    """Run the tests stage by stage and return whether each went well."""
    if not postgres or "-m" in chosen:
        return stages_without_server(chosen, env, browser)
    must = is_required("REQUIRE_POSTGRES") and not chosen
    with throw_away_postgres(postgres) as address:
        on_postgres = dict(env, DATABASE_URL=address)
        with contextlib.ExitStack() as meanwhile:
            if not chosen:  # a few tests are over sooner
                meanwhile.enter_context(template_for_tests(on_postgres))
            results = stages_without_server(chosen, env, browser)
        marked = ["-n", "2", "-m", "postgres"] + chosen
        results.append(
            stage(
                "PostgreSQL", marked, on_postgres, may_be_empty=not must, no_skips=must
            )
        )
    return results


def stages_without_server(chosen, env, browser):
    """Run the tests on SQLite, and those in a browser."""
    results = []
    if chosen:
        results.append(stage("SQLite", ["-n", "2"] + chosen, env))
    else:
        rest = ["-n", "2", "-m", "not browser"]
        results.append(stage("SQLite", rest, env))
        if browser:
            must = is_required("REQUIRE_BROWSER")
            marked = ["-n", "2", "-m", "browser"]
            title = "浏览器 / browser"
            results.append(
                stage(title, marked, env, may_be_empty=not must, no_skips=must)
            )
    return results


def test():
    """Run the tests: on SQLite, in a browser, and those marked so on PostgreSQL."""
    set_up(DEVELOPMENT)
    chosen = shlex.split(os.environ.get("ARGS", ""))
    env = environment("test")
    for name in DEPLOYMENT_VARIABLES:
        env.pop(name, None)
    results = []

    browser = browser_for_tests()
    env.pop("CHROMIUM_PATH", None)
    if browser:
        env["CHROMIUM_PATH"] = browser
    else:
        say(
            "没有找到浏览器:请装 chromium 或 Google Chrome;这次不跑浏览器测试。\nNo browser "
            "found: install chromium or Google Chrome; the browser tests are left out."
        )
        results.append(not is_required("REQUIRE_BROWSER"))
    if not has_pdf_tools():
        say(
            "做不了 PDF:请装 Pango 和 poppler;证书的 PDF 这次不测。\nNo PDF here: install "
            "Pango and poppler; the tests of certificates as PDF are left out."
        )
        results.append(not is_required("REQUIRE_PDF"))
    postgres = find_postgres() or install_postgres()
    if not postgres:
        say(
            "没有找到 PostgreSQL:请装 postgresql;这次只在 SQLite 上测试。\nNo PostgreSQL "
            "found: install postgresql; the tests run on SQLite alone."
        )
        results.append(not is_required("REQUIRE_POSTGRES"))

    with tempfile.TemporaryDirectory(prefix="test-run-") as shared:
        env["TESTS_SHARED_DIR"] = shared  # the migrated database, the loaded demo
        results += stages(chosen, env, browser, postgres)
    return 0 if all(results) else 1


# --- make check, make format -------------------------------------------------


def template_files():
    """Return every template of the project."""
    found = list(ROOT.glob("templates/**/*.html"))
    found += ROOT.glob("*/templates/**/*.html")
    return sorted(str(path.relative_to(ROOT)) for path in found)


def check():
    """Run every check and name those that failed."""
    set_up(DEVELOPMENT)
    python = [VENV_PYTHON, "-m"]
    manage = [VENV_PYTHON, "manage.py"]
    lint_imports = "from importlinter.cli import lint_imports_command as run; run()"
    templates = template_files()
    steps = [
        ("ruff", python + ["ruff", "check", "."], {}),
        ("ruff format", python + ["ruff", "format", "--check", "."], {}),
        ("layers", [VENV_PYTHON, "-c", lint_imports], {}),
        ("mypy", python + ["mypy"], {}),
    ]
    if templates:
        djhtml = ["djhtml", "--tabwidth", "2", "--check"]
        steps.append(("djhtml", python + djhtml + templates, {}))
        steps.append(("djlint", python + ["djlint", "--lint"] + templates, {}))
    production = {
        "DJANGO_SETTINGS_MODULE": SETTINGS + "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "MFA_ENCRYPTION_KEY": secrets.token_urlsafe(64),
        "SITE_URL": "https://learning.example.org",
        "ALLOWED_HOSTS": "learning.example.org",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    }
    deploy = ["check", "--deploy", "--fail-level", "WARNING"]
    steps.append(("migrations", manage + ["makemigrations", "--check"], {}))
    steps.append(("check --deploy", manage + deploy, production))
    if shutil.which("msgfmt"):
        for catalogue in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
            name = str(catalogue.relative_to(ROOT))
            msgfmt = ["msgfmt", "--check", "-o", os.devnull, name]
            steps.append((name, msgfmt, {}))
    else:
        say("没有 gettext,译文未检查。 / No gettext here: translations not checked.")

    failed = []
    # The checks start Django; what they write must not be the person's database.
    with tempfile.TemporaryDirectory() as scratch:
        env = environment("development", VAR_DIR=scratch)
        for name in DEPLOYMENT_VARIABLES:
            env.pop(name, None)
        for title, command, more in steps:
            say("== {} ==".format(title))
            if call(command, env=dict(env, **more)) != 0:
                failed.append(title)
    if failed:
        say("没有通过 / failed: " + ", ".join(failed))
    return 1 if failed else 0


def format_code():
    """Format code and templates in place."""
    set_up(DEVELOPMENT)
    python = [VENV_PYTHON, "-m"]
    call(python + ["ruff", "check", "--fix", "--quiet", "."])
    code = call(python + ["ruff", "format", "."])
    templates = template_files()
    if templates:
        # It answers 1 when it changed a file, which is what was asked of it.
        call(python + ["djhtml", "--tabwidth", "2"] + templates)
    return code


def messages():
    """Bring the English catalogue to the strings of code and templates, and compile it.

    Only who changes a string needs GNU gettext; the compiled file is in the repository.
    """
    if not shutil.which("msgfmt") and not apt_install("gettext"):
        raise Stop(
            "没有 gettext：请先安装（Debian/Ubuntu: apt install gettext；macOS: brew install "
            "gettext）。\nGNU gettext is missing: install it and run this again."
        )
    set_up(DEVELOPMENT)
    with tempfile.TemporaryDirectory() as scratch:
        env = environment("development", VAR_DIR=scratch)
        return call([VENV_PYTHON, "manage.py", "make_messages"], env=env)


def new_database():
    """Write core/new_database.sql anew, from the migrations as they are."""
    set_up(DEVELOPMENT)
    with tempfile.TemporaryDirectory() as scratch:
        env = environment("development", VAR_DIR=scratch)
        env.pop("DATABASE_URL", None)
        command = [VENV_PYTHON, "manage.py", "new_database", "--write"]
        return call(command, env=env)


def in_browser(browser, arguments, **more):
    """Run a Python program that needs a browser, and return its exit code."""
    set_up(DEVELOPMENT)
    if not browser:
        raise Stop(
            "没有找到浏览器：请装 chromium 或 Google Chrome。 / No browser found: install "
            "chromium or Google Chrome."
        )
    env = environment("test", CHROMIUM_PATH=browser, **more)
    for name in DEPLOYMENT_VARIABLES:
        env.pop(name, None)
    return call([VENV_PYTHON] + arguments, env=env)


def axe_full():
    """Run axe on every page in all eighteen views, not in the three of the tests."""
    arguments = ["-m", "pytest", "tests/browser/test_pages.py", "-n", "2"]
    arguments += ["-k", "test_everybody_can_use_it"]
    return in_browser(browser_for_tests(), arguments, AXE_FULL="1")


def lighthouse():
    """Measure five pages with Lighthouse, which npm fetches into var/."""
    browser = find_browser()
    if not browser and apt_install("chromium", "fonts-noto-cjk"):
        browser = find_browser()
    return in_browser(browser, ["bench/lighthouse.py"])


def bench():
    """Measure the site beside its yardsticks; ARGS="--small --only 3,4 --grow"."""
    set_up(DEVELOPMENT)
    env = environment("production", BENCH_VAR=str(VAR / "bench"))
    for name in DEPLOYMENT_VARIABLES:
        env.pop(name, None)
    arguments = shlex.split(os.environ.get("ARGS", ""))
    return call([VENV_PYTHON, "-m", "bench.speed"] + arguments, env=env)


def bench_search():
    """Measure the search and plain Wagtail's, on SQLite and, where it is, PostgreSQL."""
    set_up(DEVELOPMENT)
    databases = ["sqlite"] + (["postgres"] if find_postgres() else [])
    results = []
    for database in databases:
        for backend in ("ours", "stock"):
            command = ["--database", database, "--backend", backend]
            done = call([VENV_PYTHON, "bench/search_quality.py"] + command)
            results.append(done == 0 or backend == "stock")
    return 0 if all(results) else 1


def bench_certificates():
    """Measure time and memory of 300 certificates as PDF."""
    set_up(DEVELOPMENT)
    has_pdf_tools()
    return call([VENV_PYTHON, "bench/certificates.py"], env=environment("test"))


def bench_class():
    """Measure the pages and files of a class of 30,000 learners."""
    set_up(DEVELOPMENT)
    return call([VENV_PYTHON, "bench/class_report.py"], env=environment("test"))


def drills():
    """The long drills: ARGS="seats" the rush for seats, ARGS="crash --rounds 20" others.

    R-01 in full, on SQLite and PostgreSQL: 200 runs with the guard, 20 without it. Then
    those of the production site: tests/drills/__main__.py.
    """
    chosen = shlex.split(os.environ.get("ARGS", ""))
    results = []
    if not chosen or chosen[0] == "seats":
        results += drill_seats(chosen[1:])
    if not chosen or chosen[0] != "seats":
        env = production_environment()
        results.append(call([VENV_PYTHON, "-m", "tests.drills"] + chosen, env=env))
    return 1 if any(results) else 0


def drill_seats(arguments):
    """Run the rush for seats on both databases; the codes that they end with."""
    set_up(DEVELOPMENT)
    postgres = find_postgres() or install_postgres()
    if not postgres:
        raise Stop("请先安装 PostgreSQL。 / Please install PostgreSQL.")
    env = environment("test", DRILLS="1")
    for name in DEPLOYMENT_VARIABLES:
        env.pop(name, None)
    model = [VENV_PYTHON, "-m", "pytest", "tests/learning/test_waiting_model.py"]
    rush = [VENV_PYTHON, "-m", "tests.drills.seat_rush", "--runs", "200"]
    rush += ["--teeth", "20"] + arguments
    # On SQLite one process serves, as docs/operations.md says; on PostgreSQL four.
    one_process = ["--workers", "1", "--threads", "8"]
    results = [call(model, env=env)]
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        results.append(call(rush + one_process, env=dict(env, VAR_DIR=folder)))
        with throw_away_postgres(postgres) as address:
            on_postgres = dict(env, VAR_DIR=folder, DATABASE_URL=address)
            results.append(call(rush + ["--workers", "4"], env=on_postgres))
    return results


# What a production site is made of beside PostgreSQL, and what speaks TLS for its tests.
PRODUCTION_PACKAGES = ("nginx-light", "redis-server", "openssl")
BROTLI_PACKAGE = "libnginx-mod-http-brotli-static"


def production_environment():
    """Install what a production site is made of; the environment of its tests."""
    set_up(DEVELOPMENT + ("requirements-production.txt",))
    env = environment("test", PRODUCTION_TEST="1")
    for name in DEPLOYMENT_VARIABLES:
        env.pop(name, None)
    programs = ("nginx", "redis-server", "openssl")
    path = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin"
    if not all(shutil.which(name, path=path) for name in programs):
        apt_install(*PRODUCTION_PACKAGES)
        apt_install(BROTLI_PACKAGE)
    for name in programs:
        if not shutil.which(name, path=path):
            raise Stop("请先安装 {0}。 / Please install {0}.".format(name))
    if not (find_postgres() or install_postgres()):
        raise Stop("请先安装 PostgreSQL。 / Please install PostgreSQL.")
    env["PATH"] = path
    return env


def production_test():
    """All of `deploy/` on this machine: nginx, Redis, PostgreSQL, a browser, drills."""
    env = production_environment()
    browser = browser_for_tests()
    if not browser:
        raise Stop("请先安装 chromium。 / Please install chromium.")
    env["CHROMIUM_PATH"] = browser
    chosen = shlex.split(os.environ.get("ARGS", "")) or ["tests/production"]
    return call([VENV_PYTHON, "-m", "pytest"] + chosen, env=env)


def rush():
    """Two thousand residents for ten classes in one minute, on PostgreSQL."""
    set_up(DEVELOPMENT)
    env = environment("test")
    for name in DEPLOYMENT_VARIABLES:
        env.pop(name, None)
    arguments = shlex.split(os.environ.get("ARGS", ""))
    return call([VENV_PYTHON, "bench/rush.py"] + arguments, env=env)


def show_help():
    """List the commands."""
    say(
        "make run     打开演示街道 / serve the demo street (PORT=8001)\n"
        'make test    全部测试 / all tests (ARGS="tests/learning -k join")\n'
        "make production-test 正式环境整套走一遍 / nginx, PostgreSQL, Redis as in deploy/\n"
        "make check   代码、模板、迁移和部署检查 / lint, types, layers, deployment\n"
        "make format  整理代码和模板 / format code and templates\n"
        "make messages 更新英文译文表 / bring the English catalogue up to date\n"
        "make new-database 迁移改了以后 / keep what the migrations make of a new database\n"
        "make axe-full 每一页的全部样子过一遍 axe / axe on every view of every page\n"
        "make bench   量网站有多快,与尺子同场 / speed beside its yardsticks (docs/performance.md)\n"
        "make bench-search 搜索找得准不准、快不快 / how well and how fast the search finds\n"
        "make lighthouse 手机上的速度和评分 / speed and scores on a phone\n"
        'make drills  长演练，几个小时 / the long drills, hours (ARGS="crash --rounds 9")\n'
        "make rush    一分钟两千人抢十个班 / two thousand people, ten classes, a minute\n"
        "make bench-certificates 三百张证书的时间和内存 / 300 certificates as PDF\n"
        "make bench-class 三万人的班快不快 / a class of 30,000 learners at the desk"
    )
    return 0


def main():
    """Run the command named on the command line; return the exit code."""
    commands = {
        "run": run,
        "test": test,
        "production-test": production_test,
        "check": check,
        "format": format_code,
        "messages": messages,
        "new-database": new_database,
        "axe-full": axe_full,
        "bench": bench,
        "bench-search": bench_search,
        "lighthouse": lighthouse,
        "drills": drills,
        "bench-certificates": bench_certificates,
        "bench-class": bench_class,
        "rush": rush,
        "help": show_help,
    }
    command = commands.get(sys.argv[1] if len(sys.argv) == 2 else "help", show_help)
    try:
        if os.name != "posix":
            raise Stop("在 Windows 上请用 WSL。 / On Windows, please use WSL.")
        if command is not show_help:
            require_python()
        # A shell starts background jobs with SIGINT ignored, and they hand that on.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, on_terminate)
        return command()
    except Stop as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        say("")
        return 130


if __name__ == "__main__":
    sys.exit(main())
