// The OAuth server of the end-to-end tests: oidc-provider over HTTPS on a free port of loopback.
//
// One JSON line on standard input says what it needs (the folder with the package, certificate, key, clients); it
// prints its issuer when it listens, and ends when standard input does. Whoever is hinted at (login_hint) is signed in and
// consents without typing anything, and POST /approve?user_code=…&account=… consents on another device. Without a hint there
// is a page where a browser says who it is, and whether with a second factor. A further line says where the portal listens
// and who signed its certificate, so that it can be told of sessions that end here; "ok" is the answer.

import { Agent, createServer } from "node:https";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const lines = createInterface({ input: process.stdin });
const settings = JSON.parse(await new Promise((resolve) => lines.once("line", resolve)));
// Standard output is for the issuer, and nobody reads on behind it.
console.info = console.error;
lines.on("close", () => process.exit(0));

const { default: Provider } = await import(
  pathToFileURL(`${settings.folder}/node_modules/oidc-provider/lib/index.js`)
);

const server = createServer({ cert: settings.certificate, key: settings.key });
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const issuer = `https://localhost:${server.address().port}`;

let portalAgent = new Agent();
const signing = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
const provider = new Provider(issuer, {
  clients: settings.clients,
  jwks: { keys: [{ ...signing, use: "sig", alg: "RS256" }] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  scopes: ["openid", "email", "offline_access", "mail"],
  claims: { openid: ["sub", "amr"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: id, email_verified: true }),
  }),
  // What a mail provider does: a consent that offline access was asked for lasts, and each use gives a new token.
  issueRefreshToken: (_, client, code) => client.grantTypeAllowed("refresh_token") && code.scopes.has("offline_access"),
  rotateRefreshToken: true,
  pkce: { required: () => true, methods: ["S256"] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: { enabled: false },
    userinfo: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => {
        context.body = `<!doctype html><title>Sign out</title>${form}
<button id="sign-out" type="submit" form="op.logoutForm" name="logout" value="yes">Sign out here too</button>`;
      },
      postLogoutSuccessSource: (context) => {
        context.body = "<!doctype html><title>Signed out</title><h1>Nobody is signed in here</h1>";
      },
    },
  },
  httpOptions: () => ({ agent: portalAgent, signal: AbortSignal.timeout(60_000) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  ttl: { AccessToken: settings.access_token_life, ClientCredentials: settings.access_token_life, DeviceCode: 600, Grant: 3600, RefreshToken: 3600 },
});

// The portal listens at a free port, which is not known when its address is registered here.
provider.Client.prototype.redirectUriAllowed = function allowed(uri) {
  const withoutPort = URL.canParse(uri) ? Object.assign(new URL(uri), { port: "" }).href : uri;
  return this.redirectUris.includes(withoutPort);
};

provider.Client.prototype.postLogoutRedirectUriAllowed = function allowed(uri) {
  const withoutPort = URL.canParse(uri) ? Object.assign(new URL(uri), { port: "" }).href : uri;
  return this.postLogoutRedirectUris.includes(withoutPort);
};
lines.on("line", async (line) => {
  const { client_id: id, logout_uri: uri, authority } = JSON.parse(line);
  portalAgent = new Agent({ ca: authority });
  const client = await provider.Client.find(id);
  client.backchannelLogoutUri = uri;
  console.log("ok");
});

const signInPage = `<!doctype html><title>Sign in</title><form method="post">
<input id="account" name="account"><label><input id="second-factor" type="checkbox" name="second_factor"> with a second factor</label>
<button type="submit">Sign in</button></form>`;

/** What was typed on the page, if this is its form. */
async function typed(request) {
  if (request.method !== "POST") {
    return undefined;
  }
  let body = "";
  for await (const part of request) {
    body += part;
  }
  return Object.fromEntries(new URLSearchParams(body));
}

/** Signs in whom the request hints at, then consents to everything that was asked for. */
async function interact(request, response) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === "login") {
    const who = params.login_hint ? { account: params.login_hint } : await typed(request);
    if (!who) {
      response.writeHead(200, { "content-type": "text/html" }).end(signInPage);
      return undefined;
    }
    const login = { accountId: who.account, amr: who.second_factor ? ["pwd", "mfa"] : ["pwd"] };
    return provider.interactionFinished(request, response, { login });
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = { consent: { grantId: await grant.save() } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

/** What a person does on another device: types the code in, signs in, consents. */
async function approve(query, response) {
  const code = await provider.DeviceCode.findByUserCode(query.get("user_code").replace(/\W/g, ""));
  if (!code) {
    response.writeHead(404).end("no such code\n");
    return;
  }
  const grant = new provider.Grant({ accountId: query.get("account"), clientId: code.clientId });
  grant.addOIDCScope(code.params.scope);
  Object.assign(code, {
    accountId: query.get("account"),
    authTime: Math.floor(Date.now() / 1000),
    claims: {},
    grantId: await grant.save(),
    scope: code.params.scope,
    sessionUid: randomBytes(16).toString("hex"),
  });
  await code.save();
  response.writeHead(200).end("approved\n");
}

const standard = provider.callback();
server.on("request", (request, response) => {
  const url = new URL(request.url, issuer);
  const failed = (error) => {
    console.error(error);
    response.writeHead(500).end(`${error.message}\n`);
  };
  if (url.pathname.startsWith("/interaction/")) {
    interact(request, response).catch(failed);
  } else if (url.pathname === "/approve" && request.method === "POST") {
    approve(url.searchParams, response).catch(failed);
  } else {
    standard(request, response);
  }
});
provider.on("server_error", (_, error) => console.error(error));
provider.on("backchannel.error", (_, error) => console.error("backchannel", error.message));
for (const kind of ["authorization", "grant", "introspection", "device_authorization"]) {
  provider.on(`${kind}.error`, (_, error) => console.error(kind, error.message, error.error_detail ?? ""));
}
console.log(issuer);
