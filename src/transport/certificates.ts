/**
 * Certificate authorities beside those that Node knows: of a company's own servers, or of a proxy that
 * looks into what passes. They are added, none is taken away.
 */
import { readFileSync } from "node:fs";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { BlobsyError, errnoOf } from "../domain/errors.js";

/**
 * Files that this user has named. Git starts the filter with NODE_EXTRA_CA_CERTS hidden, because Node
 * reads it at every start; so it is read here after all.
 * @param configured `http.sslCAInfo` and the like
 */
export function certificateFiles(
  env: NodeJS.ProcessEnv,
  configured: readonly (string | undefined)[],
): { readonly must: readonly string[]; readonly may: readonly string[] } {
  const isFile = (file: string | undefined): file is string => Boolean(file);
  const must = new Set([...configured, env["GIT_SSL_CAINFO"]].filter(isFile));
  const may = new Set([env["NODE_EXTRA_CA_CERTS"], env["BLOBSY_EXTRA_CA_CERTS"]].filter(isFile));
  const isHidden = Boolean(env["BLOBSY_EXTRA_CA_CERTS"]);
  // What Node reads by itself is read again only when there is a list of ours.
  return must.size > 0 || isHidden
    ? { must: [...must], may: [...may].filter((file) => !must.has(file)) }
    : { must: [], may: [] };
}

/**
 * What to trust: made once, as it takes a while.
 * @returns `undefined` for what Node trusts anyway
 * @throws {BlobsyError} BAD_CONFIG for a file of `must` that cannot be read (Node only warns of its own)
 */
export function trustedAuthorities(
  files: ReturnType<typeof certificateFiles>,
): SecureContext | undefined {
  const more = [...files.must.map(readNamed), ...files.may.map(readOrNone)].filter(Boolean);
  if (more.length === 0) return undefined;
  return createSecureContext({ ca: [...rootCertificates, ...more] });
}

function readNamed(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const message = `the certificates in ${file} cannot be read (${errnoOf(error) ?? "unknown"})`;
    const next = "env | grep -e CA_BUNDLE -e CAINFO; git config --show-origin http.sslCAInfo";
    throw new BlobsyError("BAD_CONFIG", message, { path: file, next, cause: error });
  }
}

function readOrNone(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
