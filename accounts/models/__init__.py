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

__all__ = [
    "Consent",
    "DataCopy",
    "ErasureRequest",
    "FamilyLink",
    "ResidentCard",
    "SignInCode",
    "User",
    "UserManager",
    "new_username",
]
