"""Feeds, and a story to print."""

from django.urls import path

from core.access import Rule, access
from news import views
from news.feeds import AtomNewsFeed, NewsFeed

app_name = "news"
rss, atom = access(Rule.PUBLIC)(NewsFeed()), access(Rule.PUBLIC)(AtomNewsFeed())
urlpatterns = [
    path("feeds/news.rss", rss, name="rss"),
    path("feeds/news.atom", atom, name="atom"),
    path("feeds/<slug:school>.rss", rss, name="school_rss"),
    path("feeds/<slug:school>.atom", atom, name="school_atom"),
    path("print/news/<int:pk>/", views.print_item, name="print_item"),
]
