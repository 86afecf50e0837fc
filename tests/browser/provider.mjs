// A real identity provider for the tests: everybody in a file may sign in, with any password.
// node provider.mjs PORT PEOPLE REDIRECT_URI, where PEOPLE is a file {subject: {email, email_verified}}, read each time.
import { readFileSync } from "node:fs";
import Provider from "oidc-provider";

const [port, people, redirectUri] = process.argv.slice(2);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "daybook",
      client_secret: "a secret that the two of them share",
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  cookies: { keys: ["for tests"] },
  findAccount(_, accountId) {
    const known = JSON.parse(readFileSync(people, "utf-8"))[accountId];
    return known && { accountId, claims: () => ({ sub: accountId, ...known }) };
  },
});
provider.listen(Number(port), "127.0.0.1");
