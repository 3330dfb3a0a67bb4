// Checks which module may lean on which, and says why when one does not. Run by `npm run lint`.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** What each folder may import of src/. A folder may always import itself. */
export const LAYERS = [
  {
    from: "src/domain/",
    mayImport: [],
    because: "domain is pure: what it needs arrives as an argument, so each test of it is a table",
  },
  {
    from: "src/fs/",
    mayImport: ["src/domain/"],
    because: "fs knows files, not Git, stores or remotes",
  },
  {
    from: "src/protocol/",
    mayImport: ["src/domain/errors.ts"],
    because: "protocol sees byte streams only; app/filter-handler.ts gives them meaning",
  },
  ...["git", "store", "transport"].map((name) => ({
    from: `src/${name}/`,
    mayImport: ["src/fs/", "src/domain/"],
    because: "git, worktree, store, transport and protocol do not know each other; app joins them",
  })),
  {
    from: "src/worktree/",
    mayImport: ["src/fs/", "src/domain/"],
    also: { "src/worktree/place.ts": ["src/store/"] },
    because:
      "worktree knows no remote and no Git; only place.ts meets the store, because replacing a " +
      "payload and keeping the old one must be one act",
  },
  {
    from: "src/app/",
    mayImport: [
      "src/git/",
      "src/worktree/",
      "src/store/",
      "src/transport/",
      "src/protocol/",
    ].concat(["src/fs/", "src/domain/"]),
    because: "use cases do not know who asked: a hook, the filter or a person",
  },
  {
    from: "src/cli/",
    mayImport: ["src/app/", "src/domain/"],
    because: "cli reads flags and speaks to people; everything it does is a use case in app",
  },
  {
    from: "src/main.ts",
    mayImport: ["src/cli/", "src/app/", "src/domain/"],
    because: "the entry picks what to load and sets the exit code, and nothing else",
  },
];

/** Names that only some files may import from a module of Node. */
export const NODE_RULES = [
  {
    module: /^node:fs(\/promises)?$/,
    names:
      /^(appendFile|chmod|chown|copyFile|cp|createWriteStream|fchmod|fdatasync|fsync|ftruncate|futimes|lchmod|lchown|link|lutimes|mkdir|mkdtemp|rename|rm|rmdir|symlink|truncate|unlink|utimes|write|writev|writeFile)(Sync)?$/,
    onlyIn: ["src/fs/ops.ts", "src/fs/faults.ts", "src/fs/trace-file.ts"],
    because: "every change of a file can be made to fail, counted and synced in one place",
  },
  {
    module: /^node:child_process$/,
    names: /./,
    onlyIn: ["src/git/git.ts", "src/transport/child.ts"],
    because: "programs are found on absolute PATH entries and given a known environment there",
  },
  {
    module: /^node:worker_threads$/,
    names: /./,
    onlyIn: [
      "src/store/ingest-pool.ts",
      "src/store/hash-worker.ts",
      "src/transport/hasher.ts",
      "src/transport/hash-thread.ts",
    ],
    because: "one pool, and one thread beside transfers, decide how many cores blobsy uses",
  },
];

/** Expressions that only some files may hold. */
export const EXPRESSION_RULES = [
  {
    expression: /^(Date\.now|Math\.random|performance\.now|new Date)$/,
    notIn: (file) => file.startsWith("src/domain/"),
    because: "domain has no clock and no dice: take `now` as a parameter",
  },
  {
    expression: /^open\(\)\.(?!"r"$|.*O_RDONLY)/,
    notIn: (file) => !["src/fs/ops.ts", "src/fs/faults.ts", "src/fs/trace-file.ts"].includes(file),
    because: "a file opened to be written is a file changed: that is for fs/ops.ts",
  },
  {
    expression: /^process\.(exit|exitCode)$/,
    notIn: (file) => file !== "src/main.ts",
    because: "one place picks the exit code, after everything has been written",
  },
];

/** Git waits for these to start; what they import statically, every Git command pays for. */
export const FAST_ENTRIES = [
  "src/main.ts",
  "src/app/filter-process.ts",
  "src/cli/commands/hook.ts",
];
export const HEAVY = /^(zod|commander|execa|p-queue|ini|picomatch|@aws-sdk|typescript)(\/|$)/;

/**
 * @param {Map<string, string>} files path from the project's root -> source text
 * @returns {{file: string, line: number, rule: string, because: string}[]}
 */
export function checkLayers(files) {
  const modules = new Map([...files].map(([file, text]) => [file, readModule(file, text)]));
  return [...modules]
    .flatMap(([file, module]) => [
      ...layerViolations(file, module),
      ...nodeViolations(file, module),
      ...expressionViolations(file, module),
    ])
    .concat(heavyViolations(modules));
}

