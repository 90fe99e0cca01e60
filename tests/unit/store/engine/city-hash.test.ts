import { describe, expect, test } from 'vitest';
import { cityHash128 } from '../../../../src/store/engine/city-hash.ts';

const bytes = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * i * 7 + i * 13 + length) % 256);

describe('the hash of ClickHouse, as go-faster/city 1.0 calculates it for the same bytes', () => {
  test.each([
    [0, '3df09dfc64c09a2b', '3cb540c392e51e29'],
    [1, '5a03ab4f802b3f6c', '58a88a3c8a31e91a'],
    [3, '9179c8842a75713e', '8f9cb57788e561c9'],
    [4, 'ede3983552727452', '614296d2a1e3ce94'],
    [7, 'da0451346bdad128', '55b6e8e7f6296a54'],
    [8, '9a03dc360de63591', 'ea29ee4a9dee5193'],
    [9, 'e892cb668f075731', '4e06ccaae7f77603'],
    [15, 'e9b25bc078088665', '327b3ab7d70baa1a'],
    [16, '4e569e94491dc9f0', '590276ea8c9244a6'],
    [17, '39fb0863a57d31cd', 'f947dcc90a8c8a69'],
    [20, 'ccfd96df99895287', 'a98885452537e0df'],
    [24, 'f6517a8d47dbbb14', '2ce53649a29b1a96'],
    [31, '80fcf1516c84c3b1', 'ea5a44c02a52dd21'],
    [32, '3df068ed15b95f3f', '5ca40a4ffd4558'],
    [33, '334a573c76239791', 'c890694b5cbbaa24'],
    [40, '22f2e3181905b1f8', '89a0127a2dcdf7d9'],
    [48, 'cbcd01de630f8f44', '49a48e7740755617'],
    [64, '2fc7290f2731182', 'a0998180ff6acb2b'],
    [100, '7a58e46ff1355032', 'bfe2e79df295d569'],
    [127, 'f24464dbc96f2088', 'e2ac7348dfb8cd7d'],
    [128, 'b5adf89c668e307d', '49253dcc9e2b6461'],
    [129, '2d5b8135461cafcb', '620e707b54c2acc6'],
    [143, '38b293638d5a13ca', 'cddd0180a37099f0'],
    [144, 'acc0afb6904a339e', 'a5b8dca760bb137c'],
    [145, 'aac1e78287592b9c', 'cdf63e885672fd72'],
    [160, '6c88efd6a252a62', '64792328fd07f2f4'],
    [200, '6d91206995e95f71', 'da0845869b102df8'],
    [255, 'ee5f69d011075cde', '4d3ec560e78ad3b5'],
    [256, '47f94152c6eaf036', 'c6121a704134a2e3'],
    [257, '77ea0444c4fc951a', '116c9111ddd47219'],
    [272, 'b38df7361a5a4565', 'bbe713fe277804c0'],
    [273, '5edec98992222059', 'b82bd2fe5a11439c'],
    [300, 'bf8909069c23a659', 'd95bc3df79eb9e31'],
    [1000, 'a9265004c7459640', 'bd74ffd6aac671cd'],
    [4096, '58a0354adec0e9e0', 'bfddfb20830e95f7'],
    [70001, 'ce1e46aa650fb670', '5655f6e2de7b655d'],
  ])('of %i bytes', (length, low, high) => {
    const hash = cityHash128(bytes(length));
    expect([hash.low.toString(16), hash.high.toString(16)]).toEqual([low, high]);
  });

  test('of a part of a buffer is that of its bytes', () => {
    const whole = Buffer.concat([Buffer.from('before'), bytes(200), Buffer.from('after')]);
    expect(cityHash128(whole.subarray(6, 206))).toEqual(cityHash128(bytes(200)));
  });
});
