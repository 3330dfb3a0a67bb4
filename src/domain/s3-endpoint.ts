/**
 * Which addresses are Amazon's own S3: they alone are given credentials without the user's word. Much
 * else ends in amazonaws.com that anybody can rent, so the whole name is matched.
 */

const REGION = "[a-z]{2,8}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}";
// https://docs.aws.amazon.com/general/latest/gr/s3.html, with the forms of older and private ones.
const OWN = new RegExp(
  `^(?:[a-z0-9.-]+\\.)?s3(?:-fips|-accelerate|-external-1|-${REGION})?(?:\\.dualstack)?` +
    `(?:\\.${REGION})?(?:\\.vpce)?\\.amazonaws\\.com(?:\\.cn)?$`,
);

/** @param url as the configuration gate has let it through */
export function isAwsEndpoint(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port } = new URL(url);
  return protocol === "https:" && port === "" && OWN.test(hostname);
}

/** Fit to become a part of a host's name. */
export function isRegion(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(text);
}
