// Parts of a schema that offer names without refusing others: the schema may be older than the file that it explains.
import type { JsonObject } from '../../model/json.ts';

export interface Suggestion {
  readonly name: string;
  /** What it is, in one line. */
  readonly docs?: string | undefined;
}

/** Keywords for `anyOf`: what an editor completes, beside what else may stand. */
export const suggestValues = (suggestions: readonly Suggestion[], otherwise: JsonObject = {}): JsonObject =>
  suggestions.length === 0
    ? otherwise
    : {
        anyOf: [
          {
            enum: suggestions.map(({ name }) => name),
            enumDescriptions: suggestions.map(({ docs = '' }) => docs),
          },
          otherwise,
        ],
      };

/** Values that an editor offers and nothing more: many others are as good. */
export const snippets = (values: Readonly<Record<string, string>>): JsonObject => ({
  defaultSnippets: Object.entries(values).map(([body, description]) => ({ label: body, description, body })),
});
