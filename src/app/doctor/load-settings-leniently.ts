// The settings as far as they can be used: a key whose variable is not set is no reason to look at nothing else.
import { ConfigError, type LoadSettingsOptions, loadSettings } from '../config/load-settings.ts';
import type { Settings } from '../config/settings.ts';
import type { Finding } from './finding.ts';

export interface LenientSettings {
  /** Undefined when nothing of the configuration can be used. */
  readonly settings: Settings | undefined;
  readonly finding: Finding;
}

const CHECK = 'configuration';

export async function loadSettingsLeniently(options: LoadSettingsOptions): Promise<LenientSettings> {
  try {
    const settings = await loadSettings({ ...options, needsSecrets: true });
    const found = settings.configFile ?? 'no tidemark.yaml here: defaults are used';
    return { settings, finding: { check: CHECK, status: 'ok', found } };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const settings = await loadSettings({ ...options, needsSecrets: false }).catch(() => undefined);
    return { settings, finding: describe(error) };
  }
}

function describe({ message, problems }: ConfigError): Finding {
  const told = problems.map(({ position, message: what }) => `${position.file}:${position.line} ${what}`);
  const found = told.length === 0 ? message : told.join('; ');
  return {
    check: CHECK,
    status: 'fail',
    found,
    todo: '"tidemark up" will not start: mend it first; docs/errors.md',
  };
}
