import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { completeLock, findMissing, type LockFile } from '../../../scripts/lock/complete-lock.ts';

const aLock = (packages: LockFile['packages'] = {}): LockFile => ({
  packages: {
    'node_modules/engine': {
      version: '1.0.0',
      dev: true,
      optionalDependencies: { '@engine/linux-x64-gnu': '1.0.0', '@engine/darwin-arm64': '1.0.0' },
    },
    'node_modules/@engine/linux-x64-gnu': { version: '1.0.0' },
    ...packages,
  },
});

describe('the lock file', () => {
  it('has the optional packages of every platform (if not: node --import tsx scripts/complete-lock.ts)', () => {
    expect(findMissing(JSON.parse(readFileSync('package-lock.json', 'utf8')))).toEqual([]);
  });

  it('names no registry, so that each uses its own', () => {
    expect(readFileSync('package-lock.json', 'utf8')).not.toContain('"resolved"');
  });
});

describe('what npm left out of a lock file', () => {
  it('is found', () => {
    expect(findMissing(aLock())).toEqual([
      { parent: 'node_modules/engine', name: '@engine/darwin-arm64', version: '1.0.0' },
    ]);
  });

  it('is not what stands inside the parent', () => {
    const nested = { 'node_modules/engine/node_modules/@engine/darwin-arm64': { version: '1.0.0' } };
    expect(findMissing(aLock(nested))).toEqual([]);
  });

  it('is filled in with its platform, and nothing else changes', () => {
    const lock = aLock();
    const completed = completeLock(lock);
    expect(findMissing(completed)).toEqual([]);
    expect(completed.packages).toEqual({
      ...lock.packages,
      'node_modules/@engine/darwin-arm64': {
        version: '1.0.0',
        cpu: ['arm64'],
        dev: true,
        optional: true,
        os: ['darwin'],
      },
    });
  });

  it('is refused when its version or its platform would be a guess', () => {
    const asking = (name: string, version: string) => ({
      'node_modules/a': { version: '1.0.0', optionalDependencies: { [name]: version } },
    });
    expect(() => completeLock(aLock(asking('a-linux-x64', '^1.0.0')))).toThrow('only exact versions');
    expect(() => completeLock(aLock(asking('fsevents', '2.3.3')))).toThrow('which platform');
  });
});
