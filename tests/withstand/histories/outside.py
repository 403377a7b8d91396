"""The Stripe stand-in in a process of its own, reached as the portal's processes reach it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import requests

from tests.payments.shop import StandIn


@dataclass
class _Reader:
    """How far the events of each account ("" is the platform's) have been read."""

    web: requests.Session = field(default_factory=requests.Session)
    seen: dict[str, str] = field(default_factory=dict)


class Outside(StandIn):
    """The stand-in's control, its pages and its events."""

    def __init__(self, url: str, api_key: str) -> None:
        super().__init__(url, api_key)
        self._key, self._reader = api_key, _Reader()

    def control(self, path: str = "", **settings: Any) -> dict[str, Any]:
        if path == "/empty":
            self._reader.seen.clear()
        return super().control(path, **settings)

    def pay(self, address: str, card: str) -> int:
        """Pay on a hosted page: the status of the answer."""
        answer = self._reader.web.post(address, data={"card": card}, allow_redirects=False, timeout=10)
        return answer.status_code

    def news(self) -> Iterator[SimpleNamespace]:
        """The events since the last time: `id`, `type`, `subject` and whose `account` they are of."""
        accounts = [account["id"] for account in self._pages("accounts")]
        for account in ("", *accounts):
            found = list(self._pages("events", account, ending_before=self._reader.seen.get(account, "")))
            for event in found:
                subject = event["data"]["object"].get("id", "")
                yield SimpleNamespace(id=event["id"], type=event["type"], subject=subject, account=account)
            if found:
                self._reader.seen[account] = found[0]["id"]

    def _pages(self, what: str, account: str = "", ending_before: str = "") -> Iterator[dict[str, Any]]:
        """Everything in a list, newest first, or only what is newer than something."""
        headers = {"Authorization": f"Bearer {self._key}"} | ({"Stripe-Account": account} if account else {})
        params, found = {"limit": "100"}, []
        if ending_before:
            params["ending_before"] = ending_before
        while True:
            answer = self._reader.web.get(f"{self.url}/v1/{what}", params=params, headers=headers, timeout=10).json()
            found = answer["data"] + found if ending_before else found + answer["data"]
            if not answer["has_more"]:
                yield from found
                return
            params |= {"ending_before": answer["data"][0]["id"]} if ending_before else {}
            params |= {} if ending_before else {"starting_after": answer["data"][-1]["id"]}
