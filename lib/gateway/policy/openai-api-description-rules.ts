import {
  type AuthAlternative,
  type Authenticator,
  type CertificateAuthenticator,
  credentialKinds,
} from "../../auth";
import type { Problems } from "../../validation";
import { verifiedId } from "./client-table";
import type { ClientDescription, OpenAiApiDescription } from "./openai-api-description";
import { GROUPS_OF_EVERYBODY } from "./openai-operation";
import { maxRequestsPerMinute, requestBounds } from "./request-bounds";
import { certificateNames } from "./steps/authentication";

/** Groups that no account is asked for. */
const ANSWERED_HERE: readonly string[] = ["models", ...GROUPS_OF_EVERYBODY];

/** Reports what is illegal or weak about an API, once its clients are known. */
export function checkDescription(api: OpenAiApiDescription, problems: Problems): void {
  checkAlternatives(api, problems);
  checkCertificates(api, problems);
  checkOperations(api, problems);
  checkAddressLimit(api, problems);
}

function checkAlternatives(api: OpenAiApiDescription, problems: Problems): void {
  const { auth, optOuts } = api;
  problems.check(auth.alternatives.length > 0, {
    rule: "an API needs an authenticator",
    remedy: "say in auth how callers prove who they are",
  });
  problems.check(
    optOuts.has("api-key-alone-is-not-enough") ||
      !auth.alternatives.some((alternative) => credentialKinds(alternative).join() === "key"),
    {
      rule: "a key alone does not prove who calls: it is copied, and nothing expires it",
      remedy:
        "combine it with Auth.allOf and a token or a certificate, or opt out of 'api-key-alone-is-not-enough' " +
        "with the reason",
    },
  );
  const open = auth.alternatives.filter((alternative) => lets(alternative, api));
  problems.check(open.length === 0 || optOuts.has("api-any-client-of-the-issuer"), {
    rule: "any application that gets a token for the API would be let in",
    value: open.flatMap(({ token }) =>
      token.filter((each) => !each.restrictsClients).map(({ name }) => name),
    ),
    remedy:
      "name client applications, scopes, roles or groups, register clients and refuse others, or opt out of " +
      "'api-any-client-of-the-issuer' with the reason",
  });
}

/**
 * Whether an alternative lets in everybody who has a token of some issuer. A key is always of a registered
 * client.
 */
function lets(
  { token, key }: AuthAlternative,
  { clients = [], unregisteredCallers }: OpenAiApiDescription,
): boolean {
  const onlyClients = clients.length > 0 && unregisteredCallers !== "allow";
  return !onlyClients && key === undefined && token.some(({ restrictsClients }) => !restrictsClients);
}

/**
 * Reports why an API cannot have a client beside those that it has: an authenticator that it does not name, an
 * application that is not let in, an identity of another client.
 */
export function checkClientIdentities(
  {
    apiName,
    auth,
    owners,
  }: Pick<OpenAiApiDescription, "apiName" | "auth"> & {
    /** Names of the clients that the API has, by {@link verifiedIds}. */
    readonly owners: ReadonlyMap<string, string>;
  },
  { name, identities }: ClientDescription,
  problems: Problems,
): void {
  const known = new Map(auth.authenticators.map((each) => [each.name, each]));
  for (const { authenticator, id } of identities) {
    const verifier = known.get(authenticator);
    problems.check(verifier !== undefined, {
      rule: `client '${name}' must be identified by an authenticator of the API`,
      value: authenticator,
      remedy: `name one of ${[...known.keys()].join(", ")}`,
    });
    if (!verifier) {
      continue;
    }
    problems.check(admits(verifier, id), {
      rule: `client '${name}' must be an application that '${authenticator}' lets in`,
      value: id,
      remedy: `add it to the applications of '${authenticator}', or leave those out: registered clients suffice`,
    });
    const owner = owners.get(verifiedId(verifier, id));
    problems.check(owner === undefined || owner === name, {
      rule: `an identity belongs to one client of API '${apiName}', and this one is of '${owner}'`,
      value: `${authenticator}: ${id}`,
      remedy: "give each client a credential of its own, or make them one client",
    });
  }
}

