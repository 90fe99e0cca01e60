// What a person types into another ClickHouse client, as text for a terminal.
import type { ReaderConnection } from '../app/open-parts.ts';

export function describeConnection({ url, database, user }: Omit<ReaderConnection, 'close'>): string {
  if (user === undefined)
    return `url       ${url}
database  ${database}

This is a ClickHouse server: its administrator makes a read-only user, see docs/clickhouse.md.
`;
  const { hostname, port } = new URL(url);
  const { username, password } = user;
  return `url       ${url}
database  ${database}
user      ${username}
password  ${password}

HTTP only: clickhouse-client and others that speak the native protocol over TCP are not served.
curl      curl -u '${username}:${password}' '${url}/?database=${database}' -d 'SELECT * FROM signals LIMIT 5'
Python    clickhouse_connect.get_client(host='${hostname}', port=${port}, username='${username}', password='${password}', database='${database}')
JDBC      jdbc:clickhouse://${hostname}:${port}/${database} (DBeaver, Metabase, DataGrip: driver "ClickHouse")
Grafana   data source "ClickHouse", protocol HTTP, server ${hostname}, port ${port}, default database ${database}

It is served while something needs the engine, such as "tidemark up". docs/clickhouse.md has the views and queries.
`;
}
