"""Connected accounts, to whom the platform transfers money. https://docs.stripe.com/api/accounts"""

import json
from typing import Any

import stripe
from stripe.params import (
    AccountCreateParams,
    AccountDeleteParams,
    AccountListParams,
    AccountRetrieveParams,
    AccountUpdateParams,
)

from sandbox.stripe.api import listing
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.books.ids import new_id
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.countries import HOME, REACHED, currency_of
from sandbox.stripe.errors import StripeError, Unprocessed
from sandbox.stripe.resources import balance, requirements
from sandbox.stripe.resources.shape import blank, merged_metadata

KIND = "account"
EXPRESS = {
    "fees": {"payer": "application"},
    "losses": {"payments": "application"},
    "requirement_collection": "stripe",
    "stripe_dashboard": {"type": "express"},
}
"""What `controller` may say: the platform answers for losses, Stripe asks for what it has to know."""

_CHANGED_ANY_TIME = """
    business_profile.mcc business_profile.name business_profile.product_description business_profile.url business_type
    capabilities.transfers.requested email expand metadata
"""
SIMULATED_IN_CREATE = f"""
    {_CHANGED_ANY_TIME} controller.fees.payer controller.losses.payments controller.requirement_collection
    controller.stripe_dashboard.type country default_currency tos_acceptance.service_agreement type
"""


def no_access(account_id: str) -> StripeError:
    """403 for an account that is not connected, or is so no more."""
    return Unprocessed(
        f"The provided key does not have access to account '{account_id}' (or that account does not exist)."
        " Application access may have been revoked.",
        status=403,
        code="account_invalid",
    )


def is_connected(work: Work, account_id: str) -> bool:
    """The platform may act for it."""
    account = work.find(account_id)
    return account is not None and account["object"] == KIND


def get(work: Work, account_id: str) -> Body:
    """A connected account. Raises StripeError (403) where it is none."""
    account = work.find(account_id)
    if account is None or account["object"] != KIND:
        raise no_access(account_id)
    return account


def create(work: Work, params: dict[str, Any]) -> Body:
    """Connect an account that has still to be onboarded."""
    country = params.get("country", HOME)
    agreement = params.get("tos_acceptance", {}).get("service_agreement")
    _check_controller(params)
    _check_country(country, agreement, requested=_wants_transfers(params))
    account_id = new_id("acct", 16)
    account = work.add(
        "acct",
        _body(params)
        | {
            "id": account_id,
            "country": country,
            "created": work.now,
            "default_currency": params.get("default_currency", currency_of(country)),
            "tos_acceptance": {"date": None, "ip": None, "user_agent": None, "service_agreement": agreement or "full"},
        },
        **requirements.initial(params),
    )
    _change(account, params)
    requirements.reckon(work, account, announce=False)
    return account


def _check_controller(params: dict[str, Any]) -> None:
    kind, controller = params.get("type"), params.get("controller")
    if kind and controller:
        raise StripeError("You may only specify one of these parameters: controller, type.", param="controller")
    if not kind and not controller:
        raise StripeError("Missing required param: controller.", code="parameter_missing", param="controller")
    if kind not in (None, "express"):
        raise StripeError("This stand-in simulates accounts of the type `express` only.", param="type")
    if controller and controller != EXPRESS:
        raise StripeError(
            "This stand-in simulates accounts only whose `controller` has the Express dashboard, requirements collected"
            " by Stripe, and a platform that pays fees and answers for losses.",
            param="controller",
        )


def _check_country(country: str, agreement: str | None, *, requested: bool) -> None:
    if len(country) != 2 or not country.isalpha() or not country.isupper():
        raise StripeError(
            f"Country '{country}' is unknown. Try using a 2-character alphanumeric country code instead, such as 'US',"
            " 'EG', or 'GB'. A full list of country codes is available at"
            " https://dashboard.stripe.com/account/country_codes",
            code="country_code_invalid",
            param="country",
        )
    if country not in REACHED:
        raise StripeError(
            f"{country} is not currently supported by Stripe.", code="country_unsupported", param="country"
        )
    if agreement not in (None, "full", "recipient"):
        raise StripeError(f"Invalid service agreement: {agreement}", param="tos_acceptance[service_agreement]")
    if country == HOME and agreement == "recipient":
        raise StripeError(
            f"The recipient ToS agreement is not supported for platforms in {HOME} creating accounts in {HOME}.",
            param="tos_acceptance[service_agreement]",
        )
    if requested and country != HOME and agreement != "recipient":
        raise StripeError(
            f"Funds can't be sent to accounts located in {country} when the account is under the `full` service"
            " agreement. To enable sending funds to this country please use the `recipient` service agreement. For"
            " more information, see https://docs.stripe.com/connect/cross-border-payouts."
        )


