import eslint from "@eslint/js";
import simpleImportSort from "eslint-plugin-simple-import-sort";
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: ["dist/**", "cdktf.out/**", "node_modules/**", ".dependency-cruiser.cjs", "jest.config.js"],
  },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "simple-import-sort": simpleImportSort },
    rules: {
      curly: "error",
      eqeqeq: "error",
      "no-duplicate-imports": "error",
      // One block: side effects, Node.js, packages, then our own from far to near.
      "simple-import-sort/imports": ["error", { groups: [["^\\u0000", "^node:", "^@?\\w", "^", "^\\."]] }],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "no-restricted-imports": [
        "error",
        {
          paths: ["@cdktf/provider-azurerm", "@cdktf/provider-azuread"].map((name) => ({
            name,
            message: "Import one binding by subpath: the index costs 1.5 s and 350 MB in every process.",
          })),
        },
      ],
    },
  },
  {
    files: ["**/*.mjs", "**/*.js"],
    ...tseslint.configs.disableTypeChecked,
  },
  {
    // Typed by JSDoc and checked by the compiler, which knows the browser's globals (simulator/page/tsconfig.json).
    files: ["simulator/page/assets/*.js", "test/simulator/page/page-probe.js"],
    rules: { "no-undef": "off", "@typescript-eslint/explicit-module-boundary-types": "off" },
  },
);
