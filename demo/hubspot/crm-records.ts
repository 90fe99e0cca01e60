// The records of the HubSpot stand-in: companies, tasks and what ties them, with HubSpot's rules about unique
// properties. It holds everything in memory and knows no HTTP.

export type CrmType = 'companies' | 'tasks';

export interface CrmRecord {
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface CrmTask extends CrmRecord {
  /** Ids of the associated companies. */
  readonly companyIds: readonly string[];
}

export interface CrmSchema {
  readonly properties: ReadonlySet<string>;
  readonly unique: ReadonlySet<string>;
  /** Without these a record cannot be created. */
  readonly required: readonly string[];
  readonly enumerations: Readonly<Record<string, readonly string[]>>;
}

export interface CrmSnapshot {
  readonly companies: readonly CrmRecord[];
  readonly tasks: readonly CrmTask[];
}

const SIGNAL_PROPERTIES = ['episode', 'rule', 'state', 'severity', 'sentence', 'since'].map(
  (name) => `tidemark_signal_${name}`,
);

/** HubSpot's own properties that matter here, the ones that docs/sinks.md asks for, and `extra` ones of companies. */
export function buildSchemas(extra: readonly string[]): Readonly<Record<CrmType, CrmSchema>> {
  return {
    companies: {
      properties: new Set([
        'name',
        'domain',
        'tidemark_account_id',
        'pql_score',
        ...SIGNAL_PROPERTIES,
        ...extra,
      ]),
      unique: new Set(['tidemark_account_id']),
      required: [],
      enumerations: {},
    },
    tasks: {
      properties: new Set([
        'hs_task_subject',
        'hs_task_body',
        'hs_task_status',
        'hs_task_priority',
        'hs_task_type',
        'hs_timestamp',
        'hubspot_owner_id',
        'tidemark_episode',
      ]),
      unique: new Set(['tidemark_episode']),
      required: ['hs_timestamp'],
      enumerations: {
        hs_task_status: ['NOT_STARTED', 'IN_PROGRESS', 'WAITING', 'DEFERRED', 'COMPLETED'],
        hs_task_priority: ['NONE', 'LOW', 'MEDIUM', 'HIGH'],
        hs_task_type: ['EMAIL', 'CALL', 'TODO'],
      },
    },
  };
}

export class CrmRecords {
  readonly #records: Readonly<Record<CrmType, Map<string, CrmRecord>>> = {
    companies: new Map(),
    tasks: new Map(),
  };
  /** Task id to company ids. */
  readonly #companiesOf = new Map<string, Set<string>>();
  #nextId = 1001;

  constructor(snapshot: CrmSnapshot | undefined) {
    for (const company of snapshot?.companies ?? []) this.#take('companies', company);
    for (const { companyIds, ...task } of snapshot?.tasks ?? []) {
      this.#take('tasks', task);
      this.#companiesOf.set(task.id, new Set(companyIds));
    }
  }

  find(type: CrmType, property: string, value: string): CrmRecord | undefined {
    for (const record of this.#records[type].values())
      if (record.properties[property] === value) return record;
    return undefined;
  }

  get = (type: CrmType, id: string): CrmRecord | undefined => this.#records[type].get(id);

  /** Writes only what `properties` names, over the record or as a new one. */
  write(options: {
    readonly type: CrmType;
    readonly existing: CrmRecord | undefined;
    readonly properties: Readonly<Record<string, string>>;
    readonly now: string;
  }): CrmRecord {
    const { type, existing, properties, now } = options;
    const record: CrmRecord = {
      id: existing?.id ?? String(this.#nextId++),
      properties: { ...existing?.properties, ...properties },
      createdAt: existing?.createdAt ?? now,
      updatedAt: now,
    };
    this.#records[type].set(record.id, record);
    return record;
  }

  associate(taskId: string, companyId: string): void {
    const companies = this.#companiesOf.get(taskId) ?? new Set();
    this.#companiesOf.set(taskId, companies.add(companyId));
  }

  /** Oldest first. */
  snapshot(): CrmSnapshot {
    const tasks = [...this.#records.tasks.values()].map((task) => ({
      ...task,
      companyIds: [...(this.#companiesOf.get(task.id) ?? [])],
    }));
    return { companies: [...this.#records.companies.values()], tasks };
  }

  #take(type: CrmType, record: CrmRecord): void {
    this.#records[type].set(record.id, record);
    this.#nextId = Math.max(this.#nextId, Number(record.id) + 1);
  }
}
