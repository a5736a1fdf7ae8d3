import eslint from "@eslint/js";
import simpleImportSort from "eslint-plugin-simple-import-sort";
import tseslint from "typescript-eslint";

// Data written out at the top of a module has an UPPER_CASE name. Functions, state (`new Map()`), what a call returns and
// objects that are a named concept with behaviour have camelCase names.
const CONCEPTS =
  /^(PolicyCompiler|TypeDeclaration|InferenceOperation|HouseCheck|EnvironmentSettings|INetworkModule|ICachePlugin)$/;
const CAMEL_CASE_CONSTANT = [
  ":matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind='const'] > VariableDeclarator[id.name=/[a-z]/]",
  `:not([id.typeAnnotation.typeAnnotation.typeName.name=${CONCEPTS}])`,
  `:not([id.typeAnnotation.typeAnnotation.typeAnnotation.elementType.typeName.name=${CONCEPTS}])`,
].join("");
const WRITTEN_OUT = [
  ":matches(Literal, TemplateLiteral, TaggedTemplateExpression, UnaryExpression, ArrayExpression, ObjectExpression)",
  "BinaryExpression:not(:has(CallExpression))",
  "NewExpression[callee.name=/^(Date|Map|RegExp|Set)$/][arguments.length>0]",
];
const AS = ":matches(TSAsExpression, TSSatisfiesExpression)";
const UPPER_CASE_CONSTANTS = ["", `${AS} > `, `${AS} > ${AS} > `].flatMap((as) =>
  WRITTEN_OUT.map((data) => ({
    selector: `${CAMEL_CASE_CONSTANT} > ${as}${data}`,
    message: "Data at the top of a module has an UPPER_CASE name.",
  })),
);

// `maximum…`, `most…` and `least…` are `max…` and `min…`. The provider's own names stay.
const BOUNDS = {
  selector:
    "Identifier[name=/^((maximum|minimum|most|least)([A-Z]|$)|(MAXIMUM|MINIMUM|MOST|LEAST)(_|$))/]" +
    ":not([name=/^(minimumFailingPeriodsToTriggerAlert|minimumTlsVersion)$/])",
  message: "A bound has a name with max or min.",
};

const SPREAD_LITERALS = {
  selector:
    "ObjectExpression > SpreadElement > ObjectExpression, ArrayExpression > SpreadElement > ArrayExpression",
  message: "Write the members of a literal where they belong.",
};

export default tseslint.config(
  {
    ignores: ["dist/**", "cdktf.out/**", "node_modules/**", ".dependency-cruiser.cjs", "jest*.config.js"],
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
      // Of our own modules what a command needs only once it knows its arguments: `--help` answers at once.
      "@typescript-eslint/no-require-imports": ["error", { allow: ["^\\.\\.?/"] }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "no-restricted-syntax": ["error", BOUNDS, SPREAD_LITERALS, ...UPPER_CASE_CONSTANTS],
      "no-restricted-imports": [
        "error",
        {
          paths: [
            {
              name: "@cdktf/provider-azurerm",
              message: "Import one binding by subpath: the index costs 1.5 s and 350 MB in every process.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["**/*.mjs", "**/*.cjs", "**/*.js"],
    ...tseslint.configs.disableTypeChecked,
    rules: {
      ...tseslint.configs.disableTypeChecked.rules,
      "@typescript-eslint/explicit-module-boundary-types": "off",
    },
  },
  {
    // Loaded before anything else: by CommonJS, and by hooks that Node.js has for it without types.
    files: ["scripts/*.cjs"],
    languageOptions: {
      globals: Object.fromEntries(
        ["Buffer", "exports", "process", "require", "__dirname"].map((name) => [name, "readonly"]),
      ),
      sourceType: "commonjs",
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    // Programs, written as the documentation shows them.
    files: ["examples/team-stack/main.ts", "examples/clients/direct/stack.ts"],
    rules: { "no-restricted-syntax": ["error", BOUNDS, SPREAD_LITERALS] },
  },
  {
    // Typed by JSDoc and checked by the compiler, which knows the browser's globals (simulator/page/tsconfig.json).
    files: ["simulator/page/assets/*.js", "test/simulator/page/page-probe.js"],
    rules: { "no-undef": "off", "@typescript-eslint/explicit-module-boundary-types": "off" },
  },
);
