"""Writing news, and stories on their way to the outlets; in the namespace `desk`."""

from django.urls import path

from news import desk_views, points_views, review_views, writing_views

urlpatterns = [
    path("news/", writing_views.my_news, name="my_news"),
    path("news/new/", writing_views.new_story, name="new_story"),
    path("news/<int:page_id>/write/", writing_views.write_story, name="write_story"),
    path(
        "news/<int:page_id>/photos/<uuid:block_id>/",
        writing_views.story_photo,
        name="story_photo",
    ),
    path("news/<int:page_id>/hand-in/", writing_views.hand_in, name="hand_in_story"),
    path("news/<int:page_id>/sheet/", review_views.sheet, name="news_sheet"),
    path("news/<int:page_id>/paper/", review_views.paper, name="news_paper"),
    path(
        "news/<int:page_id>/reviews/<int:pk>/scan/",
        review_views.scan,
        name="review_scan",
    ),
    path("news/<int:page_id>/withdraw/", review_views.take_away, name="withdraw_news"),
    path("publicity/", desk_views.publicity, name="publicity"),
    path("publicity/new/", desk_views.choose_story, name="choose_story"),
    path("publicity/new/<int:page_id>/", desk_views.submit_story, name="submit_story"),
    path("publicity/ranking/", points_views.ranking, name="ranking"),
    path("publicity/ranking/word/", points_views.circular_file, name="circular_file"),
    path("publicity/ranking/print/", points_views.circular, name="circular"),
    path("publicity/points/", points_views.points, name="points"),
    path("publicity/points/<str:level>/", points_views.change_rule, name="change_rule"),
    path("publicity/bonus/", points_views.bonus, name="bonus"),
    path("publicity/outlets/", points_views.outlets, name="outlets"),
    path("publicity/outlets/new/", points_views.new_outlet, name="new_outlet"),
    path("publicity/outlets/<int:pk>/", points_views.change_outlet, name="outlet"),
    path("publicity/<int:pk>/", desk_views.submission, name="submission"),
    path("publicity/<int:pk>/accept/", desk_views.accept_story, name="accept_story"),
    path("publicity/<int:pk>/return/", desk_views.return_story, name="return_story"),
    path("publicity/<int:pk>/deliver/", desk_views.deliver_story, name="deliver_story"),
    path("publicity/<int:pk>/package.zip", desk_views.package, name="story_package"),
    path(
        "publicity/<int:pk>/deliveries/<int:delivery_id>/",
        desk_views.adoption,
        name="adoption",
    ),
    path(
        "publicity/<int:pk>/deliveries/<int:delivery_id>/none/",
        desk_views.not_adopted,
        name="not_adopted",
    ),
    path(
        "publicity/<int:pk>/deliveries/<int:delivery_id>/clipping/",
        desk_views.clipping,
        name="clipping",
    ),
]
