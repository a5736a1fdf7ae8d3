/**
 * The security rules of this package for any stack: `SecurityChecks`, an Aspect. Import it from
 * `cdktf-azure-openai-gateway/security-checks`.
 *
 * @packageDocumentation
 */
export {
  SecurityChecks,
  type SecurityCheckLevel,
  type SecurityChecksProps,
  type SecurityCheckSuppression,
} from "./security-checks";
