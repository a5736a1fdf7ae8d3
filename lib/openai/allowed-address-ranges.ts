import { Token } from "cdktf";
import type { Problems } from "../private/problems";
import {
  isPublicAddressRange,
  LONGEST_PUBLIC_PREFIX,
  SHORTEST_PUBLIC_PREFIX,
} from "../private/public-address-range";

/** Azure's limit for one account. */
const MAXIMUM_RULES = 100;

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
    problems.check(isPublicAddressRange(range), {
      rule: `allowedAddressRanges must be public IPv4 addresses, or ranges of /${SHORTEST_PUBLIC_PREFIX} to /${LONGEST_PUBLIC_PREFIX}`,
      value: range,
      remedy: "write 203.0.113.7 or 203.0.113.0/24; private networks need a private endpoint",
    });
  }
}
