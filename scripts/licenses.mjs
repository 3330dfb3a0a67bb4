// The licences of what is bundled into dist/: those packages' authors ask that their texts come along.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** The binary in zstd-codec is compiled from Zstandard, whose licence that package does not bring. */
const ALSO = [{ name: "Zstandard", inside: "zstd-codec", file: "scripts/licenses/zstandard.txt" }];
const LICENSE = /^(licen[cs]e|copying)([.-].*)?$/i;
const NOTICE = /^notice(\..*)?$/i;

/**
 * One text that names every package of which at least one byte is in an output, with its licence.
 * @param {string} root the project's
 * @param {import("esbuild").Metafile[]} metafiles
 * @throws for a package whose licence is not known word for word
 */
export async function thirdPartyLicenses(root, metafiles) {
  const packages = await Promise.all(bundledDirs(metafiles).map((dir) => describe(root, dir)));
  for (const one of packages) one.text ??= await borrowedText(root, one, packages);
  for (const { name, inside, file } of ALSO) {
    if (!packages.some((one) => one.name === inside)) continue;
    const text = await readFile(path.join(root, file), "utf8");
    packages.push({ name, title: `${name} (in ${inside})`, text: tidied(text) });
  }
  packages.sort((a, b) => (a.title < b.title ? -1 : 1));
  const byText = grouped(packages);
  const parts = [...byText].map(([text, all]) =>
    [RULE, ...all.map(({ title }) => title), RULE, "", text, ""].join("\n"),
  );
  return [HEAD, ...parts].join("\n");
}

const RULE = "-".repeat(80);
const HEAD = `The files beside this one contain the packages named below, or parts of them. Each is under the licence
that follows its name. blobsy itself is under the licence in LICENSE.
`;

/** Directories of packages, from the project's root. */
function bundledDirs(metafiles) {
  const used = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : []));
  const dirs = used.flatMap(
    (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [],
  );
  return [...new Set(dirs)].sort();
}

async function describe(root, dir) {
  const at = path.join(root, dir);
  const facts = JSON.parse(await readFile(path.join(at, "package.json"), "utf8"));
  const names = (await readdir(at)).sort();
  const read = async (pattern) =>
    Promise.all(
      names.filter((one) => pattern.test(one)).map((one) => readFile(path.join(at, one), "utf8")),
    );
  const texts = await read(LICENSE);
  const title = `${facts.name} ${facts.version} (${facts.license ?? "see below"})`;
  const text = texts.length === 0 ? null : tidied([...texts, ...(await read(NOTICE))].join("\n\n"));
  return { ...facts, title, text };
}

/**
 * For a package that names its licence and brings no text of it: the text that the same authors give with
 * another package, or the general one.
 */
async function borrowedText(root, { name, version, license, author }, others) {
  const scope = name.slice(0, name.indexOf("/") + 1);
  const sibling = others.find(
    (one) => scope !== "" && one.name.startsWith(scope) && one.license === license && one.text,
  );
  if (sibling) return sibling.text;
  if (license !== "MIT") {
    throw new Error(`${name} ${version} brings no text of its licence (${license}): find it one`);
  }
  const who = (typeof author === "object" ? author.name : author) ?? `the authors of ${name}`;
  const text = await readFile(path.join(root, "scripts/licenses/mit.txt"), "utf8");
  return tidied(`MIT License\n\nCopyright (c) ${who}\n\n${text}`);
}

/** The same words make the same text; where packages are downloaded from says nothing of licences. */
function tidied(text) {
  return text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/[ \t]+$/gm, "")
    .replaceAll(/https?:\/\/registry\.\S+/g, "")
    .trim();
}

/** By text, the texts in the order of their first package. */
function grouped(packages) {
  const groups = new Map();
  for (const one of packages) groups.set(one.text, [...(groups.get(one.text) ?? []), one]);
  return groups;
}
