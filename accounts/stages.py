"""Steps of signing in that differ from allauth's own."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage


class ProvedContactStage(EmailVerificationStage):
    """Asks for an e-mail code only where an e-mail address is what there is to prove.

    allauth's «mandatory» would lock out everybody who has a phone number and no
    address. Who signs in by an address proves that address; who has a proved phone
    number, or no address at all, has nothing to prove here.
    """

    def handle(self) -> tuple[Any, bool]:
        """The answer of the step, and whether signing in may go on."""
        user = self.login.user
        if user is None or self.login.email:
            return super().handle()
        has_address = bool(user.email) or (
            EmailAddress.objects.filter(user_id=user.pk).exists()
        )
        if user.phone_verified or not has_address:
            return None, True
        return super().handle()
