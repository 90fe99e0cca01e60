// CityHash128 as ClickHouse has it: version 1.0.2 of 2011, whose results differ from those of later versions. It
// guards the blocks of ClickHouse's own compression; a wrong one is a block that no client takes.

const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;
const K3 = 0xc949d7c7509e6557n;
const K_MUL = 0x9ddfea08eb382d69n;

/** Keeps 64 bits; written around each step, it lets V8 calculate in machine words. */
const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, bits: bigint): bigint => u64((value >> bits) | u64(value << u64(64n - bits)));
const shiftMix = (value: bigint): bigint => value ^ (value >> 47n);

interface Hash128 {
  readonly low: bigint;
  readonly high: bigint;
}

/** The hash of all of `bytes`. Source: ClickHouse's contrib/cityhash102, city.cc. */
export function cityHash128(bytes: Uint8Array): Hash128 {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength;
  if (length >= 16) {
    const seed = { low: word(view, 0) ^ K3, high: word(view, 8) };
    return hashSeeded(new DataView(bytes.buffer, bytes.byteOffset + 16, length - 16), seed);
  }
  if (length >= 8) {
    const seed = { low: word(view, 0) ^ u64(BigInt(length) * K0), high: word(view, length - 8) ^ K1 };
    return hashSeeded(new DataView(bytes.buffer, bytes.byteOffset, 0), seed);
  }
  return hashSeeded(view, { low: K0, high: K1 });
}

const word = (view: DataView, at: number): bigint => view.getBigUint64(at, true);

function hashPair(low: bigint, high: bigint): bigint {
  const first = shiftMix(u64((low ^ high) * K_MUL));
  return u64(shiftMix(u64((high ^ first) * K_MUL)) * K_MUL);
}

function hashSeeded(view: DataView, seed: Hash128): Hash128 {
  return view.byteLength < 128 ? hashShort(view, seed) : hashLong(view, seed);
}

/** Under 128 bytes. */
function hashShort(view: DataView, seed: Hash128): Hash128 {
  const length = view.byteLength;
  let [a, b, c, d] = [seed.low, seed.high, 0n, 0n];
  if (length <= 16) {
    a = u64(shiftMix(u64(a * K1)) * K1);
    c = u64(u64(b * K1) + hashTiny(view));
    d = shiftMix(u64(a + (length >= 8 ? word(view, 0) : c)));
  } else {
    c = hashPair(u64(word(view, length - 8) + K1), a);
    d = hashPair(u64(b + BigInt(length)), u64(c + word(view, length - 16)));
    a = u64(a + d);
    for (let at = 0; at < length - 16; at += 16) {
      a = u64((a ^ u64(shiftMix(u64(word(view, at) * K1)) * K1)) * K1);
      b ^= a;
      c = u64((c ^ u64(shiftMix(u64(word(view, at + 8) * K1)) * K1)) * K1);
      d ^= c;
    }
  }
  a = hashPair(a, c);
  b = hashPair(d, b);
  return { low: a ^ b, high: hashPair(b, a) };
}

/** Up to 16 bytes. */
function hashTiny(view: DataView): bigint {
  const length = view.byteLength;
  if (length > 8) {
    const [a, b] = [word(view, 0), word(view, length - 8)];
    return hashPair(a, rotate(u64(b + BigInt(length)), BigInt(length))) ^ b;
  }
  if (length >= 4) {
    const first = BigInt(view.getUint32(0, true));
    return hashPair(u64(BigInt(length) + (first << 3n)), BigInt(view.getUint32(length - 4, true)));
  }
  if (length === 0) return K2;
  const y = BigInt(view.getUint8(0) + (view.getUint8(length >> 1) << 8));
  const z = BigInt(length + (view.getUint8(length - 1) << 2));
  return u64(shiftMix(u64(y * K2) ^ u64(z * K3)) * K2);
}

/** From 128 bytes on: rounds of 64 bytes, two at a time, and the rest in 32 from the end. */
function hashLong(view: DataView, seed: Hash128): Hash128 {
  const length = view.byteLength;
  let [x, y, z] = [seed.low, seed.high, u64(BigInt(length) * K1)];
  let v0 = u64(rotate(y ^ K1, 49n) * K1 + word(view, 0));
  let v1 = u64(rotate(v0, 42n) * K1 + word(view, 8));
  let w0 = u64(rotate(u64(y + z), 35n) * K1 + x);
  let w1 = u64(rotate(u64(x + word(view, 88)), 53n) * K1);
  const rounds = Math.floor(length / 128) * 2;
  for (let round = 0, at = 0; round < rounds; round += 1, at += 64) {
    x = u64(rotate(u64(x + y + v0 + word(view, at + 16)), 37n) * K1) ^ w1;
    y = u64(rotate(u64(y + v1 + word(view, at + 48)), 42n) * K1) ^ v0;
    z = rotate(z ^ w0, 33n);
    // The weak hash of 32 bytes twice, written out: as a function it would allocate a pair for each.
    let a = u64(u64(v1 * K1) + word(view, at));
    let b = rotate(u64(u64(x + w0) + a + word(view, at + 24)), 21n);
    let c = a;
    a = u64(a + word(view, at + 8) + word(view, at + 16));
    b = u64(b + rotate(a, 44n));
    v0 = u64(a + word(view, at + 24));
    v1 = u64(b + c);
    a = u64(u64(z + w1) + word(view, at + 32));
    b = rotate(u64(y + a + word(view, at + 56)), 21n);
    c = a;
    a = u64(a + word(view, at + 40) + word(view, at + 48));
    b = u64(b + rotate(a, 44n));
    w0 = u64(a + word(view, at + 56));
    w1 = u64(b + c);
    [z, x] = [x, z];
  }
  y = u64(y + rotate(w0, 37n) * K0 + z);
  x = u64(x + rotate(u64(v0 + z), 49n) * K0);
  for (let done = 0; done < length - rounds * 64; ) {
    done += 32;
    const at = length - done;
    y = u64(rotate(u64(y - x), 42n) * K0 + v1);
    w0 = u64(w0 + word(view, at + 16));
    x = u64(rotate(x, 49n) * K0 + w0);
    w0 = u64(w0 + v0);
    const a = u64(v0 + word(view, at));
    const b = rotate(u64(v1 + a + word(view, at + 24)), 21n);
    const sum = u64(a + word(view, at + 8) + word(view, at + 16));
    v0 = u64(sum + word(view, at + 24));
    v1 = u64(b + rotate(sum, 44n) + a);
  }
  x = hashPair(x, v0);
  y = hashPair(y, w0);
  return { low: u64(hashPair(u64(x + v1), w1) + y), high: hashPair(u64(x + w1), u64(y + v1)) };
}
