export {
  type SecurityCheckLevel,
  SecurityChecks,
  type SecurityChecksProps,
  type SecurityCheckSuppression,
} from "../lib/security-checks";
