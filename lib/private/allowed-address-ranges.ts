import { Token } from "cdktf";
import type { Problems, SecurityControl, SecurityOptOuts } from "../validation";
import { isPublicAddressRange, MAX_PUBLIC_PREFIX, MIN_PUBLIC_PREFIX } from "./public-address-range";

/** What the addresses are allowed on. */
export interface AllowedAddressRangesOptions {
  /** `undefined` is the same as none. */
  readonly allowedAddressRanges: readonly string[] | undefined;
  /** Control without whose opt-out no public address is let in. */
  readonly control: SecurityControl;
  readonly optOuts: SecurityOptOuts;
  /** How many IP rules Azure takes. */
  readonly max: number;
}

/**
 * Adds what is wrong with the public addresses that a closed resource lets in: there are some if and only if
 * the control is opted out of, and each is a public IPv4 address or range.
 */
export function checkAllowedAddressRanges(
  problems: Problems,
  { allowedAddressRanges = [], control, optOuts, max }: AllowedAddressRangesOptions,
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
  problems.check(allowedAddressRanges.length <= max, {
    rule: `allowedAddressRanges holds at most ${max} entries`,
    value: allowedAddressRanges.length,
    remedy: "join ranges, or use a private endpoint",
  });
  for (const range of allowedAddressRanges.filter((each) => !Token.isUnresolved(each))) {
    problems.check(isPublicAddressRange(range), {
      rule: `allowedAddressRanges must be public IPv4 addresses, or ranges of /${MIN_PUBLIC_PREFIX} to /${MAX_PUBLIC_PREFIX}`,
      value: range,
      remedy: "write 203.0.113.7 or 203.0.113.0/24; private networks need a private endpoint",
    });
  }
}
