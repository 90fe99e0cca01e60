// Which files of the rules folder are rules; the others are their tests.

export const isRuleFile = (name: string): boolean => !name.endsWith('.test.yaml');
