import { Token } from "cdktf";
import type { Problem } from "../validation";

const GITHUB_ISSUER = "https://token.actions.githubusercontent.com";
/** One repository, and one environment or branch of it: what a GitHub subject must name. */
const GITHUB_SUBJECT = /^repo:[\w.-]+\/[\w.-]+:(environment:[^*:]+|ref:refs\/heads\/[^*:]+)$/;
const KUBERNETES_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/**
 * Jobs of a GitHub repository that deploy to one environment.
 *
 * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export interface GitHubEnvironmentProps {
  /** Repository as `owner/name`. */
  readonly repository: string;
  /**
   * Environment of the job, as in the workflow's `environment:`. Its protection rules decide who may use it.
   */
  readonly environment: string;
}

/**
 * Jobs of a GitHub repository that run on one branch.
 *
 * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export interface GitHubBranchProps {
  /** Repository as `owner/name`. */
  readonly repository: string;
  /** Branch without `refs/heads/`. Protect it: whoever pushes to it gets the identity. */
  readonly branch: string;
}

/**
 * Pods that run as one Kubernetes service account.
 *
 * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export interface KubernetesServiceAccountProps {
  /** OIDC issuer URL of the cluster, `oidcIssuerUrl` of an AKS cluster. May be a token. */
  readonly issuerUrl: string;
  /** Namespace of the service account. */
  readonly namespace: string;
  /** Name of the service account. */
  readonly serviceAccount: string;
}

/**
 * A workload of any other OIDC issuer.
 *
 * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export interface OtherFederatedSubjectProps {
  /** `iss` of its tokens, exactly: an https URL. May be a token. */
  readonly issuer: string;
  /** `sub` of its tokens, exactly: no wildcard. */
  readonly subject: string;
}

/**
 * An external workload that may act as an Entra identity: the issuer and subject of its tokens. Entra
 * compares both exactly, and so does this class: a pattern would let in more than is written down.
 *
 * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
 */
export class FederatedSubject {
  /** GitHub Actions jobs of one environment. */
  public static gitHubEnvironment({ repository, environment }: GitHubEnvironmentProps): FederatedSubject {
    return new FederatedSubject(GITHUB_ISSUER, `repo:${repository}:environment:${environment}`);
  }

  /** GitHub Actions jobs of one branch. */
  public static gitHubBranch({ repository, branch }: GitHubBranchProps): FederatedSubject {
    return new FederatedSubject(GITHUB_ISSUER, `repo:${repository}:ref:refs/heads/${branch}`);
  }

  /** Pods of one Kubernetes service account, as AKS workload identity uses it. */
  public static kubernetesServiceAccount(props: KubernetesServiceAccountProps): FederatedSubject {
    const { issuerUrl, namespace, serviceAccount } = props;
    const problems = Object.entries({ namespace, serviceAccount })
      .filter(([, value]) => !Token.isUnresolved(value) && !KUBERNETES_NAME.test(value))
      .map(([name, value]) => ({
        rule: `${name} must be a Kubernetes name (RFC 1123)`,
        value,
        remedy: "name exactly one, in lower case",
      }));
    return new FederatedSubject(issuerUrl, `system:serviceaccount:${namespace}:${serviceAccount}`, problems);
  }

  /** A workload of any other issuer. */
  public static other({ issuer, subject }: OtherFederatedSubjectProps): FederatedSubject {
    return new FederatedSubject(issuer, subject);
  }

  private constructor(
    /** `iss` of the workload's tokens. */
    public readonly issuer: string,
    /** `sub` of the workload's tokens. */
    public readonly subject: string,
    private readonly found: readonly Problem[] = [],
  ) {}

  /** @internal what is wrong with it; reported where it is attached, with the path of that construct */
  public problems(): readonly Problem[] {
    const problems = [...this.found];
    if (!Token.isUnresolved(this.issuer) && !/^https:\/\/[^/\s*]+(\/[^\s*]*)?$/.test(this.issuer)) {
      problems.push({
        rule: "issuer must be an https URL",
        value: this.issuer,
        remedy: "copy `iss` from a token of the workload",
      });
    }
    if (Token.isUnresolved(this.subject)) {
      return problems;
    }
    if (this.subject.trim() === "" || this.subject.includes("*")) {
      problems.push({
        rule: "subject must name one workload, without wildcard",
        value: this.subject,
        remedy: "copy `sub` from a token of the workload, and add one credential for each",
      });
    } else if (this.issuer === GITHUB_ISSUER && !GITHUB_SUBJECT.test(this.subject)) {
      problems.push({
        rule: "a GitHub subject must name one repository as owner/name, and one environment or branch",
        value: this.subject,
        remedy: "use FederatedSubject.gitHubEnvironment or FederatedSubject.gitHubBranch",
      });
    }
    return problems;
  }
}
