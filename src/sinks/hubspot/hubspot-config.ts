// What `type: hubspot` takes in tidemark.yaml.
import { z } from 'zod';
import { httpUrlSchema } from '../http-url.ts';

/** HubSpot's internal property names. */
const propertyName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,99}$/,
    'must be an internal property name: lower-case letters, digits and underscores',
  );

export const hubspotConfigSchema = z.strictObject({
  type: z.literal('hubspot'),
  /** Of a private app with the scopes crm.objects.companies.write and .read, and for tasks crm.objects.contacts.write. */
  token: z.string().min(1, 'must be the access token of a HubSpot private app'),
  base_url: httpUrlSchema.default('https://api.hubapi.com'),
  /** The unique company property that holds the account's id. */
  key_property: propertyName.default('tidemark_account_id'),
  /**
   * Company property to what is written there: `score.NAME`, `band.NAME`, `grade.NAME`, `account.TRAIT`,
   * `champion.name`, or a metric of the rule.
   */
  fields: z.record(propertyName, z.string().min(1)).default({}),
  /** False leaves the companies' names to the people who keep them. */
  company_name: z.boolean().default(true),
  /** False writes no `tidemark_signal_*` properties on companies. */
  signal_fields: z.boolean().default(true),
  /** A rule's `owner` to a HubSpot owner id, who is given the task. */
  owners: z
    .record(z.string(), z.string().regex(/^\d+$/, 'must be a HubSpot owner id, digits in quotes'))
    .default({}),
  timeout_ms: z.int().min(100).max(120_000).default(20_000),
});

export type HubspotConfig = z.infer<typeof hubspotConfigSchema>;
