import {
  ClientCertificate,
  compileIdentity,
  IDENTITY_SHAPE,
} from "../certificates/client-certificate-identity";
import { literalBoolean } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";
import { PolicyError } from "../policy-error";
import type { PolicyExecution } from "../policy-execution";

const REVOCATION_STATUSES = new Set(["Revoked", "RevocationStatusUnknown"]);
const TIME_STATUSES = new Set(["NotYetValid", "Expired"]);

/**
 * Validates the certificate of the client's TLS connection: chain, dates, revocation, and one of the identities
 * if there are any. The status and the texts of a refusal are not documented; the caller gets 403.
 * Source: https://learn.microsoft.com/azure/api-management/validate-client-certificate-policy
 */
export const validateClientCertificate: PolicyCompiler = {
  name: "validate-client-certificate",
  sections: ["inbound"],
  shape: {
    attributes: {
      "validate-revocation": { type: "boolean" },
      "validate-trust": { type: "boolean" },
      "validate-not-before": { type: "boolean" },
      "validate-not-after": { type: "boolean" },
      "ignore-error": { type: "boolean" },
    },
    children: [
      {
        name: "identities",
        max: 1,
        shape: { children: [{ name: "identity", min: 1, shape: IDENTITY_SHAPE }] },
      },
    ],
  },
  compile(element, compilation) {
    const checks: CertificateChecks = {
      revocation: literalBoolean(element, "validate-revocation", true),
      trust: literalBoolean(element, "validate-trust", true),
      notBefore: literalBoolean(element, "validate-not-before", true),
      notAfter: literalBoolean(element, "validate-not-after", true),
    };
    const ignoreError = literalBoolean(element, "ignore-error", false);
    const identities = element.children
      .flatMap(({ children }) => children)
      .map((node) => compileIdentity(node, compilation));
    const authorities = [...compilation.model.trustedCertificates, ...compilation.model.certificates];
    // A connection presents the same chain for each of its requests.
    const clients = new WeakMap<readonly Uint8Array[], ClientCertificate>();
    const clientOf = (chain: readonly Uint8Array[]): ClientCertificate | undefined => {
      const [leaf, ...sentAlong] = chain;
      if (leaf === undefined) {
        return undefined;
      }
      const known = clients.get(chain);
      const client =
        known ?? new ClientCertificate(leaf, [...sentAlong.map((der) => ({ der })), ...authorities]);
      clients.set(chain, client);
      return client;
    };

    return async (execution) => {
      const client = clientOf(execution.clientCertificateChain);
      const problem =
        client === undefined
          ? { reason: "ClientCertificateNotPresent", detail: "Client certificate not present." }
          : ((await chainProblem(execution, client, checks)) ?? identityProblem(client, identities));
      if (problem === undefined) {
        return;
      }
      execution.trace({ ...problem, ignored: ignoreError });
      if (!ignoreError) {
        throw new PolicyError("validate-client-certificate", problem.reason, problem.detail, {
          status: 403,
          message: "Invalid client certificate",
        });
      }
    };
  },
};

interface CertificateChecks {
  readonly revocation: boolean;
  readonly trust: boolean;
  readonly notBefore: boolean;
  readonly notAfter: boolean;
}

interface CertificateProblem {
  readonly reason: string;
  readonly detail: string;
}

/** The dates of the certificate itself have checks of their own; those of its authorities belong to trust. */
async function chainProblem(
  { services, clientCertificateChain }: PolicyExecution,
  { certificate }: ClientCertificate,
  checks: CertificateChecks,
): Promise<CertificateProblem | undefined> {
  const now = services.clock.now();
  if (checks.notBefore && now < certificate.notBefore.getTime()) {
    return problemOf("NotYetValid", `valid from ${certificate.notBefore.toISOString()}`);
  }
  if (checks.notAfter && now > certificate.notAfter.getTime()) {
    return problemOf("Expired", `valid until ${certificate.notAfter.toISOString()}`);
  }
  if (!checks.revocation && !checks.trust) {
    return undefined;
  }
  const findings = await services.verifyClientCertificate(clientCertificateChain, checks.revocation);
  const decisive = findings.find(({ status, subject }) => {
    if (REVOCATION_STATUSES.has(status)) {
      return checks.revocation;
    }
    return checks.trust && !(TIME_STATUSES.has(status) && subject === certificate.subject);
  });
  return decisive === undefined ? undefined : problemOf(decisive.status, decisive.detail);
}

function identityProblem(
  client: ClientCertificate,
  identities: readonly ((client: ClientCertificate) => boolean)[],
): CertificateProblem | undefined {
  const allowed = identities.length === 0 || identities.some((matches) => matches(client));
  return allowed
    ? undefined
    : {
        reason: "ClientCertificateIdentityNotMatched",
        detail: `Client certificate '${client.certificate.subject}' matches none of the identities.`,
      };
}

function problemOf(status: string, detail: string): CertificateProblem {
  return {
    reason: "ClientCertificateInvalid",
    detail: `Client certificate is not valid: ${status}, ${detail}.`,
  };
}
