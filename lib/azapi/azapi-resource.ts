import { Fn, Token } from "cdktf";
import type { Construct } from "constructs";
import { Problems } from "../validation";
import { AzapiObject, type AzapiObjectProps } from "./azapi-object";
import { type AzapiBody, withoutNulls } from "./request-body";

/** When azapi tries a request again. */
export interface AzapiRetry {
  /** Regular expressions (RE2); an error that matches one is retried. */
  readonly errorMessageRegex: readonly string[];
  /** Wait before the first retry, in seconds. @default - azapi's, 10 */
  readonly intervalSeconds?: number;
  /** Longest wait between two tries, in seconds. @default - azapi's, 180 */
  readonly maxIntervalSeconds?: number;
}

/** A resource by its REST API. */
export interface AzapiResourceProps extends AzapiObjectProps {
  /** A change replaces the resource. */
  readonly name: string;
  /** ARM id of the parent, of the type that contains this one. A change replaces the resource. */
  readonly parentId: string;
  /** Azure region, where the type has one. @default - none */
  readonly location?: string;
  /** ARM ids of user-assigned identities, where the type takes them. @default - none */
  readonly identityIds?: readonly string[];
  /** Tags, where the type has them. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** Properties under their ARM names. `undefined` and `null` are left out. @default - none */
  readonly body?: AzapiBody;
  /**
   * Further properties of the body that must not be kept in the state: Terraform sends them and forgets them. Once
   * their value changes, the whole body is sent again. Needs Terraform 1.11.
   *
   * @default - none
   */
  readonly sensitiveBody?: AzapiBody;
  /** Paths of the response that `output` can read, such as `properties.provisioningState`. @default - none */
  readonly responseExportValues?: readonly string[];
  /** When a request is tried again. @default - only what azapi retries by itself */
  readonly retry?: AzapiRetry;
  /**
   * Whether azapi checks the body against its copy of the API's schema. `false` only for an API version that
   * it does not know. @default true
   */
  readonly schemaValidationEnabled?: boolean;
}

/**
 * A resource by its REST API, created, updated and deleted by Terraform.
 *
 * Source: https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/resource
 */
export class AzapiResource extends AzapiObject {
  /** Type of the resource in Terraform. */
  public static readonly tfResourceType = "azapi_resource";

  private readonly props: AzapiResourceProps;

  /** @throws ValidationError if `type` has no API version */
  public constructor(scope: Construct, id: string, props: AzapiResourceProps) {
    super(scope, id, AzapiResource.tfResourceType, props);
    this.props = props;
  }

  /** Name. @returns a token, so that who reads it waits for the resource */
  public get name(): string {
    return this.getStringAttribute("name");
  }

  /**
   * A value of the response.
   *
   * @param path one of `responseExportValues`
   * @returns a token
   * @throws ValidationError if the path is not exported
   */
  public output(path: string): string {
    const problems = new Problems(this);
    problems.check(this.props.responseExportValues?.includes(path) ?? false, {
      rule: "only values named in responseExportValues can be read",
      value: path,
      remedy: "add it there",
    });
    problems.throwIfAny();
    return Token.asString(Fn.lookupNested(this.interpolationForAttribute("output"), path.split(".")));
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { retry } = this.props;
    return {
      type: this.props.type,
      name: this.props.name,
      parent_id: this.props.parentId,
      location: this.props.location,
      identity: this.props.identityIds && [{ type: "UserAssigned", identity_ids: this.props.identityIds }],
      tags: this.props.tags,
      body: withoutNulls(this.props.body),
      // Without `sensitive_body_version`: its unchanged parts would be missing from the next update, which replaces all.
      sensitive_body: withoutNulls(this.props.sensitiveBody),
      response_export_values: this.props.responseExportValues,
      locks: this.props.locks,
      retry: retry && {
        error_message_regex: retry.errorMessageRegex,
        interval_seconds: retry.intervalSeconds,
        max_interval_seconds: retry.maxIntervalSeconds,
      },
      schema_validation_enabled: this.props.schemaValidationEnabled,
    };
  }
}
