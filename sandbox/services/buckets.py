"""The portal's buckets: `python -m sandbox.services.buckets ORIGIN...` makes them, by the portal's settings, of the
environment or of the file `.env`."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import boto3
from dotenv import dotenv_values


def make(settings: Mapping[str, str], origins: Sequence[str]) -> None:
    """Private buckets that pages of `origins` may write to with a grant. Does nothing new the second time."""
    client = boto3.client(
        "s3",
        endpoint_url=settings["S3_ENDPOINT"],
        region_name=settings["S3_REGION"],
        aws_access_key_id=settings["S3_ACCESS_KEY"],
        aws_secret_access_key=settings["S3_SECRET_KEY"],
    )
    rule: Any = {
        "AllowedOrigins": list(origins),
        "AllowedMethods": ["GET", "HEAD", "PUT", "POST"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],  # without it the browser cannot complete a multipart upload
        "MaxAgeSeconds": 3600,
    }
    existing = [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
    for name in (settings["S3_BUCKET_INBOX"], settings["S3_BUCKET_FILES"]):
        if name not in existing:
            client.create_bucket(Bucket=name)
        client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]})


if __name__ == "__main__":
    make({key: value or "" for key, value in dotenv_values(".env").items()} | dict(os.environ), sys.argv[1:])
