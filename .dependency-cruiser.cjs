// The arrows of the house: who may import whom. `npm run lint` fails on any other arrow and on circles.
const lib = "^lib/";

/** Paths of packages below node_modules. */
const packages = (...manifests) => manifests.flatMap(Object.keys).map((name) => `^node_modules/${name}/`);
const constructs = require("./package.json");
const simulator = require("./packages/azure-apim-simulator/package.json");
const worker = require("./worker/package.json");

/**
 * Rules for rooms that lie in layers, one rule for each room.
 *
 * @param {string} name of the house, before the room's in the names of the rules
 * @param {string} folder that holds the rooms, each a folder or a file
 * @param {Record<string, readonly string[]>} rooms each with the others that it may import, all of which stand
 * above it in the table: no arrow runs up, so rooms form no circle
 */
function layers(name, folder, rooms) {
  const names = Object.keys(rooms);
  const inside = (which) => `^${folder}/(${which.join("|")})(/|\\.ts$)`;
  return [
    ...names.map((room, index) => {
      const upwards = rooms[room].filter((other) => !names.slice(0, index).includes(other));
      if (upwards.length > 0) {
        throw new Error(`${folder}/${room} names ${upwards.join(", ")}, which is not above it in the table`);
      }
      return {
        name: `${name}-${room}`,
        severity: "error",
        comment: `of ${folder} it may import ${rooms[room].join(", ") || "nothing"}`,
        from: { path: inside([room]) },
        to: { path: `^${folder}/`, pathNot: inside([room, ...rooms[room]]) },
      };
    }),
    {
      name: `${name}-has-no-other-room`,
      severity: "error",
      comment: "a new room gets its row in the table of .dependency-cruiser.cjs",
      from: { path: `^${folder}/`, pathNot: inside(names) },
      to: {},
    },
  ];
}

/** C# policy expressions: from the text and the values up to what compiles and runs. */
const EXPRESSIONS = {
  context: [],
  "expression-error": [],
  "expression-coverage": [],
  syntax: [],
  values: ["context"],
  types: ["syntax", "values"],
  xml: ["values"],
  json: ["types", "values", "xml"],
  "buffered-body": ["context"],
  jwt: ["context"],
  result: ["values"],
  "host-value": ["types", "values"],
  // What an expression says, and what it may call: neither knows the other, both meet in `types`.
  binding: ["expression-coverage", "syntax", "types", "values"],
  library: ["context", "host-value", "json", "jwt", "types", "values", "xml"],
  "compiled-expression": [
    "context",
    "expression-error",
    "expression-coverage",
    "syntax",
    "values",
    "types",
    "buffered-body",
    "binding",
    "library",
  ],
};
EXPRESSIONS.index = Object.keys(EXPRESSIONS);

/** The simulator: from the model and the clock up to the command line. */
const SIMULATOR = {
  model: [],
  clock: [],
  encodings: [],
  network: ["model", "clock"],
  certificates: ["model", "clock", "network"],
  identity: ["model", "clock", "network"],
  "key-vault": ["model", "network", "identity"],
  "service-bus": ["model", "clock", "network", "identity"],
  "blob-storage": ["model", "clock", "network", "identity"],
  accounts: ["model", "clock", "encodings", "network", "identity"],
  "model-endpoints": ["clock", "network", "accounts"],
  "log-analytics": ["model", "network", "identity"],
  policies: ["model", "encodings", "network", "certificates"],
  terraform: ["model", "network", "certificates", "identity"],
  sinks: ["policies"],
  gateway: ["model", "clock", "network", "certificates", "policies", "sinks"],
  simulation: [
    "model",
    "clock",
    "network",
    "certificates",
    "identity",
    "key-vault",
    "service-bus",
    "blob-storage",
    "accounts",
    "model-endpoints",
    "log-analytics",
    "policies",
    "terraform",
    "sinks",
    "gateway",
  ],
  access: ["model", "clock", "certificates", "accounts", "policies", "sinks", "gateway", "simulation"],
  page: ["model", "accounts", "policies", "sinks", "simulation", "access"],
  cli: ["policies", "terraform", "sinks", "simulation", "access", "page"],
  index: [
    "clock",
    "network",
    "certificates",
    "identity",
    "service-bus",
    "blob-storage",
    "accounts",
    "model-endpoints",
    "policies",
    "terraform",
    "sinks",
    "simulation",
    "access",
  ],
  main: ["cli"],
};

