"""The shape of Stripe's objects, read from the SDK's own declarations."""

from functools import cache
from typing import Any, ForwardRef, get_args

import stripe
from stripe import ListObject

SDK_CLASSES: dict[str, Any] = {
    sdk_class.OBJECT_NAME: sdk_class
    for sdk_class in (
        stripe.Account,
        stripe.AccountLink,
        stripe.Balance,
        stripe.BalanceTransaction,
        stripe.BankAccount,
        stripe.Charge,
        stripe.Dispute,
        stripe.Event,
        stripe.File,
        stripe.LineItem,
        stripe.LoginLink,
        stripe.PaymentIntent,
        stripe.Payout,
        stripe.Price,
        stripe.Refund,
        stripe.Transfer,
        stripe.TransferReversal,
        stripe.checkout.Session,
    )
}
"""The SDK's class for each kind of object that is simulated."""

_ALWAYS_THERE = frozenset((("account", "external_accounts"), ("file", "links")))
"""Lists that are a part of the object, although they could as well have been left to `expand`."""


def blank(kind: str) -> dict[str, Any]:
    """Every field of this kind that may be null, as null; with `object`, and `livemode` where the kind has it."""
    test_mode = {"livemode": False} if "livemode" in _hints(kind) else {}
    return {"object": kind, **test_mode, **dict.fromkeys(_nullable(kind))}


def _hints(kind: str) -> dict[str, Any]:
    return SDK_CLASSES[kind].__annotations__ if kind in SDK_CLASSES else {}


@cache
def _nullable(kind: str) -> tuple[str, ...]:
    return tuple(
        name
        for name, hint in _hints(kind).items()
        if type(None) in get_args(hint) and name != "deleted" and name not in includable(kind)
    )


@cache
def includable(kind: str) -> frozenset[str]:
    """The fields that are lists of their own, and absent unless expanded."""
    return frozenset(
        name
        for name, hint in _hints(kind).items()
        if any(_is_list_object(option) for option in get_args(hint)) and (kind, name) not in _ALWAYS_THERE
    )


def _is_list_object(hint: Any) -> bool:
    return getattr(hint, "__origin__", hint) is ListObject


@cache
def expandable(kind: str) -> frozenset[str]:
    """The fields that hold an id which `expand` replaces by the object."""
    return frozenset(
        name
        for name, hint in _hints(kind).items()
        if str in get_args(hint) and any(isinstance(option, ForwardRef) for option in get_args(hint))
    )


def merged_metadata(metadata: dict[str, str], given: dict[str, str] | str | None) -> dict[str, str]:
    """Metadata after an update: keys are added or replaced, empty ones go, and an empty string takes all."""
    if given is None:
        return metadata
    if given == "":
        return {}
    return {key: value for key, value in {**metadata, **dict(given)}.items() if value != ""}
