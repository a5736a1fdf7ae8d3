import { GATEWAY_TIERS, GUID, type Problems, ValidationError } from "../lib";
import type { AuthSettings, EnvironmentSettings } from "./environment-settings";
import { accountKey, azureNames, gatewaySku } from "./values-from-settings";

/**
 * Reports what no single construct can see: names that the settings give twice or that stand for nothing, and values
 * that every construct would report again. What belongs to one construct, that construct checks.
 */
export function checkEnvironment(settings: EnvironmentSettings, problems: Problems): void {
  for (const id of ["subscriptionId", "tenantId"] as const) {
    problems.checkPattern(settings[id], GUID.pattern, {
      rule: `${id} must be ${GUID.words}`,
      remedy: "copy it from 'az account show'",
    });
  }
  collect(() => azureNames(settings), problems);
  collect(() => gatewaySku(settings.gateway), problems);
  const { tier } = settings.gateway;
  problems.check(settings.network !== undefined || GATEWAY_TIERS[tier].ownPublicAddresses, {
    rule: "without a network, accounts tell the gateway by a public address of its own, which its tier must have",
    value: tier,
    remedy: "use Developer, Basic, Standard or Premium, or give the environment a network",
  });
  checkDifferent(
    "accounts of one region must have different names",
    settings.accounts.map(({ name, location }) => `${name} in ${location}`),
    problems,
  );
  checkDifferent(
    "APIs must have different names",
    settings.apis.map(({ name }) => name),
    problems,
  );
  for (const { name, auth } of settings.apis) {
    checkAuth(name, auth, settings, problems);
  }
  const authorities = Object.keys(settings.certificateAuthorities ?? {});
  for (const name of settings.gateway.trustedCertificateAuthorities ?? []) {
    problems.check(authorities.includes(name), {
      rule: `trustedCertificateAuthorities must be of certificateAuthorities: ${authorities.join(", ") || "there is none"}`,
      value: name,
      remedy: "add the authority, or correct the name",
    });
  }
  checkModelEndpoints(settings, problems);
  checkSemanticCache(settings, problems);
  checkBudgets(settings, problems);
  checkClients(settings, problems);
}

/** What is wrong with values of the library becomes a problem of the environment, beside all the others. */
function collect(make: () => unknown, problems: Problems): void {
  try {
    make();
  } catch (error) {
    if (!(error instanceof ValidationError)) {
      throw error;
    }
    error.problems.forEach((problem) => problems.add(problem));
  }
}

function checkAuth(api: string, auth: AuthSettings, settings: EnvironmentSettings, problems: Problems): void {
  switch (auth.kind) {
    case "registration":
      problems.check(settings.registration !== undefined, {
        rule: `API '${api}' takes tokens of the environment's registration, which must be there`,
        remedy: "add registration, or name the tenant and the audiences with kind 'entraId'",
      });
      return;
    case "clientCertificate": {
      const known = Object.keys(settings.certificateAuthorities ?? {});
      for (const name of [auth.certificateAuthority].flat()) {
        problems.check(known.includes(name), {
          rule: `API '${api}' must name one of certificateAuthorities: ${known.join(", ") || "there is none"}`,
          value: name,
          remedy: "add the authority, or correct the name",
        });
      }
      return;
    }
    case "anyOf":
    case "allOf":
      for (const member of auth.of) {
        checkAuth(api, member, settings, problems);
      }
      return;
    case "oidc":
    case "entraId":
    case "subscriptionKey":
      return;
  }
}

function checkModelEndpoints(
  { apis, modelEndpoints = {}, certificateAuthorities = {} }: EnvironmentSettings,
  problems: Problems,
): void {
  const known = Object.keys(modelEndpoints);
  for (const { name, modelEndpoints: used = {} } of apis) {
    for (const endpoint of Object.keys(used).filter((each) => !known.includes(each))) {
      problems.add({
        rule: `API '${name}' must name model endpoints of the environment: ${known.join(", ") || "there is none"}`,
        value: endpoint,
        remedy: "add the endpoint to modelEndpoints, or correct the name",
      });
    }
  }
  const authorities = Object.keys(certificateAuthorities);
  for (const [name, { certificateAuthority }] of Object.entries(modelEndpoints)) {
    problems.check(certificateAuthority === undefined || authorities.includes(certificateAuthority), {
      rule: `model endpoint '${name}' must name one of certificateAuthorities: ${authorities.join(", ") || "there is none"}`,
      value: certificateAuthority,
      remedy: "add the authority, or leave it out where a public one issued its certificate",
    });
  }
}

/** A budget that nothing counts would be promised to somebody. */
function checkBudgets({ priceList, budgets, clients = [] }: EnvironmentSettings, problems: Problems): void {
  problems.check(budgets === undefined || priceList !== undefined, {
    rule: "budgets need priceList, without which nothing costs",
    remedy: "add priceList, for example PRICES of environments/prices.ts, or leave budgets out",
  });
  for (const { name, contract } of clients) {
    const { atLimit, monthlyAmountPerUser } = contract?.budget ?? {};
    problems.check(contract?.budget === undefined || priceList !== undefined, {
      rule: `the budget of client '${name}' needs priceList, without which nothing costs`,
      remedy: "add priceList to the environment, or take the budget out of the contract",
    });
    const cutsOff = atLimit === "cutOff" || monthlyAmountPerUser !== undefined;
    problems.check(!cutsOff || budgets !== undefined, {
      rule: `the budget of client '${name}' cuts off, which needs budgets in the environment`,
      remedy: 'add budgets: {} to the environment, or let the budget tell only, with atLimit "alert"',
    });
  }
}

function checkSemanticCache(
  { apis, accounts, network, semanticCache }: EnvironmentSettings,
  problems: Problems,
): void {
  const similar = apis.filter(({ cache }) => cache?.kind === "semantic").map(({ name }) => name);
  problems.check(similar.length === 0 || semanticCache !== undefined, {
    rule: "APIs with a cache of kind 'semantic' need semanticCache",
    value: similar,
    remedy: "name the account and the deployment that make embeddings, or use kind 'exact'",
  });
  if (!semanticCache) {
    return;
  }
  const known = accounts.map(accountKey);
  problems.check(known.includes(semanticCache.account), {
    rule: `semanticCache must name one of the accounts: ${known.join(", ")}`,
    value: semanticCache.account,
    remedy: "write it as <name>-<location>",
  });
  problems.check(network !== undefined, {
    rule: "semanticCache needs a network: the gateway reaches it in no other way",
    remedy: "give the environment a network, or leave semanticCache out",
  });
}

function checkClients({ apis, accounts, clients = [] }: EnvironmentSettings, problems: Problems): void {
  const names = [...new Set(apis.map(({ name }) => name))];
  const known = accounts.map(accountKey);
  for (const { name, api, backends = [] } of clients) {
    for (const { account } of backends.filter((each) => !known.includes(each.account))) {
      problems.add({
        rule: `backends of client '${name}' must be of the accounts: ${known.join(", ")}`,
        value: account,
        remedy: "write it as <name>-<location>",
      });
    }
    problems.check(names.includes(api), {
      rule: `client '${name}' must name one of the APIs: ${names.join(", ")}`,
      value: api,
      remedy: "add the API, or correct the name",
    });
  }
}

function checkDifferent(rule: string, names: readonly string[], problems: Problems): void {
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
    problems.add({ rule, value: name, remedy: "rename one" });
  }
}
