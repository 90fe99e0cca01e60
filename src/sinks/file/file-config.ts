// What `type: file` takes in tidemark.yaml.
import { z } from 'zod';

export const fileConfigSchema = z.strictObject({
  type: z.literal('file'),
  /** NDJSON, appended to; relative to the working directory. */
  path: z.string().min(1),
});
