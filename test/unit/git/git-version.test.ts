import { describe, expect, it } from "vitest";
import { globalConfigFile, xdgConfigDir } from "../../../src/git/config-file.js";
import { hasConfiguredHooks, refuseOldGit } from "../../../src/git/git-version.js";

describe("the version of Git", () => {
  it.each(["2.26.0", "2.39.5", "2.45.0.windows.1", "2.53.GIT", "3.0.0"])(
    "%s will do",
    (version) => {
      expect(refuseOldGit(version)).toBe(version);
    },
  );

  it.each(["1.9.1", "2.9.5", "2.25.4", "0.0"])(
    "%s is too old, and says what is needed",
    (version) => {
      expect(() => refuseOldGit(version)).toThrow(`Git ${version} is too old: blobsy needs 2.26`);
    },
  );

  it.each([
    ["2.53.9", false],
    ["2.54.0", true],
    ["3.0.0", true],
  ])("%s: hooks in the configuration: %s", (version, has) => {
    expect(hasConfiguredHooks(version)).toBe(has);
  });
});

// On Windows Git for Windows sets HOME itself.
describe.skipIf(process.platform === "win32")("without HOME", () => {
  it.each([[{}], [{ HOME: "" }]])("nothing of this user's is written: %j", (env) => {
    expect(() => globalConfigFile(env)).toThrow("HOME is not set");
    expect(() => xdgConfigDir(env)).toThrow("HOME is not set");
  });

  it("what Git is told by other means is enough", () => {
    expect(globalConfigFile({ GIT_CONFIG_GLOBAL: "/x/config" })).toBe("/x/config");
    expect(xdgConfigDir({ XDG_CONFIG_HOME: "/x" })).toBe("/x");
  });
});