function layerViolations(file, { imports }) {
  const layer = LAYERS.find(({ from }) => file.startsWith(from));
  if (!layer) return [];
  const allowed = [layer.from, ...layer.mayImport, ...(layer.also?.[file] ?? [])];
  return imports
    .filter(({ target }) => target && !allowed.some((start) => target.startsWith(start)))
    .map(({ target, line }) => violation(file, line, `must not import ${target}`, layer));
}

function nodeViolations(file, { imports, uses }) {
  return NODE_RULES.filter(({ onlyIn }) => !onlyIn.includes(file)).flatMap((rule) => {
    const own = imports.filter(({ from, typeOnly }) => rule.module.test(from) && !typeOnly);
    const named = own.flatMap(({ names, line }) => names.map((name) => ({ name, line })));
    // `import fs from "node:fs"` brings everything: then what counts is what is used of it.
    const through = own
      .flatMap(({ whole }) => whole)
      .flatMap((whole) => uses.filter(({ object }) => object === whole));
    return [...named, ...through]
      .filter(({ name }) => rule.names.test(name))
      .map(({ name, line }) => violation(file, line, `must not use ${name}`, rule));
  });
}

function expressionViolations(file, { uses }) {
  return EXPRESSION_RULES.filter(({ notIn }) => notIn(file)).flatMap((rule) =>
    uses
      .map(({ object, name, line }) => ({
        text: `${object}${object === "new" ? " " : "."}${name}`,
        line,
      }))
      .filter(({ text }) => rule.expression.test(text))
      .map(({ text, line }) => violation(file, line, `must not use ${text}`, rule)),
  );
}

function heavyViolations(modules) {
  const because = "Git waits for this process to start: load it with await import() where needed";
  return FAST_ENTRIES.filter((entry) => modules.has(entry)).flatMap((entry) => {
    const cameFrom = new Map([[entry, entry]]);
    const found = [];
    for (const [file, way] of cameFrom) {
      for (const { from, target, typeOnly, dynamic, line } of modules.get(file).imports) {
        if (typeOnly || dynamic) continue;
        if (HEAVY.test(from)) {
          found.push(violation(file, line, `loads ${from} at start (${way})`, { because }));
        } else if (modules.has(target) && !cameFrom.has(target)) {
          cameFrom.set(target, `${way} -> ${target}`);
        }
      }
    }
    return found;
  });
}

const violation = (file, line, rule, { because }) => ({ file, line, rule, because });

/** Imports, and member uses like `fs.rm` or `new Date()`, of one source text. */
function readModule(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineOf = (node) => source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const imports = [];
  const uses = [];
  const visit = (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      imports.push({ ...describeImport(file, node), line: lineOf(node) });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const from = node.arguments[0]?.text ?? "";
      imports.push({
        from,
        target: resolve(file, from),
        names: [],
        whole: [],
        dynamic: true,
        line: lineOf(node),
      });
    } else if (ts.isPropertyAccessExpression(node)) {
      uses.push({ object: node.expression.getText(), name: node.name.text, line: lineOf(node) });
    } else if (ts.isNewExpression(node) && !node.arguments?.length) {
      uses.push({ object: "new", name: node.expression.getText(), line: lineOf(node) });
    }
    if (
      ts.isCallExpression(node) &&
      node.arguments[1] &&
      /\bopen(Sync)?$/.test(node.expression.getText())
    ) {
      uses.push({ object: "open()", name: node.arguments[1].getText(), line: lineOf(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { imports, uses };
}

function describeImport(file, node) {
  const from = node.moduleSpecifier.text;
  const clause = ts.isImportDeclaration(node) ? node.importClause : undefined;
  const bindings = clause?.namedBindings ?? node.exportClause;
  const elements = bindings?.elements?.filter(({ isTypeOnly }) => !isTypeOnly) ?? [];
  const whole = [clause?.name, bindings?.elements ? undefined : bindings?.name];
  const typeOnly =
    Boolean(clause?.isTypeOnly ?? node.isTypeOnly) ||
    (Boolean(bindings?.elements?.length) && elements.length === 0 && !clause?.name);
  return {
    from,
    target: resolve(file, from),
    names: elements.map(({ name, propertyName }) => (propertyName ?? name).text),
    whole: whole.filter(Boolean).map(({ text }) => text),
    typeOnly,
    dynamic: false,
  };
}

function resolve(file, from) {
  if (!from.startsWith(".")) return undefined;
  return path.posix.join(path.posix.dirname(file), from).replace(/\.js$/, ".ts");
}

/** Every TypeScript file under `<root>/src`. */
export function readSources(root) {
  const names = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
    .map((name) => `src/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".ts"));
  return new Map(names.sort().map((name) => [name, readFileSync(path.join(root, name), "utf8")]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const found = checkLayers(readSources(root));
  for (const { file, line, rule, because } of found) {
    console.error(`${file}:${line}: ${rule}\n    because ${because}`);
  }
  if (found.length > 0) process.exit(1);
}
