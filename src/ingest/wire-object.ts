// A JSON object as a client sent it: every field may be missing or of any type.
export type WireObject = { readonly [field: string]: unknown };
