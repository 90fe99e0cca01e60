// Values as written in a rule, with the type that decides how a trait is compared.
import type { Day } from '../model/time.ts';

export type Literal =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'date'; readonly value: Day }
  | { readonly type: 'text'; readonly value: string };
