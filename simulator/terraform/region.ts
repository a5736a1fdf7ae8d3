/** A region in its short form: Azure takes `West Europe` for `westeurope`. */
export function shortRegion(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}
