// After `npm install`: adds to package-lock.json the optional packages of platforms that npm left out.
import { readFileSync, writeFileSync } from 'node:fs';
import { completeLock, findMissing, type LockFile } from './lock/complete-lock.ts';

const path = 'package-lock.json';
const lock = JSON.parse(readFileSync(path, 'utf8')) as LockFile;
const missing = findMissing(lock);
if (missing.length > 0) writeFileSync(path, `${JSON.stringify(completeLock(lock), undefined, 2)}\n`);
console.log(`${missing.length} packages added to ${path}`);
