/** What kind of trouble a file gave. */
import { BlobsyError } from "../domain/errors.js";

/** The disk fails, or somebody writes all the time: of no use as an object. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof BlobsyError && (error.code === "IO" || error.code === "PAYLOAD_BUSY");
}

/** Not one of our own mistakes, which Node reports with codes as well (ERR_...). */
export function isSystemError(error: unknown): boolean {
  return (error as { syscall?: unknown } | null)?.syscall !== undefined;
}