def _body(params: dict[str, Any]) -> Body:
    by_type = "type" in params
    fees = {"payer": "application_express"} if by_type else EXPRESS["fees"]
    return blank(KIND) | {
        "business_profile": dict.fromkeys(stripe.Account.BusinessProfile.__annotations__),
        "capabilities": {},
        "controller": EXPRESS | {"fees": fees, "is_controller": True, "type": "application"},
        "charges_enabled": False,
        "details_submitted": False,
        "external_accounts": {"object": "list", "data": [], "has_more": False, "url": ""},
        "future_requirements": requirements.listed(),
        "metadata": {},
        "payouts_enabled": False,
        "settings": _settings(),
        "type": "express" if by_type else "none",
    }


def _settings() -> Body:
    schedule = {"delay_days": 2, "interval": "daily"}
    return {
        "branding": dict.fromkeys(("icon", "logo", "primary_color", "secondary_color")),
        "card_payments": dict.fromkeys(("statement_descriptor_prefix",)),
        "dashboard": {"display_name": None, "timezone": "Etc/UTC"},
        "payments": {"statement_descriptor": None},
        "payouts": {"debit_negative_balances": True, "schedule": schedule, "statement_descriptor": None},
    }


def _wants_transfers(params: dict[str, Any]) -> bool:
    return bool(params.get("capabilities", {}).get("transfers", {}).get("requested"))


def _change(account: Body, params: dict[str, Any]) -> None:
    account["business_profile"] |= params.get("business_profile", {})
    account["metadata"] = merged_metadata(account["metadata"], params.get("metadata"))
    account |= {name: params[name] for name in ("business_type", "email") if name in params}
    account["external_accounts"]["url"] = f"/v1/accounts/{account['id']}/external_accounts"
    wish = params.get("capabilities", {}).get("transfers", {}).get("requested")
    if wish:
        account["capabilities"].setdefault("transfers", "inactive")
    elif wish is False:
        account["capabilities"].pop("transfers", None)


def update(work: Work, params: dict[str, Any], account_id: str) -> Body:
    """Change what the platform may change."""
    account = get(work, account_id)
    if _wants_transfers(params):
        _check_country(account["country"], account["tos_acceptance"]["service_agreement"], requested=True)
    before = json.loads(json.dumps(account))
    _change(account, params)
    if "business_type" in params:
        requirements.provide(work, account_id, "business_type")
    requirements.reckon(work, account, before=before)
    return account


def retrieve(work: Work, params: dict[str, Any], account_id: str) -> Body:
    """One account."""
    return get(work, account_id)


def list_accounts(work: Work, params: dict[str, Any]) -> Body:
    """Accounts, newest first."""
    return listing.page(work, KIND, params, "/v1/accounts")


def delete(work: Work, params: dict[str, Any], account_id: str) -> Body:
    """Close an account that has no money."""
    account = get(work, account_id)
    if not balance.is_empty(work, account_id):
        raise StripeError("This account can't be deleted until its balance is zero.")
    work.remove(account["id"])
    return {"id": account_id, "object": KIND, "deleted": True}


def deauthorize(work: Work, account_id: str, platform: str) -> None:
    """Its owner disconnects it: the platform is told, and may do nothing with it any more."""
    get(work, account_id)
    application = {"id": new_id("ca", 32), "object": "application", "name": platform}
    work.emit("account.application.deauthorized", application, owner=account_id)
    work.remove(account_id)


ENDPOINTS = (
    Endpoint("POST", "/v1/accounts", AccountCreateParams, create, SIMULATED_IN_CREATE),
    Endpoint("GET", "/v1/accounts", AccountListParams, list_accounts),
    Endpoint("GET", "/v1/accounts/<id>", AccountRetrieveParams, retrieve),
    Endpoint("POST", "/v1/accounts/<id>", AccountUpdateParams, update, _CHANGED_ANY_TIME),
    Endpoint("DELETE", "/v1/accounts/<id>", AccountDeleteParams, delete),
)
