import { api, type Schemas } from "../../shared/api/client";
import { asking } from "../../shared/api/queries";

export type OpenSession = Schemas["OpenSession"];
export type Passkey = Schemas["NamedPasskey"];

export const sessionsQuery = asking(["account", "sessions"], (signal) => api.GET("/auth/sessions", { signal }));
export const passkeysQuery = asking(["account", "passkeys"], (signal) => api.GET("/auth/passkeys", { signal }));
