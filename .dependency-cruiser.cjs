// The layering of docs: who may import whom. Each rule is one row of the table in docs/decisions/0001-layering.md.
const only = (folder, allowed) => ({
  name: `${folder}-imports-only-${allowed.length > 0 ? allowed.join('-') : 'nothing-of-ours'}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: [folder, ...allowed].map((name) => `^src/${name}/`) },
});
const pure = (folder) => ({
  name: `${folder}-is-pure`,
  comment:
    'No node: module, no clock, no network: the evaluator must mean the same in tests, backtests and live.',
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { dependencyTypes: ['core'] },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('model', []),
    only('rules', ['model']),
    only('scoring', ['model', 'rules']),
    only('ingest', ['model']),
    only('sinks', ['model']),
    only('store', ['model']),
    only('web', ['model']),
    only('app', ['model', 'rules', 'scoring', 'ingest', 'sinks', 'store', 'web']),
    only('cli', ['model', 'rules', 'scoring', 'app']),
    pure('model'),
    pure('rules'),
    pure('scoring'),
    {
      name: 'src-does-not-know-its-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(tests|bench|demo|scripts|examples)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
