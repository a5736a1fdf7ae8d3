import ipaddr from "ipaddr.js";
import type { Problems } from "./problems";
import type { SecurityControl, SecurityOptOuts } from "./security-opt-out";

/** A wider range is no allow list any more. */
const SHORTEST_PREFIX = 8;
/** Azure takes single addresses without a prefix instead of /31 and /32. */
const LONGEST_PREFIX = 30;

/** What the addresses are allowed on. */
export interface AllowedAddressRangesOptions {
  /** `undefined` is the same as none. */
  readonly allowedAddressRanges: readonly string[] | undefined;
  /** Control without whose opt-out no public address is let in. */
  readonly control: SecurityControl;
  readonly optOuts: SecurityOptOuts;
  /** How many IP rules Azure takes. */
  readonly maximum: number;
}

/**
 * Adds what is wrong with the public addresses that a closed resource lets in: there are some if and only if the
 * control is opted out of, and each is a public IPv4 address or range.
 */
export function checkAllowedAddressRanges(
  problems: Problems,
  { allowedAddressRanges = [], control, optOuts, maximum }: AllowedAddressRangesOptions,
): void {
  const open = optOuts.has(control);
  problems.check(open || allowedAddressRanges.length === 0, {
    rule: `allowedAddressRanges needs opt-out '${control}'`,
    value: allowedAddressRanges,
    remedy: "use a private endpoint, or opt out with the reason",
  });
  problems.check(!open || allowedAddressRanges.length > 0, {
    rule: `opt-out '${control}' must come with allowedAddressRanges`,
    remedy: "list the public addresses that may connect",
  });
  problems.check(allowedAddressRanges.length <= maximum, {
    rule: `allowedAddressRanges holds at most ${maximum} entries`,
    value: allowedAddressRanges.length,
    remedy: "join ranges, or use a private endpoint",
  });
  for (const range of allowedAddressRanges) {
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

/** The ranges of RFC 5737 count as public: examples use them, and nobody can send from them. */
function isPublic(address: ipaddr.IPv4): boolean {
  const documentation = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"];
  return (
    address.range() === "unicast" ||
    documentation.some((range) => address.match(ipaddr.IPv4.parseCIDR(range)))
  );
}
