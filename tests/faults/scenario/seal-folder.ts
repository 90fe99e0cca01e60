// Makes a folder refuse new files, also to root, and take them again.
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../../scripts/stack/run-command.ts';

export interface Sealed {
  readonly how: string;
  open(): void;
}

/** @throws Error that says what to do where it cannot be done. */
export function sealFolder(folder: string): Sealed {
  const folders = foldersOf(folder);
  if (process.getuid?.() !== 0) {
    const change = (mode: number): void => {
      for (const path of folders) chmodSync(path, mode);
    };
    change(0o500);
    return { how: 'chmod', open: () => change(0o700) };
  }
  // Root passes over modes of files, but not over this attribute, which ext4, xfs and btrfs have.
  changeAttribute('+i', folders);
  return { how: 'chattr +i', open: () => changeAttribute('-i', folders) };
}

/** It and all below it, but for those that are merged away while they are looked for. */
function foldersOf(folder: string): readonly string[] {
  try {
    const within = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [folder, ...within.flatMap(({ name }) => foldersOf(join(folder, name)))];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function changeAttribute(how: '+i' | '-i', folders: readonly string[]): void {
  // Parts that were merged away meanwhile are no failure.
  const { status, output } = runCommand('chattr', ['-f', how, ...folders]);
  if (status === 0 || how === '-i' || runCommand('lsattr', ['-d', folders[0] ?? '']).output.includes('i'))
    return;
  throw new Error(
    `chattr ${how} does not work here: run this as another user than root, or with TMPDIR on ext4 or xfs: ${output.slice(-300)}`,
  );
}
