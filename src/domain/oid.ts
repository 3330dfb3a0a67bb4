/** The name of a blob: the SHA-256 of the payload's bytes, 64 lower-case hex digits. */
export type Oid = string & { readonly __brand: "Oid" };

const OID = /^[0-9a-f]{64}$/;

export function isOid(text: string): text is Oid {
  return OID.test(text);
}

/** @throws {TypeError} when `text` is not 64 lower-case hex digits; callers check input first. */
export function asOid(text: string): Oid {
  if (!isOid(text)) throw new TypeError(`not a SHA-256 in lower-case hex: ${JSON.stringify(text)}`);
  return text;
}

/** Twelve digits are enough to tell blobs apart on a screen. */
export function shortOid(oid: Oid): string {
  return oid.slice(0, 12);
}
