// The arrows of the house: who may import whom. `npm run lint` fails on any other arrow and on circles.
const lib = "^lib/";
module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "lib-stands-alone",
      severity: "error",
      comment: "lib is the package: nothing of ours outside lib",
      from: { path: lib },
      to: { path: "^(main\\.ts|environments|stacks|simulator|examples|demo|test|bench|scripts)" },
    },
    {
      name: "policy-knows-no-azure-resource",
      severity: "error",
      from: { path: "^lib/policy/" },
      to: { path: "^(lib/(?!policy/|private/)|node_modules/@cdktf/)" },
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
      from: { path: "^lib/(openai|identity|key-vault|network|observability|azapi|private|policy)/" },
      to: { path: "^lib/gateway/" },
    },
    {
      name: "private-knows-nobody",
      severity: "error",
      from: { path: "^lib/private/" },
      to: { path: "^lib/(?!private/)" },
    },
    {
      name: "simulator-stands-alone",
      severity: "error",
      comment: "it must be able to contradict the generator",
      from: { path: "^simulator/" },
      to: { path: "^(main\\.ts|environments|stacks|lib|examples|demo|test|bench|scripts)" },
    },
    {
      name: "simulator-knows-no-cdk",
      severity: "error",
      from: { path: "^simulator/" },
      to: { path: "^node_modules/(@cdktf|cdktf|constructs)/" },
    },
    {
      name: "stacks-compose-lib",
      severity: "error",
      from: { path: "^stacks/" },
      to: { path: "^(main\\.ts|environments|simulator|examples|demo|test|bench|scripts)" },
    },
    {
      name: "environments-are-data",
      severity: "error",
      comment: "only the types of stacks",
      from: { path: "^environments/" },
      to: { path: "^(main\\.ts|lib|simulator|examples|demo|test|stacks)", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "main-reads-environments-and-stacks",
      severity: "error",
      from: { path: "^main\\.ts$" },
      to: { path: "^(lib|simulator|examples|demo|test)" },
    },
    {
      name: "examples-import-the-package-by-name",
      severity: "error",
      from: { path: "^examples/" },
      to: { path: "^(main\\.ts|environments|stacks|demo|test|bench|scripts)" },
    },
    {
      name: "demo-reads-environments-and-simulates-them",
      severity: "error",
      comment: "it must work against a deployed gateway as well",
      from: { path: "^demo/" },
      to: { path: "^(main\\.ts|lib|test|bench|scripts)" },
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
