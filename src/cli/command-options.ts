/** Options that several commands share, and those of `init command`. */

export const DRY_RUN = ["--dry-run", "say what would be done, change nothing"] as const;
export const SCOPES = [
  ["--global", "for every repository of this user, later clones included"],
  ["--system", "for every user of this machine"],
] as const;
export const GLOBS = [
  ["--include <glob...>", "only payloads that match"],
  ["--exclude <glob...>", "no payloads that match"],
] as const;
export const SETTING_SCOPES = [
  ["--global", "your own setting for every repository"],
  ["--system", "for every user of this machine"],
] as const;
export const SIDES = [
  ["--ours", "keep the payload as it lies here", ["theirs"]],
  ["--theirs", "take what the ref file says", ["ours"]],
] as const;
export const TEMPLATES = [
  ["--push <template>", "with `command` as <url>: what uploads {local} as {remote_key}"],
  ["--pull <template>", "what downloads it"],
  ["--exists <template>", "what says whether it is there"],
  ["--list <template>", "what lists sizes and names"],
  ["--remove <template>", "what deletes it"],
  ["--shell", "let a shell read these"],
] as const;
