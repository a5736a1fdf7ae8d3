import ipaddr from "ipaddr.js";

/** A wider range is not an allow list any more. */
export const MIN_PUBLIC_PREFIX = 8;
/** Azure takes single addresses without a prefix instead of /31 and /32. */
export const MAX_PUBLIC_PREFIX = 30;

/** Whether `range` is a public IPv4 address, or a range of such addresses that Azure takes as an IP rule. */
export function isPublicAddressRange(range: string): boolean {
  const { IPv4 } = ipaddr;
  if (IPv4.isValidFourPartDecimal(range)) {
    return isPublic(IPv4.parse(range));
  }
  if (!IPv4.isValidCIDRFourPartDecimal(range)) {
    return false;
  }
  const [, prefix] = IPv4.parseCIDR(range);
  return (
    prefix >= MIN_PUBLIC_PREFIX &&
    prefix <= MAX_PUBLIC_PREFIX &&
    isPublic(IPv4.networkAddressFromCIDR(range)) &&
    isPublic(IPv4.broadcastAddressFromCIDR(range))
  );
}

/** The ranges of RFC 5737 count as public: examples use them, and nobody can send from them. */
function isPublic(address: ipaddr.IPv4): boolean {
  const documentation = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"];
  return (
    address.range() === "unicast" ||
    documentation.some((range) => address.match(ipaddr.IPv4.parseCIDR(range)))
  );
}
