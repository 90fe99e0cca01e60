// Why a request as a whole is not taken; single items are refused with verdicts instead.

/** When a request that was not taken for want of room or of a log may be sent again. */
export const RETRY_AFTER_SECONDS = 5;

export class RequestRefusal extends Error {
  override readonly name = 'RequestRefusal';
  readonly statusCode: number;
  readonly code: string;
  /** Seconds, for Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(
    statusCode: number,
    body: { readonly code: string; readonly message: string; readonly retryAfter?: number },
  ) {
    super(body.message);
    this.statusCode = statusCode;
    this.code = body.code;
    this.retryAfter = body.retryAfter;
  }
}

export const refuseRequest = (statusCode: number, code: string, message: string): RequestRefusal =>
  new RequestRefusal(statusCode, { code, message });
