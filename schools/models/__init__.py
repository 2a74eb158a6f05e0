from schools.models.files import SchoolCollection
from schools.models.membership import Membership
from schools.models.pages import SchoolIndexPage, SchoolPage
from schools.models.people import StaffProfile, Venue
from schools.models.profile import CommunityProfile
from schools.models.review import CentreReviewTask, PeerReviewTask, ReviewState
from schools.models.tenant import TenantModel, TenantQuerySet

__all__ = [
    "CentreReviewTask",
    "CommunityProfile",
    "Membership",
    "PeerReviewTask",
    "ReviewState",
    "SchoolCollection",
    "SchoolIndexPage",
    "SchoolPage",
    "StaffProfile",
    "TenantModel",
    "TenantQuerySet",
    "Venue",
]
