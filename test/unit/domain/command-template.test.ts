import { describe, expect, it } from "vitest";
import {
  fillIn,
  shellText,
  splitTemplate,
  valuesAsEnvironment,
} from "../../../src/domain/command-template.js";

const VALUES = {
  local: "/tmp/a b/'x'.bin",
  remote_key: "sha256/ab$(id)",
  hash: "ab",
  size: "12",
};

describe("a template is split into words before it is filled in", () => {
  it.each([
    ["cp {local} /srv/{remote_key}", ["cp", "{local}", "/srv/{remote_key}"]],
    ["  a\tb   c ", ["a", "b", "c"]],
    [`a 'b c' "d e"`, ["a", "b c", "d e"]],
    [`a b' 'c"d"e`, ["a", "b cde"]],
    [`a '' ""`, ["a", "", ""]],
    [String.raw`a b\ c \" \' \\ "\"\\" '\'`, ["a", "b c", '"', "'", "\\", '"\\', "\\"]],
    [String.raw`C:\tools\up.exe "C:\new dir\x" \n`, ["C:\\tools\\up.exe", "C:\\new dir\\x", "\\n"]],
    [
      `awk '{ print $1 }' '|' "a|b" x=~/y a$ 5$`,
      ["awk", "{ print $1 }", "|", "a|b", "x=~/y", "a$", "5$"],
    ],
  ])("%s", (template, words) => {
    expect(splitTemplate(template)).toEqual({ ok: true, value: words });
  });

  it("each word stays one word, whatever the value", () => {
    expect(fillIn("{local}", VALUES)).toBe("/tmp/a b/'x'.bin");
    expect(fillIn("s3://b/{remote_key}?{size}&{hash}", VALUES)).toBe("s3://b/sha256/ab$(id)?12&ab");
    // A value that looks like a placeholder is not filled in again, and `$&` is no pattern.
    expect(fillIn("{local}", { ...VALUES, local: "{size}$&" })).toBe("{size}$&");
  });

  it.each([
    ["", "it is empty"],
    ["   ", "it is empty"],
    ["cp 'a", "a ' is not closed"],
    ['cp a"b', 'a " is not closed'],
    ["{local} x", "the program itself cannot be filled in"],
    ["cp {file} x", "{file} is none of {local}"],
    ["cp {local} {Local}", "{Local} is none of"],
    ["a {local} | b", "| means something only to a shell"],
    ["a && b", "&& means"],
    ["a ; b", "; means"],
    ["a > /tmp/x", "> means"],
    ["a 2>&1", "2>&1 means"],
    ["a >/tmp/x", ">/tmp/x means"],
    ["a < b", "< means"],
    ["cp {local} ~/blobs", "~ means"],
    ["cp $BLOBSY_LOCAL x", "$ means"],
    ["cp ${HOME}/x y", "$ means"],
    ['cp "$(id)" y', "$ means"],
    ["cp `id` y", "` means"],
  ])("refused: %s", (template, reason) => {
    const verdict = splitTemplate(template);
    expect(verdict).toMatchObject({ ok: false });
    expect(verdict.ok ? "" : verdict.reason).toContain(reason);
  });

  it("comes to an end for a hostile template", () => {
    const texts = ["'".repeat(4001), '"\\'.repeat(2000), '\\"'.repeat(2000) + "'"];
    for (const text of texts) expect(splitTemplate(`a ${text}`)).toMatchObject({ ok: false });
    expect(splitTemplate(`a ${"\\".repeat(4000)}`)).toMatchObject({ ok: true });
  });
});

describe("with a shell", () => {
  it.each([
    ["cp {local} /srv/{remote_key}", 'cp "$BLOBSY_LOCAL" /srv/"$BLOBSY_REMOTE_KEY"'],
    ['cp "{local}" "/srv/{remote_key}"', 'cp "${BLOBSY_LOCAL}" "/srv/${BLOBSY_REMOTE_KEY}"'],
    ["ssh h 'cat > {remote_key}'", `ssh h 'cat > '"$BLOBSY_REMOTE_KEY"''`],
    [
      String.raw`echo \"{size} "a\"{size}"`,
      String.raw`echo \""$BLOBSY_SIZE" "a\"${"${BLOBSY_SIZE}"}"`,
    ],
    ["awk '{print $1}' ${X} {other}", "awk '{print $1}' ${X} {other}"],
  ])("sh: %s", (template, text) => {
    expect(shellText(template, "sh")).toBe(text);
  });

  it.each([
    ["copy {local} C:\\blobs\\{hash}", 'copy "%BLOBSY_LOCAL%" C:\\blobs\\"%BLOBSY_HASH%"'],
    ['copy "{local}" it\'s {hash}', 'copy "%BLOBSY_LOCAL%" it\'s "%BLOBSY_HASH%"'],
  ])("cmd.exe: %s", (template, text) => {
    expect(shellText(template, "cmd")).toBe(text);
  });

  it("the values are in the environment", () => {
    expect(valuesAsEnvironment(VALUES)).toEqual({
      BLOBSY_LOCAL: VALUES.local,
      BLOBSY_REMOTE_KEY: VALUES.remote_key,
      BLOBSY_HASH: "ab",
      BLOBSY_SIZE: "12",
    });
  });
});
