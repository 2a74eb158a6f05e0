"""The yardsticks: small hand-written Django views on the same database server.

A site of its own with the middleware that `startproject` writes, so that a figure of ours
divided by one of these says what the product adds. Its rows: `yardstick_rows.py`.
"""

import django
import environ
from django.conf import settings

LIST = """<!doctype html><html lang="zh-Hans"><title>课程</title><ul>
{% for one in rows %}<li><a href="/courses/{{ one.slug }}/">{{ one.title }}</a> {{ one.summary }}</li>
{% endfor %}</ul></html>"""
PAGE = """<!doctype html><html lang="zh-Hans"><head><title>{{ course.title }}</title></head>
<body><nav>{{ user.username }} · {{ enrolled }} 门课 · {{ news }} 条消息</nav><main>
<h1>{{ course.title }}</h1><p>{{ course.summary }}</p>
{% for lesson in lessons %}<section class="card{% if lesson.pk in done %} is-done{% endif %}">
<h2><a href="/lessons/{{ lesson.pk }}/">{{ forloop.counter }} {{ lesson.title }}</a></h2>
<p>{{ lesson.text }}</p><p>{% if lesson.pk in done %}学完了{% else %}还没学{% endif %}</p>
<p>{{ lesson.updated|date:"Y-m-d" }}</p></section>{% endfor %}
<aside>{% for one in others %}<a href="/courses/{{ one.slug }}/">{{ one.title }}</a>
{{ one.summary }}{% endfor %}</aside></main></body></html>"""


def configure() -> None:
    """Settings of its own, and the database as the site itself opens it."""
    database = environ.Env().db_url("DATABASE_URL")
    if database["ENGINE"].endswith("sqlite3"):
        # Exactly as the site opens its own file, and keeps it open.
        database["CONN_MAX_AGE"] = 60
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=0;"
                "PRAGMA journal_size_limit=67108864; PRAGMA foreign_keys=ON;"
            ),
        }
    else:
        database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        database["OPTIONS"] = {"options": "-c jit=off"}
    backend = "django.template.backends.django.DjangoTemplates"
    loader = ("django.template.loaders.locmem.Loader", {"list": LIST, "page": PAGE})
    settings.configure(
        SECRET_KEY="the yardsticks guard nothing",  # noqa: S106 - which is true
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DATABASES={"default": database},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": backend,
                "OPTIONS": {
                    "loaders": [("django.template.loaders.cached.Loader", [loader])],
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ],
                },
            }
        ],
    )
    django.setup()


if not settings.configured:
    configure()

from django.core import signing  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402


class Course(models.Model):  # noqa: DJ008 - no row is named anywhere
    slug = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=80)
    summary = models.CharField(max_length=200)

    class Meta:
        app_label = "yardstick"


class Lesson(models.Model):  # noqa: DJ008 - no row is named anywhere
    course = models.ForeignKey(Course, on_delete=models.CASCADE)
    title = models.CharField(max_length=80)
    text = models.TextField()
    updated = models.DateTimeField()

    class Meta:
        app_label = "yardstick"


class Enrolment(models.Model):  # noqa: DJ008 - no row is named anywhere
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    course = models.ForeignKey(Course, on_delete=models.CASCADE)

    class Meta:
        app_label = "yardstick"


class Progress(models.Model):  # noqa: DJ008 - no row is named anywhere
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE)
    seconds = models.IntegerField(default=0)
    updated = models.DateTimeField()

    class Meta:
        app_label = "yardstick"
        constraints = (
            models.UniqueConstraint(
                fields=["learner", "lesson"], name="yardstick_one_each"
            ),
        )


BARE = b"<!doctype html><title>bare</title>" + b"x" * 2000
# The database's own words; both know them.
UPSERT = (
    "INSERT INTO yardstick_progress (learner_id, lesson_id, seconds, updated)"
    " VALUES (%s, %s, 15, %s) ON CONFLICT (learner_id, lesson_id) DO UPDATE"
    " SET seconds = yardstick_progress.seconds + 15, updated = excluded.updated"
)


def bare(request: HttpRequest) -> HttpResponse:
    """Nothing but Django."""
    return HttpResponse(BARE)


def one_query(request: HttpRequest) -> HttpResponse:
    """A visitor's session is asked for, then one query of twenty rows is drawn."""
    request.session.get("anything")
    rows = list(Course.objects.order_by("title")[:20])
    return render(request, "list", {"rows": rows})


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Session, user, and six queries by indexes; about 15 KB."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    reader = request.user.pk
    course = Course.objects.get(pk=pk)
    lessons = list(Lesson.objects.filter(course=course).order_by("pk"))
    mine = Progress.objects.filter(learner=reader)
    context = {
        "course": course,
        "lessons": lessons,
        "done": set(mine.filter(lesson__in=lessons).values_list("lesson", flat=True)),
        "enrolled": Enrolment.objects.filter(learner=reader).count(),
        "news": mine.filter(seconds__gt=10**6).count(),
        "others": list(Course.objects.filter(pk__gt=pk).order_by("pk")[:12]),
    }
    return render(request, "page", context)


def _upsert(learner: int, lesson: int) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [learner, lesson, timezone.now()])
    return HttpResponse(b'{"ok": true}', content_type="application/json")


@csrf_exempt
def upsert(request: HttpRequest, lesson: int) -> HttpResponse:
    """Session, user, one upsert."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    return _upsert(request.user.pk, lesson)


@csrf_exempt
def beat(request: HttpRequest, lesson: int) -> HttpResponse:
    """A signed cookie says who it is; one upsert."""
    try:
        learner = signing.loads(request.COOKIES.get("beat", ""), salt="beat")
    except signing.BadSignature:
        return HttpResponse(status=403)
    return _upsert(learner, lesson)


urlpatterns = [
    path("bare/", bare),
    path("one-query/", one_query),
    path("page/<int:pk>/", page),
    path("upsert/<int:lesson>/", upsert),
    path("beat/<int:lesson>/", beat),
]
application = get_wsgi_application()
