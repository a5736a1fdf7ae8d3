import { shortRegion, type StackModel } from "../model";

/** No gateway answers in the region that was asked for. */
export class UnservedRegionError extends Error {
  public override readonly name = "UnservedRegionError";
}

/**
 * The stacks as one region of their gateways serves them. A gateway that is not in the region is where it was.
 *
 * @throws UnservedRegionError where no gateway answers in that region
 */
export function servedFrom(model: StackModel, region: string | undefined): StackModel {
  if (region === undefined) {
    return model;
  }
  const known = model.gateways.flatMap(({ location, additionalLocations = [] }) => [
    location,
    ...additionalLocations,
  ]);
  if (!known.some((each) => shortRegion(each) === shortRegion(region))) {
    throw new UnservedRegionError(
      `region must be one of a gateway: ${known.join(", ") || "there is none"}, got ${region}`,
    );
  }
  return {
    ...model,
    gateways: model.gateways.map((gateway) => {
      const found = gateway.additionalLocations?.find((each) => shortRegion(each) === shortRegion(region));
      return found === undefined ? gateway : { ...gateway, location: found };
    }),
  };
}
