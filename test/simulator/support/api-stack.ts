import { GATEWAY_RESOURCES, OF_GATEWAY, type StackFixture, writeStack } from "../terraform/stack-fixture";

type Resources = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** What a test changes of the API stack. */
export interface ApiStackProps {
  /** Arguments of `azurerm_api_management_api.api`. @default - open, at `/api`, to https://backend.example */
  readonly api?: object;
  /** Arguments of `azurerm_api_management.gateway`. @default - Developer tier with a user-assigned identity */
  readonly service?: object;
  /** Operations as `METHOD template`. @default - GET /ping and POST /ping */
  readonly operations?: readonly string[];
  readonly globalPolicy?: string;
  readonly apiPolicy?: string;
  /** Document of product `product`, which holds the API. */
  readonly productPolicy?: string;
  /** Arguments of `azurerm_api_management_product.product`. @default - no product */
  readonly product?: object;
  /** Subscriptions by name. */
  readonly subscriptions?: Readonly<Record<string, object>>;
  /** Further resources. */
  readonly resources?: Resources;
}

const reference = (type: string, name: string, attribute: string): string =>
  `\${${type}.${name}.${attribute}}`;

/** Scope of a subscription to the API: its id without the revision, which no key would work for. */
export const API_ID = `\${replace(azurerm_api_management_api.api.id, ";rev=1", "")}`;
/** Scope of a subscription to the product. */
export const productId = reference("azurerm_api_management_product", "product", "id");

/** Writes a stack with one gateway and one API. @returns its directory */
export function apiStack(props: ApiStackProps = {}): string {
  const apiName = reference("azurerm_api_management_api", "api", "name");
  const resource: Record<string, Record<string, object>> = {
    ...structuredClone(GATEWAY_RESOURCES),
    azurerm_api_management_api: {
      api: {
        ...OF_GATEWAY,
        name: "api",
        revision: "1",
        display_name: "api",
        path: "api",
        protocols: ["https"],
        service_url: "https://backend.example",
        subscription_required: false,
        ...props.api,
      },
    },
    azurerm_api_management_api_operation: Object.fromEntries(
      (props.operations ?? ["GET /ping", "POST /ping"]).map((operation, index) => {
        const [method, template] = operation.split(" ");
        return [
          `operation-${index}`,
          {
            ...OF_GATEWAY,
            operation_id: `operation-${index}`,
            api_name: apiName,
            display_name: operation,
            method,
            url_template: template,
            template_parameter: Array.from(template?.matchAll(/\{(\*?[^{}]+)\}/g) ?? [], ([, name]) => ({
              name,
              required: true,
              type: "string",
            })),
          },
        ];
      }),
    ),
  };
  const add = (type: string, name: string, value: object): void => {
    resource[type] = { ...resource[type], [name]: value };
  };
  Object.assign(resource["azurerm_api_management"]?.["gateway"] ?? {}, props.service);
  if (props.globalPolicy !== undefined) {
    const api_management_id = reference("azurerm_api_management", "gateway", "id");
    add("azurerm_api_management_policy", "global", { api_management_id, xml_content: props.globalPolicy });
  }
  if (props.apiPolicy !== undefined) {
    add("azurerm_api_management_api_policy", "api", {
      ...OF_GATEWAY,
      api_name: apiName,
      xml_content: props.apiPolicy,
    });
  }
  if (props.product !== undefined) {
    add("azurerm_api_management_product", "product", {
      ...OF_GATEWAY,
      product_id: "product",
      display_name: "product",
      subscription_required: true,
      published: true,
      ...props.product,
    });
    const product_id = reference("azurerm_api_management_product", "product", "product_id");
    add("azurerm_api_management_product_api", "product", { ...OF_GATEWAY, product_id, api_name: apiName });
    if (props.productPolicy !== undefined) {
      const xml_content = props.productPolicy;
      add("azurerm_api_management_product_policy", "product", { ...OF_GATEWAY, product_id, xml_content });
    }
  }
  for (const [name, subscription] of Object.entries(props.subscriptions ?? {})) {
    add("azurerm_api_management_subscription", name, {
      ...OF_GATEWAY,
      subscription_id: name,
      display_name: name,
      state: "active",
      ...subscription,
    });
  }
  for (const [type, instances] of Object.entries(props.resources ?? {})) {
    resource[type] = { ...resource[type], ...instances };
  }
  const fixture: StackFixture = { resource };
  return writeStack("main", fixture);
}
