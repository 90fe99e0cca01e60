// The engine as a process of its own for tests: node --import tsx run-engine.ts DIR IDLE_MS
import { EngineFailure } from '../../../src/store/engine/engine-failure.ts';
import { serveEngine } from '../../../src/store/engine/serve-engine.ts';

const [dataDir = '', idleMs = '10000'] = process.argv.slice(2);
try {
  const engine = await serveEngine({ dataDir, idleMs: Number(idleMs) });
  process.on('SIGTERM', () => void engine.stop());
  await engine.stopped;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof EngineFailure ? error.code : 1;
}
