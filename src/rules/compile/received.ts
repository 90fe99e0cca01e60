// SQL over `received_at`: what was known at the bound.

export const RECEIVED = `received_at <= fromUnixTimestamp64Micro({bound:Int64}, 'UTC')`;
