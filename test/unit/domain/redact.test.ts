import { expect, it } from "vitest";
import { redact, withoutSecrets } from "../../../src/domain/redact.js";

it.each([
  ["https://ann:hunter2@host/p", "https://***@host/p"],
  ["s3://AKIA:secret@bucket", "s3://***@bucket"],
  ["http://u:p@ss@host/p", "http://***@host/p"],
  ["push to https://u:p@h/x failed", "push to https://***@h/x failed"],
  ["https://t@h ssh://a@b", "https://***@h ssh://***@b"],
  ["https://h/x@y", "https://h/x@y"],
  ["https://user:pa/ss@host/p", "https://***@host/p"],
  ["https://user:/a/b/c@host and https://h/p", "https://***@host and https://h/p"],
  ["at https://h:9000/p, ann@example.org", "at https://h:9000/p, ann@example.org"],
  ["https://h/p?X-Amz-Signature=abc&x=1", "https://h/p?X-Amz-Signature=***&x=1"],
  ["mail ann@example.org", "mail ann@example.org"],
  ["-H 'Authorization: Bearer abc.def'", "-H 'Authorization: ***'"],
  ['{"authorization":"Basic dTpw","x":1}', '{"authorization":"***","x":1}'],
  ["authorization failed", "authorization failed"],
])("redact(%j)", (text, shown) => {
  expect(redact(text)).toBe(shown);
});

it.each([
  ["MYSQL_PWD", true],
  ["RCLONE_CONFIG_PASS", true],
  ["SSHPASS", true],
  ["PASS", true],
  ["GPG_PASSPHRASE", true],
  ["MY_PASS_2", true],
  ["PWD", false],
  ["OLDPWD", false],
  ["SSH_ASKPASS", false],
  ["COMPASS_HOME", false],
])("the name %s tells of a secret: %j", (name, isSecret) => {
  const value = "/home/ann/some-thing";
  expect(withoutSecrets(`x ${value}`, { [name]: value })).toBe(isSecret ? "x ***" : `x ${value}`);
});

it("blots out what the environment holds under a telling name, wherever it stands", () => {
  const env = { MY_SECRET: "hunter2hunter2", AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", SHORT_TOKEN: "ab" };
  expect(withoutSecrets("k=hunter2hunter2 AKIAEXAMPLE ab ftp://u:p@h/x", env)).toBe(
    "k=*** *** ab ftp://***@h/x",
  );
});
