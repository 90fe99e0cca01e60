// Answers HubSpot's calls as its documentation for 2026-03 describes them: batch upsert, batch read, and the default
// association. It changes the records and knows neither sockets nor faults.
import type { CrmRecord, CrmRecords, CrmSchema, CrmType } from './crm-records.ts';

export interface CrmAnswer {
  readonly status: number;
  readonly body: object;
}

export interface CrmCall {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface AnswerOptions {
  readonly records: CrmRecords;
  readonly schemas: Readonly<Record<CrmType, CrmSchema>>;
  /** ISO 8601, UTC. */
  readonly now: string;
  /** Refuses the last input of a batch for now: the rest is done, and the answer is a 207. */
  readonly refuseLast: boolean;
}

interface Input {
  readonly id: string;
  readonly idProperty: string;
  readonly properties: Readonly<Record<string, string>>;
}

const LARGEST_BATCH = 100;
const BATCH = /^\/crm\/objects\/2026-03\/(companies|tasks)\/batch\/(upsert|read)$/;
const ASSOCIATION = /^\/crm\/objects\/2026-03\/tasks\/(\d+)\/associations\/default\/companies\/(\d+)$/;

export function answerRequest(call: CrmCall, options: AnswerOptions): CrmAnswer {
  const batch = BATCH.exec(call.path);
  if (call.method === 'POST' && batch !== null) {
    const type = batch[1] as CrmType;
    return batch[2] === 'upsert' ? upsert(type, call.body, options) : read(type, call.body, options);
  }
  const association = ASSOCIATION.exec(call.path);
  if (call.method === 'PUT' && association !== null) {
    return associate(association[1] ?? '', association[2] ?? '', options);
  }
  return refuse(404, 'OBJECT_NOT_FOUND', `resource not found: ${call.method} ${call.path}`);
}

export const refuse = (status: number, category: string, message: string, more: object = {}): CrmAnswer => ({
  status,
  body: {
    status: 'error',
    message,
    correlationId: 'c033cdaa-2c40-4a64-ae48-b4cec88dad24',
    category,
    ...more,
  },
});

function upsert(type: CrmType, body: unknown, options: AnswerOptions): CrmAnswer {
  const inputs = readInputs(body, type === 'companies' ? 'tidemark_account_id' : 'tidemark_episode');
  const { records, schemas, now, refuseLast } = options;
  const schema = schemas[type];
  const problem =
    inputs === undefined ? malformed() : (checkBatch(inputs, schema) ?? findConflict(type, inputs, options));
  if (problem !== undefined || inputs === undefined) return problem ?? malformed();
  const results: object[] = [];
  const errors: object[] = [];
  for (const [index, input] of inputs.entries()) {
    const existing = records.find(type, input.idProperty, input.id);
    const wrong =
      refuseLast && index === inputs.length - 1
        ? { category: 'CONFLICT', message: 'the record is being changed by another call' }
        : checkValues(input, schema, existing);
    if (wrong !== undefined) errors.push({ status: 'error', ...wrong, context: { id: [input.id] } });
    else {
      const properties = { ...input.properties, [input.idProperty]: input.id };
      results.push(show(records.write({ type, existing, properties, now }), existing === undefined));
    }
  }
  return answerBatch(results, errors, now);
}

function read(type: CrmType, body: unknown, { records, schemas, now }: AnswerOptions): CrmAnswer {
  const idProperty = isObject(body) && typeof body.idProperty === 'string' ? body.idProperty : '';
  const inputs = readInputs(body, idProperty);
  if (inputs === undefined) return malformed();
  const problem = checkBatch(
    inputs.map((input) => ({ ...input, idProperty })),
    schemas[type],
  );
  if (problem !== undefined) return problem;
  const found = inputs.map(({ id }) => records.find(type, idProperty, id));
  const missing = inputs.filter((_, index) => found[index] === undefined).map(({ id }) => id);
  const message = `Could not get some ${type} objects, they may be deleted or not exist. Check that ids are valid.`;
  const error = { status: 'error', category: 'OBJECT_NOT_FOUND', message, context: { ids: missing } };
  const results = found.filter((record) => record !== undefined).map((record) => show(record));
  return answerBatch(results, missing.length === 0 ? [] : [error], now);
}

function associate(taskId: string, companyId: string, { records, now }: AnswerOptions): CrmAnswer {
  if (!records.get('tasks', taskId)) return refuse(404, 'OBJECT_NOT_FOUND', `no task ${taskId}`);
  if (!records.get('companies', companyId)) return refuse(404, 'OBJECT_NOT_FOUND', `no company ${companyId}`);
  records.associate(taskId, companyId);
  const spec = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 192 };
  return answerBatch([{ from: { id: taskId }, to: { id: companyId }, associationSpec: spec }], [], now);
}