/** Identities of a client as authenticators establish them. */
export function verifiedIds(
  { authenticators }: OpenAiApiDescription["auth"],
  { identities }: ClientDescription,
): readonly string[] {
  return identities.flatMap(({ authenticator, id }) => {
    const verifier = authenticators.find(({ name }) => name === authenticator);
    return verifier ? [verifiedId(verifier, id)] : [];
  });
}

function admits(verifier: Authenticator, id: string): boolean {
  return verifier.credential !== "token" || (verifier.clientIds?.includes(verifier.canonicalId(id)) ?? true);
}

function checkCertificates(api: OpenAiApiDescription, problems: Problems): void {
  const { auth, clients = [] } = api;
  for (const authenticator of auth.authenticators) {
    if (authenticator.credential !== "certificate") {
      continue;
    }
    const names = certificateNames(authenticator.name, clients);
    authenticator.checkNames(names, problems);
    problems.check(authenticator.restrictsClients || names.length > 0, {
      rule: `'${authenticator.name}' must name the certificates that get in`,
      remedy:
        "list identities, or register clients with certificates: any certificate of the authority would pass",
    });
    checkUnregistered(api, authenticator, problems);
  }
}

/** A certificate alone identifies no client but its own: names that no client has would never get in. */
function checkUnregistered(
  { auth, clients = [], unregisteredCallers }: OpenAiApiDescription,
  authenticator: CertificateAuthenticator,
  problems: Problems,
): void {
  const alone = auth.alternatives.some(
    (alternative) => credentialKinds(alternative).join() === "certificate",
  );
  if (!alone || clients.length === 0 || unregisteredCallers === "allow") {
    return;
  }
  const registered = certificateNames(authenticator.name, clients).map(({ name }) =>
    authenticator.canonicalId(name),
  );
  const unknown = authenticator.names.filter((name) => !registered.includes(authenticator.canonicalId(name)));
  problems.check(unknown.length === 0, {
    rule: `identities of '${authenticator.name}' must be registered clients, since the API has clients and refuses all others`,
    value: unknown,
    remedy: 'register each with addClient(), or set unregisteredCallers: "allow"',
  });
}

function checkOperations(api: OpenAiApiDescription, problems: Problems): void {
  const { operations, defaultBackendId, apiVersions } = api;
  for (const { id, group, deploymentIn, body } of operations) {
    problems.check(deploymentIn !== "body" || body !== "none", {
      rule: "a deployment can only be read from a body",
      value: id,
      remedy: "publish the operation with the deployment in its path",
    });
    problems.check(
      deploymentIn !== "none" || ANSWERED_HERE.includes(group) || defaultBackendId !== undefined,
      {
        rule: "an operation without a deployment needs a backend",
        value: id,
        remedy: "set defaultBackendId, or do not publish the operation",
      },
    );
  }
  problems.check(apiVersions.length > 0 || !operations.some(({ shape }) => shape === "dated"), {
    rule: "dated operations need an accepted api-version",
    remedy: "list apiVersions, or publish the v1 shape only",
  });
  const groups = new Set<string>(operations.map(({ group }) => group));
  for (const { name, group } of api.auth.authenticators.flatMap(scopedGroups)) {
    problems.check(groups.has(group), {
      rule: `operationScopes of '${name}' must name operation groups of the API`,
      value: group,
      remedy: `use one of ${[...groups].join(", ")}`,
    });
  }
}

function scopedGroups(
  authenticator: Authenticator,
): readonly { readonly name: string; readonly group: string }[] {
  if (authenticator.credential !== "token") {
    return [];
  }
  return Object.keys(authenticator.operationScopes ?? {}).map((group) => ({
    name: authenticator.name,
    group,
  }));
}

function checkAddressLimit(api: OpenAiApiDescription, problems: Problems): void {
  const { failuresPerMinutePerAddress } = requestBounds(api);
  const largest = maxRequestsPerMinute(api);
  problems.check(failuresPerMinutePerAddress >= largest, {
    rule: `failuresPerMinutePerAddress must be at least the largest requestsPerMinute of a caller, ${largest}`,
    value: failuresPerMinutePerAddress,
    remedy: "raise it, or leave it out to have the sum of all clients",
  });
}
