// Chromium for the browser tests and screenshots, from the system's packages.
import { installPackage, runCommand } from './run-command.ts';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * The command of a Chromium; installs one when there is none.
 * @throws Error that says what to do where it cannot be installed.
 */
export function installChromium(): string {
  const found = findChromium();
  if (found !== undefined) return found;
  installPackage('chromium', 'the browser tests');
  const installed = findChromium();
  if (installed === undefined) throw new Error('chromium was installed, but there is no such command');
  return installed;
}

const findChromium = (): string | undefined =>
  COMMANDS.map((command) => runCommand('which', [command]))
    .find(({ status }) => status === 0)
    ?.output.trim();
