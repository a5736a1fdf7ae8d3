/**
 * .NET could do this, the simulator cannot. Not a .NET exception: an expression that catches it would go on with
 * an answer that API Management never gives.
 */
export class UnsupportedFeature extends Error {}
