/** Message by which queries find audit records: that of the gateway's policies. */
export const AUDIT_TRACE = "ai-gateway-audit";
