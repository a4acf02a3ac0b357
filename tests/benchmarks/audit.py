"""How fast the log's chains are checked, on a log of at least 300,000 entries made by the real function."""

from __future__ import annotations

import argparse
import time

import django

django.setup()

from django.db import connections  # noqa: E402

from leeward.platform.access.chain import verify  # noqa: E402
from tests.benchmarks.figures import Figure  # noqa: E402

WANTED = 300_000


def main() -> None:
    """Fill the log where it is short, check it, print a FIGURE line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", required=True)
    given = parser.parse_args()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_auditentry")
        missing = WANTED - cursor.fetchone()[0]
        for start in range(0, max(missing, 0), 5000):
            # One transaction a batch: sixteen chains by chance, as visitors and jobs have them.
            cursor.execute(
                "SELECT audit_append('bench_read', 'case', n, n, '{}', '{\"bench\": true}') FROM generate_series(%s::bigint, %s::bigint) n",
                [start, start + 4999],
            )
    begin = time.perf_counter()
    report = verify()
    seconds = time.perf_counter() - begin
    assert report.ok, report.words
    print(Figure("audit.verify.rows_per_s", round(report.entries / seconds), "rows/s", given.size, None,
                 f"{report.entries} entries in {report.chains} chains").line())  # fmt: skip


if __name__ == "__main__":
    main()
