// `limits` of tidemark.yaml: what the collector takes at most.
import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1024, MB: 1024 * 1024 };
const SIZE_HINT = 'must be a size such as 500kB or 8MB';

const sizeSchema = ({ least, most }: { readonly least: string; readonly most: string }) =>
  z.string(SIZE_HINT).transform((text, context): number => {
    const bytes = parseSize(text);
    if (bytes === undefined) {
      context.addIssue(`"${text}" is no size; write it as 500kB or 8MB`);
      return z.NEVER;
    }
    if (bytes < (parseSize(least) ?? 0) || bytes > (parseSize(most) ?? 0)) {
      context.addIssue(`"${text}" is not between ${least} and ${most}`);
      return z.NEVER;
    }
    return bytes;
  });

/** In bytes; a kB has 1024. Undefined when it is none. */
function parseSize(text: string): number | undefined {
  const [, digits, unit = ''] = /^([1-9]\d{0,8})\s?(B|kB|MB)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return factor === undefined ? undefined : Number(digits) * factor;
}

export const limitsSchema = z
  .strictObject({
    // Above the most, Kafka would refuse what the collector has taken.
    event: sizeSchema({ least: '1kB', most: '512kB' }).optional(),
    request: sizeSchema({ least: '1kB', most: '32MB' }).optional(),
    pending_events: z.int('must be a whole number').min(1, 'must be at least 1').optional(),
    pending_bytes: sizeSchema({ least: '1MB', most: '1024MB' }).optional(),
  })
  .refine(({ event, request }) => event === undefined || request === undefined || request >= event, {
    message: 'must be no less than the limit of an event',
    path: ['request'],
  });
