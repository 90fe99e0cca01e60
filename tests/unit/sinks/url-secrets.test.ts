// Which parts of an address are kept out of messages.
import { expect, it } from 'vitest';
import { tellRemoteText } from '../../../src/sinks/send-http.ts';
import { urlSecrets } from '../../../src/sinks/url-secrets.ts';

const told = (url: string, text: string): string => tellRemoteText(text, urlSecrets(url));

it('blots out passwords, query values and long path segments, also decoded', () => {
  const url = 'https://user:pa55%20word@hooks.example/services/T0123456789ABCDEF?key=canary%2B1';
  const said = told(url, `no such hook ${url}; key canary+1 of T0123456789ABCDEF, pa55 word, pa55%20word`);
  expect(said).toBe('no such hook [secret]; key [secret] of [secret], [secret], [secret]');
});

it('leaves a plain address readable', () => {
  expect(urlSecrets('https://a.example/hook')).toEqual([]);
  expect(told('https://a.example/hook', 'no route for /hook')).toBe('no route for /hook');
  expect(told('https://a.example/hook?v=1', 'HTTP 1.1 only')).toBe('HTTP 1.1 only');
});
