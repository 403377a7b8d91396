"""Addresses that let a browser do one thing with one object: AWS Signature Version 4 in the query string.

Of our own because pages need dozens of them at a time, signed as of a chosen moment, so that an address stays the same
for an hour and the browser's cache is of use. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_NOTHING: Mapping[str, str] = {}


@lru_cache(8)
def _signing_key(secret: str, day: str, region: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _query(values: Mapping[str, str]) -> str:
    return "&".join(f"{quote(name, safe='-_.~')}={quote(values[name], safe='-_.~')}" for name in sorted(values))


@dataclass(frozen=True)
class Signer:
    """Signs for one object store, addressed by path: `endpoint`/bucket/key (no bucket where the endpoint is one)."""

    endpoint: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)

    def sign(
        self, method: str, bucket: str, key: str, *, at: datetime, seconds: int,
        query: Mapping[str, str] = _NOTHING, headers: Mapping[str, str] = _NOTHING,
    ) -> str:  # fmt: skip
        """The address for one `method` on one object, good from `at` (UTC) for `seconds`. The sender must send each of
        `headers` (lower-case names) with exactly this value."""
        stamp, day = f"{at:%Y%m%dT%H%M%SZ}", f"{at:%Y%m%d}"
        scope = f"{day}/{self.region}/s3/aws4_request"
        place = urlsplit(self.endpoint)
        signed = {"host": place.netloc, **headers}
        names = ";".join(sorted(signed))
        path = "/" + quote("/".join(filter(None, (place.path.strip("/"), bucket, key))), safe="/-_.~")
        asked = _query(
            {
                **query,
                "X-Amz-Algorithm": _ALGORITHM,
                "X-Amz-Credential": f"{self.access_key}/{scope}",
                "X-Amz-Date": stamp,
                "X-Amz-Expires": str(seconds),
                "X-Amz-SignedHeaders": names,
            }
        )
        lines = "".join(f"{name}:{signed[name].strip()}\n" for name in sorted(signed))
        request = "\n".join((method, path, asked, lines, names, "UNSIGNED-PAYLOAD"))
        text = "\n".join((_ALGORITHM, stamp, scope, hashlib.sha256(request.encode()).hexdigest()))
        signature = hmac.new(_signing_key(self.secret_key, day, self.region), text.encode(), "sha256").hexdigest()
        return f"{place.scheme}://{place.netloc}{path}?{asked}&X-Amz-Signature={signature}"
