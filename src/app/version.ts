// Which version of Tidemark this is: that of package.json, which the bundle has in it.
import manifest from '../../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;
