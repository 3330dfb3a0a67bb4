/**
 * What must not be shown, logged or written down is blotted out of a text: passwords and tokens in
 * URLs, authorization headers, and whatever the environment holds under a telling name. Pure.
 *
 * The text may be a command to be pasted, with names in it that strangers chose. So the patterns take no
 * quote or backslash away, but between a URL's `://` and its `@`, which are of one word: what stood in
 * quotes still does.
 */

// A password may have slashes in it. What is no password but a port and a path with an @ goes with it.
const USER_IN_URL =
  /([A-Za-z][A-Za-z0-9+.-]{0,30}:\/\/)(?:[^/:\s]{0,500}:\S{0,2000}|[^/\s]{0,2000})@/g;
const TOKEN_IN_QUERY =
  /([?&](?:[\w-]{0,100}(?:token|secret|signature|credential|password|key)[\w-]{0,100})=)[^&\s"'\\]+/gi;
const AUTHORIZATION =
  /(\bauthorization["']?\s{0,5}[:=]\s{0,5}["']?)(?:(?:basic|bearer|digest|token|negotiate)\s{1,5})?[^\s"'\\]+/gi;
// Not PWD and OLDPWD, which are directories, nor SSH_ASKPASS, which is a program.
const SECRET_NAME =
  /SECRET|TOKEN|PASSW|PASSPHRASE|(?<!ASK|COM|BY)PASS(?:_|$)|(?<!^)(?<!^OLD)PWD|CREDENTIAL|ACCESS_KEY|API_?KEY|PRIVATE/i;
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
