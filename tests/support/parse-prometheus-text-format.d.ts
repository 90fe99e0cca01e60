// A parser of Prometheus' text exposition format, which has no types of its own.
declare module 'parse-prometheus-text-format' {
  interface Family {
    readonly name: string;
    readonly help: string;
    /** In capitals. */
    readonly type: string;
    readonly metrics: readonly {
      readonly labels?: Readonly<Record<string, string>>;
      readonly value?: string;
      readonly count?: string;
    }[];
  }
  function parse(text: string): readonly Family[];
  export = parse;
}