const answerBatch = (results: readonly object[], errors: readonly object[], now: string): CrmAnswer => ({
  status: errors.length === 0 ? 200 : 207,
  body: {
    status: 'COMPLETE',
    results,
    startedAt: now,
    completedAt: now,
    ...(errors.length === 0 ? {} : { numErrors: errors.length, errors }),
  },
});

const show = (record: CrmRecord, isNew?: boolean): object => ({
  ...record,
  archived: false,
  ...(isNew === undefined ? {} : { new: isNew }),
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const malformed = (): CrmAnswer =>
  refuse(400, 'VALIDATION_ERROR', 'Invalid input JSON: inputs with id are required');

function readInputs(body: unknown, idProperty: string): readonly Input[] | undefined {
  if (!isObject(body) || !Array.isArray(body.inputs)) return undefined;
  const inputs = body.inputs.map((input: unknown) =>
    isObject(input) && typeof input.id === 'string'
      ? {
          id: input.id,
          idProperty: typeof input.idProperty === 'string' ? input.idProperty : idProperty,
          properties: textOnly(isObject(input.properties) ? input.properties : {}),
        }
      : undefined,
  );
  return inputs.includes(undefined) ? undefined : inputs.filter((input) => input !== undefined);
}

const textOnly = (properties: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, String(value)]));

/** What makes HubSpot refuse the whole batch. */
function checkBatch(inputs: readonly Input[], schema: CrmSchema): CrmAnswer | undefined {
  if (inputs.length === 0) return malformed();
  if (inputs.length > LARGEST_BATCH) {
    return refuse(
      400,
      'VALIDATION_ERROR',
      `The maximum number of inputs is ${LARGEST_BATCH}, got ${inputs.length}`,
    );
  }
  if (new Set(inputs.map(({ id }) => id)).size < inputs.length) {
    return refuse(400, 'VALIDATION_ERROR', 'Duplicate IDs found in batch input');
  }
  const wrong = inputs.find(({ idProperty }) => !schema.unique.has(idProperty));
  if (wrong !== undefined) {
    return refuse(
      400,
      'VALIDATION_ERROR',
      `Unable to perform update/upsert by non-unique property ${wrong.idProperty}`,
    );
  }
  const unknown = inputs
    .flatMap(({ properties }) => Object.keys(properties))
    .find((name) => !schema.properties.has(name));
  if (unknown === undefined) return undefined;
  const detail = {
    isValid: false,
    message: `Property "${unknown}" does not exist`,
    error: 'PROPERTY_DOESNT_EXIST',
    name: unknown,
  };
  return refuse(400, 'VALIDATION_ERROR', `Property values were not valid: ${JSON.stringify([detail])}`);
}

/** A unique value that another record has fails the whole batch with 409. */
function findConflict(
  type: CrmType,
  inputs: readonly Input[],
  options: AnswerOptions,
): CrmAnswer | undefined {
  for (const { id, idProperty, properties } of inputs) {
    const own = options.records.find(type, idProperty, id);
    for (const name of options.schemas[type].unique) {
      const value = properties[name];
      const other = value === undefined ? undefined : options.records.find(type, name, value);
      const isTaken =
        (other !== undefined && other.id !== own?.id) || (name === idProperty && (value ?? id) !== id);
      if (isTaken) return refuse(409, 'CONFLICT', `A record with ${name} "${value}" exists already`);
    }
  }
  return undefined;
}

/** What makes HubSpot refuse one record of a batch. */
function checkValues(
  { properties }: Input,
  schema: CrmSchema,
  existing: CrmRecord | undefined,
): object | undefined {
  for (const [name, allowed] of Object.entries(schema.enumerations)) {
    const value = properties[name];
    if (value !== undefined && !allowed.includes(value)) {
      return {
        category: 'VALIDATION_ERROR',
        message: `${value} was not one of the allowed options of ${name}: ${allowed}`,
      };
    }
  }
  const missing =
    existing === undefined ? schema.required.find((name) => properties[name] === undefined) : undefined;
  if (missing === undefined) return undefined;
  return {
    category: 'VALIDATION_ERROR',
    message: `Error creating the record: required property ${missing} is missing`,
  };
}
