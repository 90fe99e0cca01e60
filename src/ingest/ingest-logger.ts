// What ingest says while it runs, in the shape of pino, which app hands in.
export interface IngestLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
