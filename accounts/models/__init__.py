from accounts.models.counter import ResidentCard, SignInCode
from accounts.models.family import FamilyLink
from accounts.models.person import (
    Consent,
    DataCopy,
    ErasureRequest,
    User,
    UserManager,
    new_username,
)
from accounts.models.session import WebSession

__all__ = [
    "Consent",
    "DataCopy",
    "ErasureRequest",
    "FamilyLink",
    "ResidentCard",
    "SignInCode",
    "User",
    "UserManager",
    "WebSession",
    "new_username",
]
