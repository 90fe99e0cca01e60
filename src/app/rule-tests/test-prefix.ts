// Keeps the tests of one run apart in one database: the number of a test stands before each of its ids.

/** Signs that nobody writes, so that the prefix can be taken out of any sentence again. */
export const testPrefix = (number: number): string => `‹${number}›`;

/** SQL that reads the number from an account's id; 0 for none. */
export const TEST_NUMBER_SQL = "toUInt32OrZero(extract(account_id, '^‹([0-9]+)›'))";

export const withoutPrefix = (text: string, prefix: string): string => text.replaceAll(prefix, '');
