import { Token } from "cdktf";
import ipaddr from "ipaddr.js";
import type { Problems } from "../private/problems";

/** Azure's limit for one account. */
const MAXIMUM_RULES = 100;
/** A wider range is no allow list any more. */
const SHORTEST_PREFIX = 8;
/** Azure takes single addresses without a prefix instead of /31 and /32. */
const LONGEST_PREFIX = 30;

/**
 * Adds what is wrong with the IP rules of an account: Azure takes public IPv4 addresses and ranges.
 *
 * Source:
 * https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks#grant-access-from-an-internet-ip-range
 *
 * @internal
 */
export function checkAllowedAddressRanges(problems: Problems, ranges: readonly string[]): void {
  problems.check(ranges.length <= MAXIMUM_RULES, {
    rule: `an account has at most ${MAXIMUM_RULES} IP rules`,
    value: ranges.length,
    remedy: "join ranges, or reach the account through a private endpoint",
  });
  // A token is an address that Azure assigns, such as that of a gateway without a network.
  for (const range of ranges.filter((each) => !Token.isUnresolved(each))) {
    problems.check(isPublicRange(range), {
      rule: `allowedAddressRanges must be public IPv4 addresses, or ranges of /${SHORTEST_PREFIX} to /${LONGEST_PREFIX}`,
      value: range,
      remedy: "write 203.0.113.7 or 203.0.113.0/24; private networks need a private endpoint",
    });
  }
}

function isPublicRange(range: string): boolean {
  const { IPv4 } = ipaddr;
  if (IPv4.isValidFourPartDecimal(range)) return isPublic(IPv4.parse(range));
  if (!IPv4.isValidCIDRFourPartDecimal(range)) return false;
  const [, prefix] = IPv4.parseCIDR(range);
  return (
    prefix >= SHORTEST_PREFIX &&
    prefix <= LONGEST_PREFIX &&
    isPublic(IPv4.networkAddressFromCIDR(range)) &&
    isPublic(IPv4.broadcastAddressFromCIDR(range))
  );
}

/** The ranges kept for documentation count as public: examples use them, and nobody can send from them. */
function isPublic(address: ipaddr.IPv4): boolean {
  const documentation = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"];
  return (
    address.range() === "unicast" ||
    documentation.some((range) => address.match(ipaddr.IPv4.parseCIDR(range)))
  );
}
