// The lock file must name the optional packages of every platform, or `npm ci` refuses it. npm leaves out those that
// a registry does not serve, and those that another platform's node_modules lacks. Pure.

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface MissingPackage {
  readonly parent: string;
  readonly name: string;
  readonly version: string;
}

/** Optional packages that a locked one asks for and the lock does not have. */
export const findMissing = ({ packages }: LockFile): readonly MissingPackage[] =>
  Object.entries(packages).flatMap(([parent, { optionalDependencies }]) =>
    Object.entries(optionalDependencies ?? {})
      .filter(([name]) => !isLocked(packages, parent, name))
      .map(([name, version]) => ({ parent, name, version })),
  );

/** As Node looks for it: inside the parent, then further up. */
function isLocked(packages: LockFile['packages'], parent: string, name: string): boolean {
  const above = `/${parent}`.split('/node_modules/').slice(1);
  const places = [...above.keys(), above.length].map((depth) => [...above.slice(0, depth), name]);
  return places.some((place) => packages[`node_modules/${place.join('/node_modules/')}`] !== undefined);
}

/**
 * With an entry for each missing package. It has no checksum, as npm could not see the package here; npm fills it in
 * where it can. @throws Error when a version is no exact one: then npm would have to choose it.
 */
export function completeLock<Lock extends LockFile>(lock: Lock): Lock {
  const packages: Record<string, LockedPackage> = { ...lock.packages };
  for (const { parent, name, version } of findMissing(lock)) {
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
      throw new Error(`${parent} asks for ${name}@${version}: only exact versions can be filled in`);
    }
    packages[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      ...(lock.packages[parent]?.dev === true ? { dev: true } : {}),
      optional: true,
    };
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'];

/** From a name such as `@oxc-parser/binding-linux-arm-gnueabihf`. */
function platformOf(name: string): LockedPackage {
  const words = name.split(/[/-]/);
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`which platform ${name} is for cannot be told`);
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc';
  const isOfLibc = words.some((word) => /^(musl|gnu)/.test(word));
  return { cpu, ...(isOfLibc ? { libc: [libc] } : {}), os };
}
