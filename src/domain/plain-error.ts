/** Errors lose their class on the way between threads. */
import { BlobsyError } from "./errors.js";

export interface PlainError {
  readonly code: BlobsyError["code"];
  readonly message: string;
  readonly path: string | undefined;
  readonly next: string | undefined;
}

export function flatten({ code, message, path, next }: BlobsyError): PlainError {
  return { code, message, path, next };
}

export function revive({ code, message, path, next }: PlainError): BlobsyError {
  return new BlobsyError(code, message, {
    ...(path === undefined ? {} : { path }),
    ...(next === undefined ? {} : { next }),
  });
}
