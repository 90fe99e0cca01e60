// An address in tidemark.yaml that requests are sent to.
import { z } from 'zod';
import { hasUserInfo } from './url-secrets.ts';

/** With a user name in it no request could be made, and the password would stand in every message about it. */
export const httpUrlSchema = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine(
    (url) => !hasUserInfo(url),
    'must not have a user name or password in it: USER:PASSWORD@ cannot be sent',
  );
