// The process of the embedded engine: serves the data directory until nobody needs it or it is told to stop.
import { EngineFailure } from '../store/engine/engine-failure.ts';
import { serveEngine } from '../store/engine/serve-engine.ts';

export interface RunEngineOptions {
  readonly dataDir: string;
  /** Seconds after its last user has gone; Infinity keeps it. */
  readonly idleSeconds: number;
  readonly onReady: (urls: { readonly url: string; readonly readerUrl: string }) => void;
}

/** @returns the exit code: 76 when another engine has the directory. */
export async function runEngine({ dataDir, idleSeconds, onReady }: RunEngineOptions): Promise<number> {
  try {
    const engine = await serveEngine({ dataDir, idleMs: idleSeconds * 1000 });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void engine.stop());
    onReady(engine);
    await engine.stopped;
    return 0;
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    process.stderr.write(`tidemark engine: ${error.message}\n`);
    return error.code;
  }
}
