import { randomBytes } from "node:crypto";
import type { Clock } from "../clock";

/** What a user agrees to on the verification page. */
export interface DeviceAuthorization<User> {
  readonly clientId: string;
  readonly scope: string;
  readonly user: User;
}

/** Errors of a poll (RFC 8628, section 3.5). */
export type DevicePollError =
  "authorization_pending" | "slow_down" | "access_denied" | "expired_token" | "invalid_grant";

interface Pending<User> {
  readonly clientId: string;
  readonly scope: string;
  readonly userCode: string;
  readonly expiresAt: number;
  intervalMs: number;
  polledAt: number;
  decision?: { readonly user: User } | "denied";
}

/** Letters that are hard to confuse (RFC 8628, section 6.1). */
const USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
const LIFETIME_MS = 900_000;
const INTERVAL_SECONDS = 5;

/** Device authorizations (RFC 8628) of one authorization server. */
export class DeviceAuthorizations<User> {
  private readonly byDeviceCode = new Map<string, Pending<User>>();

  public constructor(private readonly clock: Clock) {}

  /** Starts an authorization. @returns the members of the response (section 3.2) beside the URIs */
  public start(
    clientId: string,
    scope: string,
  ): {
    readonly device_code: string;
    readonly user_code: string;
    readonly expires_in: number;
    readonly interval: number;
  } {
    const deviceCode = randomBytes(32).toString("base64url");
    const userCode = Array.from(
      randomBytes(8),
      (byte) => USER_CODE_LETTERS[byte % USER_CODE_LETTERS.length],
    ).join("");
    this.byDeviceCode.set(deviceCode, {
      clientId,
      scope,
      userCode,
      expiresAt: this.clock.now() + LIFETIME_MS,
      intervalMs: INTERVAL_SECONDS * 1000,
      polledAt: -Infinity,
    });
    return {
      device_code: deviceCode,
      user_code: userCode,
      expires_in: LIFETIME_MS / 1000,
      interval: INTERVAL_SECONDS,
    };
  }

  /** The user enters the code and agrees. @throws Error for an unknown code */
  public approve(userCode: string, user: User): void {
    this.find(userCode).decision = { user };
  }

  /** The user enters the code and declines. @throws Error for an unknown code */
  public deny(userCode: string): void {
    this.find(userCode).decision = "denied";
  }

  /** The client asks for its token; a granted authorization is given out once. */
  public poll(deviceCode: string, clientId: string): DeviceAuthorization<User> | DevicePollError {
    const pending = this.byDeviceCode.get(deviceCode);
    const now = this.clock.now();
    if (pending === undefined || pending.clientId !== clientId) {
      return "invalid_grant";
    }
    if (now >= pending.expiresAt) {
      return "expired_token";
    }
    const early = now - pending.polledAt < pending.intervalMs;
    pending.polledAt = now;
    if (pending.decision === "denied") {
      this.byDeviceCode.delete(deviceCode);
      return "access_denied";
    }
    if (pending.decision !== undefined) {
      this.byDeviceCode.delete(deviceCode);
      return { clientId, scope: pending.scope, user: pending.decision.user };
    }
    if (early) {
      pending.intervalMs += INTERVAL_SECONDS * 1000;
      return "slow_down";
    }
    return "authorization_pending";
  }

  private find(userCode: string): Pending<User> {
    const wanted = userCode.replace(/[^A-Za-z]/g, "").toUpperCase();
    const found = [...this.byDeviceCode.values()].find((pending) => pending.userCode === wanted);
    if (found === undefined) {
      throw new Error(`no device authorization waits for the user code '${userCode}'`);
    }
    return found;
  }
}
