// Only rules that find mistakes; how code looks is prettier's business.
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/**", ".dist-*/**", "node_modules/**", "coverage/**", "test/fixtures/**"] },
  {
    files: ["src/**/*.ts", "test/**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // A promise nobody waits for is a failure nobody hears of.
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      // A new row, state or code must be answered wherever there is a switch over it.
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A type import costs nothing at start-up, and the layer check can tell it apart.
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      // Interfaces of promises are also met by functions that have nothing to wait for.
      "@typescript-eslint/require-await": "off",
      eqeqeq: ["error", "always"],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/cli/**", "src/main.ts"],
    // stdout belongs to Git in filter-process mode, and people are spoken to by cli/ alone.
    rules: { "no-console": "error" },
  },
  {
    files: ["scripts/**/*.mjs", "eslint.config.js"],
    extends: [tseslint.configs.recommended],
    languageOptions: { ecmaVersion: 2023, sourceType: "module" },
  },
);
