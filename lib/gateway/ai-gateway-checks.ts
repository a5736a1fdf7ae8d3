import { Token } from "cdktf";
import type { IPrivateNetwork } from "../network";
import { checkPlacement, NAME_RULES, REGION } from "../private";
import type { Problems, SecurityOptOuts } from "../validation";
import type { AdditionalLocation, AiGatewayProps } from "./ai-gateway-props";
import { checkCircuitBreaker, type CircuitBreaker } from "./circuit-breaker";
import { checkLoggedHeaders } from "./gateway-diagnostics";
import { checkHostNames } from "./gateway-host-name";
import type { GatewaySku } from "./gateway-sku";

const ZONES = ["1", "2", "3"];

/** Reports everything that is wrong with the props of a gateway. */
export function checkGateway(props: AiGatewayProps, optOuts: SecurityOptOuts, problems: Problems): void {
  const { sku, hostNames = [], minApiVersion, publisherName, publisherEmail } = props;
  checkPlacement(problems, props);
  problems.checkPattern(props.name, NAME_RULES.apiManagement.pattern, {
    rule: `name must be ${NAME_RULES.apiManagement.words}`,
    remedy: "shorten or change it",
  });
  problems.checkPattern(publisherName, /^.{1,100}$/, {
    rule: "publisherName must be 1 to 100 characters",
    remedy: "name the organization",
  });
  problems.checkPattern(publisherEmail, /^(?=.{3,100}$)[^\s@]+@[^\s@]+$/, {
    rule: "publisherEmail must be a mail address of at most 100 characters",
    remedy: "give the mailing list of the team",
  });
  if (minApiVersion !== undefined) {
    problems.checkPattern(minApiVersion, /^\d{4}-\d{2}-\d{2}$/, {
      rule: "minApiVersion must be a date as YYYY-MM-DD",
      remedy: "use 2021-08-01, the oldest version that Azure still answers",
    });
  }
  checkZones("zones", sku, sku.units, props.zones, problems);
  checkNetwork(props, optOuts, problems);
  for (const location of props.additionalLocations ?? []) {
    checkAdditionalLocation(props, location, problems);
  }
  checkUniqueLocations(props, problems);
  checkHostNames(hostNames, sku, problems);
  problems.check(hostNames.length === 0 || props.certificateStore !== undefined, {
    rule: "hostNames need certificateStore",
    value: hostNames.map(({ hostName }) => hostName),
    remedy: "give the vault of their certificates: the gateway's identity must be able to read it",
  });
  checkLoggedHeaders(props.loggedRequestHeaders ?? [], problems);
  checkAuditLogs(props, optOuts, problems);
  checkCallerBounds(props, problems);
}

/** Reports bounds that hold for a gateway of any owner. */
export function checkCallerBounds(
  {
    circuitBreaker = {},
    concurrentCallsPerCaller,
  }: { readonly circuitBreaker?: CircuitBreaker; readonly concurrentCallsPerCaller?: number },
  problems: Problems,
): void {
  checkCircuitBreaker(circuitBreaker, problems);
  if (concurrentCallsPerCaller === undefined) {
    return;
  }
  problems.checkRange(concurrentCallsPerCaller, 1, 1_000, {
    rule: "concurrentCallsPerCaller must be a whole number from 1 to 1000",
    remedy: "use a number in that range, or leave it out",
  });
}

function checkNetwork(
  { sku, network, location }: AiGatewayProps,
  optOuts: SecurityOptOuts,
  problems: Problems,
): void {
  const isPublicAccepted = optOuts.has("gateway-private-network");
  problems.check(network !== undefined || isPublicAccepted, {
    rule: "the gateway must be reachable from a private network only",
    remedy: "give it a network, or the opt-out 'gateway-private-network'",
  });
  if (!network) {
    return;
  }
  checkRegion(network, location, problems);
  const { networkPlacements: placements, privateEndpoint } = sku.rules;
  const placement = network.gatewaySubnet?.placement;
  problems.check(placement === undefined || placements.includes(placement), {
    rule:
      placements.length > 0
        ? `tier ${sku.tier} can be placed into a network as: ${placements.join(", ")}`
        : `tier ${sku.tier} cannot be placed into a network`,
    value: placement,
    remedy:
      placements.length > 0
        ? "choose another tier, or make the network for one of these"
        : "choose another tier, or make the network without a gateway subnet",
  });
  problems.check(placement !== "external" || isPublicAccepted, {
    rule: "a gateway in an external subnet is reachable from the internet",
    remedy: "make the network for placement 'internal', or give the opt-out 'gateway-private-network'",
  });
  problems.check(privateEndpoint || isPlacedPrivately(network), {
    rule: `tier ${sku.tier} can be reached through no private endpoint`,
    remedy: "choose another tier, or give no network and the opt-out 'gateway-private-network'",
  });
}

