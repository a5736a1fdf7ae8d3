import { withDefaults } from "../../../lib/private";

interface Props {
  readonly name: string;
  readonly size?: number;
  readonly isOpen?: boolean;
}

const DEFAULTS = { size: 3, isOpen: true } as const;

describe("withDefaults", () => {
  it("puts in what is left out", () => {
    const props: Props = { name: "a" };
    expect(withDefaults(props, DEFAULTS)).toEqual({ name: "a", size: 3, isOpen: true });
  });

  it("keeps what is given, also what counts as nothing", () => {
    const props: Props = { name: "a", size: 0, isOpen: false };
    expect(withDefaults(props, DEFAULTS)).toEqual(props);
  });

  it.each([undefined, null])("takes %s for left out", (size) => {
    expect(withDefaults({ name: "a", size } as Props, DEFAULTS)).toMatchObject({ size: 3 });
  });
});
