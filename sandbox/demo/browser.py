"""What people's browsers do in the demo's stories: send files to the object store, pay on the hosted page."""

import re
import urllib.parse
import urllib.request

from portal.designs import uploads


def put(address: str, data: bytes, name: str) -> str:
    """PUT a file as a browser would; the store's ETag."""
    headers = {"Content-Type": uploads.media_type(name)}
    request = urllib.request.Request(address, data, headers, method="PUT")  # noqa: S310 - our own store
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return answer.headers["ETag"]


def pay_by_card(address: str) -> None:
    """Fill in the hosted payment page as a person would, with the card that works."""
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - the stand-in's page
        action = re.search(r'action="([^"]*)"', answer.read().decode())
    target = urllib.parse.urljoin(address, action[1]) if action and action[1] else address
    form = urllib.parse.urlencode({"email": "payer@example.com", "card": "4242424242424242", "name": "Demo Payer"})
    opener = urllib.request.build_opener(_StayHere)
    opener.open(urllib.request.Request(target, form.encode()), timeout=30)  # noqa: S310


def fill_in_account(address: str, company: str, *, whole: bool) -> None:
    """Fill in Stripe's page for a factory as its owner would; without the bank account when not the `whole` of it."""
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - the stand-in's page
        target = answer.url
    given = {
        "business_type": "company",
        "company.name": company,
        "representative.first_name": "Mei",
        "representative.last_name": "Chan",
        "external_account": "000123456789",
        "act": "submit" if whole else "without_bank",
    }
    opener = urllib.request.build_opener(_StayHere)
    opener.open(urllib.request.Request(target, urllib.parse.urlencode(given).encode()), timeout=30)  # noqa: S310


class _StayHere(urllib.request.HTTPRedirectHandler):
    """The page leads back to the portal, which may not be up yet: paying is all that is wanted."""

    def redirect_request(self, *_args: object) -> None:
        return None

    def http_error_303(self, _request: object, answer: object, *_rest: object) -> object:
        return answer
