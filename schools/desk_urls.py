from django.urls import path

from schools import desk_views, review_views

urlpatterns = [
    path("reviews/", review_views.reviews, name="reviews"),
    path("reviews/<int:pk>/look/", review_views.look, name="review_look"),
    path("reviews/<int:pk>/", review_views.review, name="review"),
    path("reviews/<int:pk>/remarks/", review_views.remark, name="review_remark"),
    path(
        "reviews/pages/<int:page_id>/",
        review_views.review_of_page,
        name="review_of_page",
    ),
    path("people/", desk_views.people, name="people"),
    path("people/<int:school_id>/", desk_views.school_people, name="school_people"),
    path("people/<int:school_id>/appoint/", desk_views.appoint_person, name="appoint"),
    path("people/<int:school_id>/invite/", desk_views.invite_person, name="invite"),
    path(
        "people/<int:school_id>/profiles/new/", desk_views.profile, name="new_profile"
    ),
    path(
        "people/<int:school_id>/profiles/<int:pk>/",
        desk_views.profile,
        name="edit_profile",
    ),
    path("people/memberships/<int:pk>/end/", desk_views.end, name="end_membership"),
    path(
        "people/memberships/<int:pk>/hand-over/",
        desk_views.hand_over_role,
        name="hand_over",
    ),
]
