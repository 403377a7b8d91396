"""Services that know when a carrier has delivered. None is needed: without one, the factory or an operator enters the
carrier's date and proof, and the creator can always say so."""

from datetime import datetime
from typing import NamedTuple, Protocol


class Delivery(NamedTuple):
    """When a carrier handed a parcel over (aware), and what its record says of it: who signed, where."""

    at: datetime
    proof: str


class TrackingService(Protocol):
    """One that can be asked about parcels, over the network."""

    def delivered(self, carrier: str, tracking_number: str) -> Delivery | None:
        """The delivery of a parcel; None while it is under way. May raise anything: it is asked again later."""
        ...


#: the service that answers for each carrier, by a code of `carriers.CARRIERS`
SERVICES: dict[str, TrackingService] = {}


def register(service: TrackingService, *carriers: str) -> None:
    """Let `service` be asked about the parcels of these carriers, in place of an earlier one."""
    SERVICES.update(dict.fromkeys(carriers, service))
