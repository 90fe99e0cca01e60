// What `type: console` takes in tidemark.yaml.
import { z } from 'zod';

export const consoleConfigSchema = z.strictObject({ type: z.literal('console') });
