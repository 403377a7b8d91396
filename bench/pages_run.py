"""`bench/pages`: fills a database, serves it, and measures page against page. Nothing here is asserted."""

import argparse
import http.cookiejar
import re
import shutil
import sys
import tempfile
import urllib.parse
import urllib.request
from collections import defaultdict
from pathlib import Path

import psycopg

from bench.load import measure, percentiles
from sandbox.__main__ import assemble, set_up
from sandbox.datafolder import DataFolder
from sandbox.demo.people import CREATORS, PASSWORD
from sandbox.process import Service
from sandbox.stack import Stack
from sandbox.supervisor import Supervisor

HERE = Path(__file__).parent


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/pages", description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=6, help="how often every page has its turn")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each turn")
    parser.add_argument("--clients", type=int, default=4, help="connections at once, for requests per second")
    return parser.parse_args()


def main() -> None:
    asked = options()
    home = Path(tempfile.mkdtemp(prefix="bench-", dir="/var/tmp"))  # readable by PostgreSQL's own account
    home.chmod(0o755)
    try:
        folder = DataFolder(home)
        folder.open()
        stack = assemble(folder, argparse.Namespace(empty=False, port=0))
        with Supervisor(home / "log", home, lambda text: print(text, file=sys.stderr)) as supervisor:
            supervisor.start(*stack.peers())
            set_up(stack, supervisor, empty=False)
            fill(stack, asked.orders)
            supervisor.start(server(stack))
            supervisor.await_ready("web")
            report(run(stack, asked), asked, memory(stack))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def fill(stack: Stack, orders: int) -> None:
    print(f"filling in {orders:,} orders ...", file=sys.stderr)
    with psycopg.connect(stack.database.owner_url, autocommit=True) as connection:
        sql = (HERE / "fill.sql").read_text().replace(":orders", str(orders))
        for statement in sql.split(";\n"):
            if statement.strip():
                connection.execute(statement)
        connection.execute("vacuum analyze")


def server(stack: Stack) -> Service:
    """One web process like the portal's own, with the bare page beside it."""
    web = stack.web()
    argv = [part if part != "wsgi" else "bench.served" for part in web.argv]
    argv[argv.index("--workers") + 1] = "1"
    return Service(name="web", argv=argv, env=web.env, ready=web.ready)


def run(stack: Stack, asked: argparse.Namespace) -> dict[str, dict[str, list[float]]]:
    """page -> {"busy": times with several connections, "alone": with one}, page after page, round after round."""
    pages = _pages(stack)
    port = stack.ports["web"]
    times: dict[str, dict[str, list[float]]] = defaultdict(lambda: {"busy": [], "alone": []})
    for path, cookie in pages.values():  # warm up
        measure(port, path, cookie, seconds=0.7, clients=2)
    for number in range(asked.rounds):
        print(f"round {number + 1} of {asked.rounds} ...", file=sys.stderr)
        for name, (path, cookie) in pages.items():
            times[name]["busy"] += measure(port, path, cookie, seconds=asked.seconds, clients=asked.clients)
            times[name]["alone"] += measure(port, path, cookie, seconds=asked.seconds, clients=1)
    return times


def _pages(stack: Stack) -> dict[str, tuple[str, str]]:
    """name -> (path, cookie), the bare page first."""
    creator_email = CREATORS["ada"][0]
    with psycopg.connect(stack.database.owner_url) as connection:

        def one(sql: str, *values: object) -> str:
            return str(connection.execute(sql, values).fetchone()[0])  # type: ignore[index]

        creator = one("select id from person where email = %s", creator_email)
        order = one(
            "select id from purchase_order where creator_id = %s order by number desc limit 1 offset 50", creator
        )
        delivered = one("select id from purchase_order where stage = 'delivered' order by number limit 1")
        delivered_to = one(
            "select p.email from purchase_order o join person p on p.id = o.creator_id where o.id = %s", delivered
        )
        brief = one("select brief_id from purchase_order where creator_id = %s order by number limit 1", creator)
        drafter = one(
            "select p.email from brief b join person p on p.id = b.creator_id where b.stage = 'draft' limit 1"
        )
        draft = one(
            "select b.id from brief b join person p on p.id = b.creator_id where stage = 'draft' and email = %s",
            drafter,
        )
        talk = one(
            "select t.invitation_id from thread t join brief b on b.id = t.brief_id join message m on m.thread_id"
            " = t.id join person p on p.id = b.creator_id where p.email = %s group by 1 order by count(*) desc limit 1",
            delivered_to,
        )
    factory_cookie = sign_in(stack, "factory@example.com")
    creator_cookie, delivered_cookie = sign_in(stack, creator_email), sign_in(stack, delivered_to)
    return {
        "bare": (f"/bare/{creator}", ""),
        "order list": ("/orders", creator_cookie),
        "order page": (f"/orders/{order}", creator_cookie),
        "delivered order": (f"/orders/{delivered}", delivered_cookie),
        "what waits": ("/orders/waiting", factory_cookie),
        "messages": (f"/messages/{talk}", delivered_cookie),
        "catalogue": ("/products", creator_cookie),
        "comparison": (f"/briefs/{brief}/compare", creator_cookie),
        "operators' orders": ("/operator", sign_in(stack, "operator@example.com")),
        "inbox": ("/inbox", factory_cookie),
        "brief form": (f"/briefs/{draft}/edit/details", sign_in(stack, drafter)),
    }


def sign_in(stack: Stack, email: str) -> str:
    """The session cookie of somebody of the demo data."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://127.0.0.1:{stack.ports['web']}/login"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', opener.open(address).read().decode())
    form = {"email": email, "password": PASSWORD, "csrf_token": token[1] if token else ""}
    opener.open(address, urllib.parse.urlencode(form).encode())
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def memory(stack: Stack) -> tuple[float, float]:
    """Megabytes of the web process, the largest of its processes: resident, and with what it shares counted in part."""
    sizes = []
    for rollup in Path("/proc").glob("[0-9]*/smaps_rollup"):
        try:
            command = (rollup.parent / "cmdline").read_bytes()
            if b"bench.served" in command and str(stack.ports["web"]).encode() in command:
                found = dict(re.findall(r"^(Rss|Pss):\s+(\d+)", rollup.read_text(), re.M))
                sizes.append((int(found["Rss"]) / 1024, int(found["Pss"]) / 1024))
        except OSError:
            continue
    return max(sizes, default=(0.0, 0.0))


def report(times: dict[str, dict[str, list[float]]], asked: argparse.Namespace, megabytes: tuple[float, float]) -> None:
    busy = asked.rounds * asked.seconds
    bare = len(times["bare"]["busy"]) / busy
    print(f"\n{asked.orders:,} orders, one web process of two threads, {asked.clients} connections; p50/p99 in ms")
    print(f"{'page':<20}{'req/s':>8}{'ratio':>8}{'p50':>8}{'p99':>8}   one connection: {'p50':>6}{'p99':>8}")
    for name, found in times.items():
        rate = len(found["busy"]) / busy
        middle, worst = percentiles(found["busy"])
        alone, alone_worst = percentiles(found["alone"])
        print(
            f"{name:<20}{rate:>8.0f}{rate / bare:>8.2f}{middle:>8.1f}{worst:>8.1f}"
            f"                   {alone:>6.1f}{alone_worst:>8.1f}"
        )
    print("\nweb process: {:.0f} MB resident, {:.0f} MB with what it shares counted in part".format(*megabytes))


if __name__ == "__main__":
    main()