/** The policies: from their contracts up to the elements. */
const CONTRACTS = ["policy-error", "gateway-services", "policy-execution", "policy-compiler"];
const POLICIES = {
  "policy-error": [],
  "gateway-services": [],
  "policy-execution": ["gateway-services"],
  "policy-compiler": ["policy-execution"],
  "not-simulated": CONTRACTS,
  "applying-diagnostics": [],
  document: CONTRACTS,
  messages: [...CONTRACTS, "document"],
  certificates: [...CONTRACTS, "document"],
  caching: [...CONTRACTS, "document", "messages"],
  limits: [...CONTRACTS, "document", "messages", "caching"],
  tokens: [...CONTRACTS, "document", "messages", "caching"],
  "language-models": [...CONTRACTS, "document", "messages", "caching", "limits"],
  elements: [
    ...CONTRACTS,
    "not-simulated",
    "applying-diagnostics",
    "document",
    "messages",
    "certificates",
    "caching",
    "limits",
    "tokens",
    "language-models",
  ],
  "policy-compilers": ["policy-compiler", "elements"],
  index: [
    ...CONTRACTS,
    "applying-diagnostics",
    "document",
    "messages",
    "language-models",
    "tokens",
    "policy-compilers",
  ],
};

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "lib-stands-alone",
      severity: "error",
      comment: "lib is the package: nothing of ours outside lib",
      from: { path: lib },
      to: {
        path: "^(main\\.ts|environments|stacks|entries|expressions|simulator|examples|demo|test|bench|scripts)",
      },
    },
    {
      name: "lib-imports-what-its-package-declares",
      severity: "error",
      comment: "package.json: dependencies and peers; the rest is here for this repository only",
      from: { path: lib },
      to: {
        path: "^node_modules/",
        pathNot: packages(constructs.dependencies, constructs.peerDependencies),
      },
    },
    {
      name: "policy-knows-no-azure-resource",
      severity: "error",
      from: { path: "^lib/policy/" },
      to: { path: "^(lib/(?!policy/|private/|validation/)|node_modules/@cdktf/)" },
    },
    {
      name: "auth-knows-policy-only",
      severity: "error",
      comment: "downwards only: gateway knows auth and policy, never the other way round",
      from: { path: "^lib/auth/" },
      to: { path: "^lib/(gateway|openai|network|observability)/" },
    },
    {
      name: "nothing-below-knows-the-gateway",
      severity: "error",
      from: {
        path: "^lib/(openai|model-endpoint|request-queue|identity|key-vault|network|observability|azapi|private|policy|validation)/",
      },
      to: { path: "^lib/gateway/" },
    },
    {
      name: "security-checks-know-no-construct",
      severity: "error",
      comment: "they read what Terraform would get, whoever wrote it",
      from: { path: "^lib/security-checks/" },
      to: { path: "^lib/(?!security-checks/|validation/)" },
    },
    {
      name: "contracts-are-files",
      severity: "error",
      comment: "they are read without cdktf, and their validator is loaded with them only",
      from: { path: "^lib/contracts/" },
      to: { path: "^(lib/(?!contracts/)|node_modules/(?!(ajv|jsonc-parser)/))" },
    },
    {
      name: "nobody-in-lib-knows-contracts",
      severity: "error",
      comment: "programs put both together",
      from: { path: "^lib/(?!contracts/)" },
      to: { path: "^(lib/contracts/|node_modules/(ajv|jsonc-parser)/)" },
    },
    {
      name: "nobody-in-lib-knows-the-platform",
      severity: "error",
      comment: "it composes all the others",
      from: { path: "^lib/(?!platform/|index\\.ts$)" },
      to: { path: "^lib/platform/" },
    },
    {
      name: "lib-rooms-by-index",
      severity: "error",
      comment: "lib/index.ts says which of it is public",
      from: { path: "^lib/([^/]+)" },
      to: { path: "^lib/[^/]+/", pathNot: ["^lib/$1/", "^lib/[^/]+/index\\.ts$"] },
    },
    {
      name: "private-knows-validation-only",
      severity: "error",
      from: { path: "^lib/private/" },
      to: { path: "^lib/(?!private/|validation/)" },
    },
    {
      name: "validation-knows-nobody",
      severity: "error",
      from: { path: "^lib/validation/" },
      to: { path: "^lib/(?!validation/)" },
    },
    {
      name: "expressions-stand-alone",
      severity: "error",
      comment: "they know no gateway",
      from: { path: "^expressions/" },
      to: { path: "^(main\\.ts|environments|stacks|lib|entries|simulator|examples|demo|test|bench|scripts)" },
    },
    {
      name: "expressions-by-index",
      severity: "error",
      from: { pathNot: "^(expressions|test)/" },
      to: { path: "^expressions/(?!index\\.ts$)" },
    },
    ...layers("expressions", "expressions", EXPRESSIONS),
    {
      name: "simulator-stands-alone",
      severity: "error",
      comment: "it must be able to contradict the generator; of ours it has the expressions only",
      from: { path: "^simulator/" },
      to: { path: "^(main\\.ts|environments|stacks|lib|entries|examples|demo|test|bench|scripts)" },
    },
    {
      name: "simulator-imports-what-its-package-declares",
      severity: "error",
      comment: "packages/azure-apim-simulator/package.json; the build copies what it needs of gpt-tokenizer",
      from: { path: "^(expressions|simulator)/" },
      to: {
        path: "^node_modules/",
        pathNot: [...packages(simulator.dependencies), "^node_modules/gpt-tokenizer/"],
      },
    },
    {
      name: "simulator-knows-no-cdk",
      severity: "error",
      from: { path: "^(expressions|simulator)/" },
      to: { path: "^node_modules/(@cdktf|cdktf|constructs)/" },
    },
    {
      name: "simulator-rooms-by-index",
      severity: "error",
      from: { path: "^simulator/([^/]+)" },
      to: { path: "^simulator/[^/]+/", pathNot: ["^simulator/$1/", "^simulator/[^/]+/index\\.ts$"] },
    },
    {
      name: "simulator-by-index",
      severity: "error",
      comment:
        "whoever uses it; the demonstration may enter one room for what a deployed gateway tells by outputs",
      from: { pathNot: "^(simulator|test)/" },
      to: {
        path: "^simulator/",
        pathNot: ["^simulator/(model|index)\\.ts$", "^simulator/[^/]+/index\\.ts$"],
      },
    },
    ...layers("simulator", "simulator", SIMULATOR),
    ...layers("policies", "simulator/policies", POLICIES),
    {
      name: "entries-pass-packages-on",
      severity: "error",
      comment: "an entry of the constructs' package is one of its rooms, or another package",
      from: { path: "^entries/" },
      to: {
        path: "^(main\\.ts|environments|stacks|lib|expressions|simulator|examples|demo|test|bench|scripts)",
        pathNot: "^(simulator|lib/(azapi|azuread|contracts|policy|security-checks))/index\\.ts$",
      },
    },
    {
      name: "stacks-compose-lib",
      severity: "error",
      from: { path: "^stacks/" },
      to: { path: "^(main\\.ts|environments|expressions|simulator|examples|demo|test|bench|scripts)" },
    },
    {
      name: "environments-are-data",
      severity: "error",
      comment: "only the types of stacks, and what reads contracts",
      from: { path: "^environments/" },
      to: {
        path: "^(main\\.ts|lib|expressions|simulator|examples|demo|test|stacks)",
        pathNot: "^lib/contracts/index\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "main-reads-environments-and-stacks",
      severity: "error",
      from: { path: "^main\\.ts$" },
      to: { path: "^(lib|expressions|simulator|examples|demo|test)" },
    },
    {
      name: "examples-import-the-package-by-name",
      severity: "error",
      from: { path: "^examples/" },
      to: { path: "^(main\\.ts|environments|stacks|expressions|demo|test|bench|scripts)" },
    },
    {
      name: "demo-reads-environments-and-simulates-them",
      severity: "error",
      comment: "it must work against a deployed gateway as well",
      from: { path: "^demo/" },
      to: { path: "^(main\\.ts|lib|expressions|test|bench|scripts)" },
    },
    {
      name: "worker-stands-alone",
      severity: "error",
      comment: "it is an image of its own",
      from: { path: "^worker/" },
      to: {
        path: "^(main\\.ts|environments|stacks|lib|entries|expressions|simulator|examples|demo|test|bench|scripts)",
      },
    },
    {
      name: "nobody-knows-the-worker",
      severity: "error",
      comment: "it meets the others over the network alone",
      from: { pathNot: "^(worker|test|bench)/" },
      to: { path: "^worker/" },
    },
    {
      name: "worker-imports-what-its-manifest-declares",
      severity: "error",
      from: { path: "^worker/" },
      to: { path: "^node_modules/", pathNot: packages(worker.dependencies) },
    },
    {
      name: "public-cdktf-api-only",
      severity: "error",
      comment: "what keeps the move to cdktn a change of import names",
      from: { path: "^(lib|stacks|environments|main\\.ts|examples)" },
      to: { path: "^node_modules/cdktf/lib/(?!index)", dependencyTypesNot: ["npm-peer"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|cdktf\\.out)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: "specify",
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
