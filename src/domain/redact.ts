/**
 * What must not be shown, logged or written down is blotted out of a text: passwords and tokens in
 * URLs, authorization headers, and whatever the environment holds under a telling name. Pure.
 */

const USER_IN_URL = /([A-Za-z][A-Za-z0-9+.-]{0,30}:\/\/)[^/\s]{0,2000}@/g;
const TOKEN_IN_QUERY =
  /([?&](?:[\w-]{0,100}(?:token|secret|signature|credential|password|key)[\w-]{0,100})=)[^&\s]+/gi;
const AUTHORIZATION =
  /(\bauthorization["']?\s{0,5}[:=]\s{0,5}["']?)(?:(?:basic|bearer|digest|token|negotiate)\s{1,5})?[^\s"']+/gi;
const SECRET_NAME = /SECRET|TOKEN|PASSW|CREDENTIAL|ACCESS_KEY|API_?KEY|PRIVATE/i;
/** Shorter ones are words like "yes", which stand everywhere. */
const SHORTEST_SECRET = 8;

/** `text` without passwords and tokens, as far as its own form tells them. */
export function redact(text: string): string {
  return text
    .replace(USER_IN_URL, "$1***@")
    .replace(TOKEN_IN_QUERY, "$1***")
    .replace(AUTHORIZATION, "$1***");
}

/**
 * As `redact`; and what variables with a telling name hold is blotted out wherever it stands.
 * @param env of this process: what it was given, it may repeat
 */
export function withoutSecrets(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  let clean = redact(text);
  for (const [name, value] of Object.entries(env)) {
    if (value && value.length >= SHORTEST_SECRET && SECRET_NAME.test(name)) {
      clean = clean.replaceAll(value, "***");
    }
  }
  return clean;
}
