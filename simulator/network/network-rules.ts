import ipaddr from "ipaddr.js";
import type { NetworkAccessModel } from "../model";
import type { NetworkOrigin } from "./http-message";

type AddressRange = ReturnType<typeof ipaddr.parseCIDR>;

/** Who can open a connection to an account or a vault. */
export class NetworkRules {
  private readonly addressRules: readonly AddressRange[];

  public constructor(private readonly model: NetworkAccessModel) {
    this.addressRules = model.addressRules.map((rule) =>
      ipaddr.parseCIDR(rule.includes("/") ? rule : `${rule}/32`),
    );
  }

  /** @param sourceAddress public address of the caller @default - none that a rule names */
  public admits(origin: NetworkOrigin, sourceAddress?: string): boolean {
    const { publicAccess, defaultAction, privateEndpoint, subnetRules } = this.model;
    const privately = origin === "virtualNetwork" && privateEndpoint;
    const byRule =
      (origin === "virtualNetwork" && subnetRules) ||
      (sourceAddress !== undefined && this.hasRuleFor(sourceAddress));
    return privately || (publicAccess && (defaultAction === "Allow" || byRule));
  }

  private hasRuleFor(sourceAddress: string): boolean {
    const address = ipaddr.parse(sourceAddress);
    return this.addressRules.some((range) => address.match(range));
  }
}
