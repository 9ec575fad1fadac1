"""Executes statements in a database that scripts/bench counts with, and tells how long they took.

    engines.py duckdb|sqlite FILE

It reads a line of JSON after the other and answers each with one; what they say is in
scripts/internal/bench/counting/worker.go.
"""

import csv
import json
import sqlite3
import sys
import time

THREADS = 2


def open_duckdb(file):
    import duckdb

    return duckdb.connect(file, config={"threads": THREADS})


def open_sqlite(file):
    connection = sqlite3.connect(file, isolation_level=None)
    for setting in (
        "journal_mode = OFF",  # what is lost is loaded again
        "synchronous = OFF",
        "cache_size = -1000000",
        "mmap_size = 4000000000",
        "temp_store = MEMORY",
        f"threads = {THREADS}",
    ):
        connection.execute("PRAGMA " + setting)
    return connection


def values(line):
    """What the fields of a line hold: nothing, an id, or a number, which the type of its column makes of the text."""
    return [field if 0 < len(field) < 32 else bytes.fromhex(field) or None for field in line]


def answer(connection, request):
    for statement in request.get("prepare", []):
        connection.execute(statement)
    started = time.perf_counter_ns()
    for statement in request.get("timed", []):
        connection.execute(statement)
    said = {"nanoseconds": time.perf_counter_ns() - started}
    if "query" in request:
        (said["result"],) = connection.execute(request["query"]).fetchone()
    if "insert" in request:
        with open(request["csv"], newline="") as file:
            connection.execute("BEGIN")
            connection.executemany(request["insert"], map(values, csv.reader(file)))
            connection.execute("COMMIT")
    if "write" in request:
        cursor = connection.execute(request["write"])
        with open(request["csv"], "w", newline="") as file:
            rows = csv.writer(file)
            while some := cursor.fetchmany(10000):
                rows.writerows(some)
    return said


def main(engine, file):
    connection = {"duckdb": open_duckdb, "sqlite": open_sqlite}[engine](file)
    for line in sys.stdin:
        try:
            said = answer(connection, json.loads(line))
        except Exception as error:  # whoever asked is told, and may ask something else
            said = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(said), flush=True)
    connection.close()


main(*sys.argv[1:])
