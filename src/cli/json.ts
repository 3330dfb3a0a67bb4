/**
 * The one document that `--json` prints on stdout, for success and failure alike. Its fields are those
 * of docs/json-schema.json, which is tested: whoever adds one describes it in test/helpers/json-shapes.ts.
 */
import type { Oid } from "../domain/oid.js";
import type { ErrorJson, ExitCode } from "./report-error.js";

/** Grows its minor part when fields are added, its major part when any changes its meaning. */
export const SCHEMA_VERSION = "0.1";

/** A hash as ref files write it. */
export function hashJson(oid: Oid): string {
  return `sha256:${oid}`;
}

/** The fields of something with an `oid` that is told as it is otherwise. */
export function withHash<T extends { readonly oid: Oid | null }>({ oid, ...facts }: T) {
  return { ...facts, hash: oid === null ? null : hashJson(oid) };
}

/**
 * @param result the command's own fields; byte counts that are bigints become numbers
 * @param problems single paths that failed while others went on; or the error that ended it all
 */
export function jsonDocument(
  command: string,
  exitCode: ExitCode,
  result: object,
  problems: readonly ErrorJson[],
): string {
  const document = {
    schema_version: SCHEMA_VERSION,
    command,
    exit_code: exitCode,
    ...result,
    problems,
  };
  const plain = (_key: string, value: unknown): unknown =>
    typeof value === "bigint" ? Number(value) : value;
  return JSON.stringify(document, plain, 2) + "\n";
}
