import { describe, expect, test } from 'vitest';
import { excerpt } from '../../../engine/wire/excerpt.ts';
import {
  refusedAddress,
  URL_GOOD_MS_DEFAULT,
  urlExpiresAt,
  withoutSignature,
} from '../../../engine/wire/presigned-url.ts';

const AT = Date.parse('2026-11-23T09:00:00Z');
const BRIDGE = 'https://bridge.provider.example/acme/prod';
const LOCAL = 'http://127.0.0.1:8700/acme/dev';

describe('until when an address is good', () => {
  test.each([
    ['?X-Amz-Date=20261123T080000Z&X-Amz-Expires=3600', Date.parse('2026-11-23T09:00:00Z')],
    ['?AWSAccessKeyId=x&Expires=1795424400&Signature=y', 1795424400_000],
    ['?X-Amz-Date=gibberish&X-Amz-Expires=3600', AT + URL_GOOD_MS_DEFAULT],
    ['?X-Amz-Date=20261123T080000Z&X-Amz-Expires=-1', AT + URL_GOOD_MS_DEFAULT],
    ['', AT + URL_GOOD_MS_DEFAULT],
  ])('%s', (query, until) => {
    expect(urlExpiresAt(new URL(`https://x.s3.amazonaws.com/a${query}`), AT)).toBe(until);
  });
});

describe('where files are fetched from', () => {
  test.each([
    ['https://x.s3.amazonaws.com/a', BRIDGE],
    ['https://files.example/a', BRIDGE],
    ['https://bridge.provider.example/files/a', BRIDGE],
    ['http://127.0.0.1:8700/_files/a', LOCAL],
  ])('%s may be, with the bridge at %s', (address, bridge) => {
    expect(refusedAddress(address, ['*.amazonaws.com', 'files.example'], bridge)).toBeNull();
  });

  test.each([
    ['http://x.s3.amazonaws.com/a', BRIDGE, /not https/],
    ['https://amazonaws.com/a', BRIDGE, /not one that the contract allows/],
    ['https://x.amazonaws.com.evil.example/a', BRIDGE, /not one that the contract allows/],
    ['https://evilamazonaws.com/a', BRIDGE, /not one that the contract allows/],
    ['https://files.example@evil.example/a', BRIDGE, /names a user/],
    ['https://169.254.169.254/latest', BRIDGE, /not one that the contract allows/],
    ['http://127.0.0.1:8701/_files/a', LOCAL, /not https/],
    ['http://bridge.provider.example/a', 'http://bridge.provider.example/acme/dev', /not https/],
    ['file:///etc/passwd', BRIDGE, /not https/],
    ['', BRIDGE, /is none/],
  ])('%s may not be, with the bridge at %s', (address, bridge, words) => {
    expect(refusedAddress(address, ['*.amazonaws.com', 'files.example'], bridge)).toMatch(words);
  });
});

test('what people see of an address has no signature', () => {
  const address = 'https://x.s3.amazonaws.com/a%20b.pdf?X-Amz-Signature=secret';
  expect(withoutSignature(address)).toBe('https://x.s3.amazonaws.com/a%20b.pdf');
  expect(excerpt({ attachment: address, and: `see ${address} too` }, 500)).not.toContain('secret');
});
