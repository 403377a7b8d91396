"""How each kind of operation is carried out at Stripe. Each feature of payments adds its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from portal.payments.gateway import Gateway
from portal.payments.models import Operation, OperationKind


@dataclass(frozen=True)
class Act:
    """How one kind of operation is called, looked for, and recorded. `record` and `refused` run with the operation's
    order locked, where it has one."""

    call: Callable[[Gateway, Operation, str], Any]
    look: Callable[[Gateway, Operation], Any]  # what it has made, or None
    record: Callable[[Session, Operation, Any], None]
    refused: Callable[[Session, Operation, str], None]


ACTS: dict[OperationKind, Act] = {}
