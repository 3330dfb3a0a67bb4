/**
 * The table of checks, in the order in which their findings are put right: what later ones rely on comes
 * first. (`.git/blobsy` itself is looked at before: own-directories.ts.)
 */
import { attributes } from "./attributes.js";
import type { Check } from "./finding.js";
import { ignoring } from "./ignoring.js";
import { installation } from "./installation.js";
import { leftovers } from "./leftovers.js";
import { memory } from "./memory.js";
import { objects } from "./objects.js";
import { paths } from "./paths.js";
import { payloads } from "./payloads.js";
import { refFiles } from "./ref-files.js";
import { settings } from "./settings.js";
import { unfinished } from "./unfinished.js";

export const CHECKS: readonly Check[] = [
  installation,
  settings,
  attributes,
  leftovers,
  paths,
  refFiles,
  memory,
  objects,
  payloads,
  unfinished,
  ignoring,
];
