// The credentials in the addresses of servers, which come from the environment as they are. For logs to blot out.
const NAMES = ['CLICKHOUSE_URL', 'KAFKA_BROKERS', 'REDIS_URL'] as const;

/** Of each address with a user name or password: these, as written and decoded, and the pair as Basic sends it. */
export const serverSecrets = (
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] => [
  ...new Set(
    NAMES.flatMap((name) => (environment[name] ?? '').split(',').flatMap(secretsOf)).filter(
      (text) => text !== '',
    ),
  ),
];

function secretsOf(address: string): readonly string[] {
  const match = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/?#]*)@[^@]*$/i.exec(address.trim());
  const userInfo = match?.[1];
  if (userInfo === undefined) return [];
  const colon = userInfo.indexOf(':');
  const password = colon === -1 ? '' : userInfo.slice(colon + 1);
  const user = colon === -1 ? userInfo : userInfo.slice(0, colon);
  const pair = `${decode(user)}:${decode(password)}`;
  const ofPair = [userInfo, pair, Buffer.from(pair).toString('base64')];
  return [...ofPair, password, decode(password), ...(password === '' ? [user, decode(user)] : [])];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
