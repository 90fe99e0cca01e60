// What a process of `tidemark up` does. With servers configured any role runs in any number of processes.
import type { Servers } from './config/settings.ts';

const ROLES = ['collect', 'ingest', 'score', 'deliver', 'web'] as const;
export type Role = (typeof ROLES)[number];

export type ReadRoles =
  | { readonly ok: true; readonly roles: ReadonlySet<Role> }
  | { readonly ok: false; readonly message: string };

/** `collect,web`; undefined means all. */
export function readRoles(text: string | undefined, servers: Servers): ReadRoles {
  const names = text === undefined ? [...ROLES] : text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !isRole(name));
  if (unknown !== undefined) {
    return { ok: false, message: `"${unknown}" is not a role; write some of ${ROLES.join(',')}` };
  }
  const roles = new Set(names.filter(isRole));
  if (roles.has('collect') !== roles.has('ingest') && servers.kafkaBrokers === undefined) {
    const message = 'collect and ingest are one process without Kafka; name both, or set KAFKA_BROKERS';
    return { ok: false, message };
  }
  return { ok: true, roles };
}

const isRole = (name: string): name is Role => (ROLES as readonly string[]).includes(name);
