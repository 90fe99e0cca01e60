# Asks the port of readers by clickhouse-connect and prints what it was told, as JSON.
import json
import os

import clickhouse_connect
from clickhouse_connect.driver.exceptions import ClickHouseError

question = json.loads(os.environ["QUESTION"])
port, username, password = os.environ["READER"].split("\n")


def connect(compress):
    return clickhouse_connect.get_client(
        host="127.0.0.1", port=int(port), username=username, password=password, database="tidemark", compress=compress
    )


def try_it(statement):
    try:
        return str(client.query(statement).result_rows)
    except ClickHouseError as error:
        return str(error)


client = connect(False)
views = {view: len(client.query(f"SELECT * FROM {view}").result_rows) for view in question["views"]}
large = set()
for encoding in ["lz4", "zstd", "gzip", "deflate", "br"]:
    try:
        packed = connect(encoding)
    except clickhouse_connect.driver.exceptions.ProgrammingError:
        continue
    rows = packed.query(
        "SELECT number, toString(number) FROM numbers(300000)", settings={"enable_http_compression": 1}
    ).result_rows
    assert rows[-1] == (299999, "299999"), rows[-1]
    large.add(len(rows))
assert len(large) == 1, large
print(
    json.dumps(
        {
            "version": client.server_version,
            "views": views,
            "types": [repr(value) for value in client.query(question["types"], query_tz="UTC", tz_mode="aware").result_rows[0]],
            "refused": [try_it(statement) for statement in question["refused"]],
            "large": large.pop(),
        }
    )
)
