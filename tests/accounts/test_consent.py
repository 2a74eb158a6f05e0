"""Consents: which words, given and taken back."""

import pytest

from accounts.choices import ConsentKind
from accounts.consent import TEXTS
from accounts.exceptions import ConsentNeededError
from accounts.services.consent import give_consent, has_consent, withdraw_consent
from core.models import AuditEntry

# Every version that was ever on the site. A text that changes needs a new version and
# a new line here; the old lines stay.
PUBLISHED = {
    ("account", "2026-11"): (
        "44b8e46e53e8882dee808ec976127a46d58fe5db43ad1d710956a3341e70674a"
    ),
    ("sms", "2026-11"): (
        "95c4ae48edf712c39b445db6ca0369aeec9f56774032992f754e506b59930248"
    ),
}


def test_a_text_and_its_version_belong_together():
    assert set(TEXTS) == set(ConsentKind)
    for kind, text in TEXTS.items():
        assert PUBLISHED[(kind.value, text.version)] == text.sha256


@pytest.mark.django_db
def test_agreeing_twice_is_agreeing_once(resident):
    first = give_consent(user=resident, kind=ConsentKind.SMS, by=resident)
    again = give_consent(user=resident, kind=ConsentKind.SMS, by=resident)
    assert first == again
    assert AuditEntry.objects.filter(action="consent.given").count() == 1


@pytest.mark.django_db
def test_taking_back_is_one_button_and_counts_at_once(client, resident):
    client.force_login(resident)
    client.post("/accounts/consent/sms/change/", {"action": "give"})
    assert has_consent(resident, ConsentKind.SMS)
    page = client.get("/accounts/consent/").content.decode()
    assert "不同意了" in page
    client.post("/accounts/consent/sms/change/", {"action": "withdraw"})
    assert not has_consent(resident, ConsentKind.SMS)
    consent = resident.consents.get()
    assert consent.withdrawn_at >= consent.given_at
    give_consent(user=resident, kind=ConsentKind.SMS, by=resident)
    assert resident.consents.count() == 2  # the old row stays as it was


@pytest.mark.django_db
def test_the_consent_for_the_account_ends_with_the_account(client, resident):
    give_consent(user=resident, kind=ConsentKind.ACCOUNT, by=resident)
    with pytest.raises(ConsentNeededError):
        withdraw_consent(user=resident, kind=ConsentKind.ACCOUNT, by=resident)
    client.force_login(resident)
    client.post("/accounts/consent/account/change/", {"action": "withdraw"})
    assert has_consent(resident, ConsentKind.ACCOUNT)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [kind.value for kind in ConsentKind])
def test_everybody_may_read_the_texts(client, kind):
    page = client.get(f"/accounts/consent/{kind}/")
    assert page.status_code == 200
    assert TEXTS[ConsentKind(kind)].paragraphs[0] in page.content.decode()


@pytest.mark.django_db
def test_an_unknown_text_is_not_there(client, resident):
    assert client.get("/accounts/consent/nothing/").status_code == 404
    client.force_login(resident)
    assert client.post("/accounts/consent/nothing/change/").status_code == 404
    assert client.get("/accounts/consent/sms/change/").status_code == 405
