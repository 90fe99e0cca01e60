// Which files of the rules folder are tests of rules.

export const isTestFile = (name: string): boolean => /\.test\.ya?ml$/.test(name);