function checkRegion(network: IPrivateNetwork, location: string, problems: Problems): void {
  const known = !Token.isUnresolved(location) && !Token.isUnresolved(network.location);
  problems.check(!known || network.location === location, {
    rule: `network must be in the gateway's region, ${location}`,
    value: network.location,
    remedy: "make a network there",
  });
}

/** Whether the gateway itself is in the network, and answers only there. */
export function isPlacedPrivately(network: IPrivateNetwork | undefined): boolean {
  const placement = network?.gatewaySubnet?.placement;
  return placement === "internal" || placement === "v2-injected";
}

function checkAdditionalLocation(
  { sku, network }: AiGatewayProps,
  { location, units, zones, network: regionalNetwork }: AdditionalLocation,
  problems: Problems,
): void {
  problems.check(sku.rules.additionalLocations, {
    rule: `tier ${sku.tier} answers in one region only`,
    value: location,
    remedy: "use Premium, or one gateway in each region",
  });
  problems.checkPattern(location, REGION.pattern, {
    rule: `location must be ${REGION.words}`,
    remedy: "write it in lower case without blanks",
  });
  const { minUnits, maxUnits } = sku.rules;
  problems.checkRange(units ?? sku.units, minUnits, maxUnits, {
    rule: `units in ${location} must be ${minUnits} to ${maxUnits}`,
    remedy: "leave it out to have as many as in the first region",
  });
  checkZones(`zones in ${location}`, sku, units ?? sku.units, zones, problems);
  if (regionalNetwork) {
    checkRegion(regionalNetwork, location, problems);
  }
  const [first, regional] = [network?.gatewaySubnet, regionalNetwork?.gatewaySubnet];
  problems.check((first === undefined) === (regional === undefined), {
    rule: "the gateway is placed into a subnet in every region, or in none",
    value: location,
    remedy: first ? `give ${location} a network with a gateway subnet` : "give the first region one too",
  });
  problems.check(!first || !regional || first.placement === regional.placement, {
    rule: "the gateway subnets of all regions must be made for the same placement",
    value: regional?.placement,
    remedy: `make it for '${first?.placement}'`,
  });
}

function checkUniqueLocations(
  { location, additionalLocations = [] }: AiGatewayProps,
  problems: Problems,
): void {
  const locations = [location, ...additionalLocations.map((each) => each.location)];
  problems.check(new Set(locations).size === locations.length, {
    rule: "a gateway is in a region once",
    value: locations,
    remedy: "buy more units there instead",
  });
}

function checkZones(
  name: string,
  sku: GatewaySku,
  units: number,
  zones: readonly string[] | undefined,
  problems: Problems,
): void {
  if (zones === undefined) {
    return;
  }
  problems.check(sku.rules.zones, {
    rule: `tier ${sku.tier} does not take zones`,
    value: zones,
    remedy: "use Premium, or leave them to Azure",
  });
  problems.check(
    zones.length > 0 && zones.every((zone) => ZONES.includes(zone)) && new Set(zones).size === zones.length,
    {
      rule: `${name} must be different ones of ${ZONES.join(", ")}`,
      value: zones,
      remedy: "leave them out to let Azure choose",
    },
  );
  const enough = Math.ceil(units / Math.max(zones.length, 1)) * zones.length;
  problems.check(zones.length === 0 || units % zones.length === 0, {
    rule: `units must be a multiple of the number of ${name}`,
    value: units,
    remedy: `buy ${enough}, so that every zone gets as many`,
  });
}

function checkAuditLogs(
  { sku, telemetry }: AiGatewayProps,
  optOuts: SecurityOptOuts,
  problems: Problems,
): void {
  if (optOuts.has("gateway-audit-logs")) {
    return;
  }
  problems.check(telemetry !== undefined, {
    rule: "resource logs of the gateway must go to Log Analytics",
    remedy: "give telemetry, or the opt-out 'gateway-audit-logs'",
  });
  problems.check(sku.rules.resourceLogs, {
    rule: `tier ${sku.tier} has no resource logs`,
    remedy: "use another tier, or give the opt-out 'gateway-audit-logs'",
  });
}
