// Kong's own client of the Portal API against the sandbox: a developer logs in, makes an application, whose client
// is registered in Okta, registers it for an API, and gives it further secrets.
//
// The client speaks the API's version 2, whose calls are those of version 3 under other paths; they are moved on the
// way. What version 2 has otherwise (products) is not asked for.
// usage: NODE_PATH=MODULES NODE_EXTRA_CA_CERTS=CA node portal_js.js PORTAL KONNECT KONNECT_TOKEN OKTA OKTA_TOKEN
'use strict';

const assert = require('node:assert');
const path = require('node:path');
const portalJs = require('@kong/sdk-portal-js');
// the very axios that the client comes with
const axios = require(require.resolve('axios', { paths: [path.dirname(require.resolve('@kong/sdk-portal-js'))] }));

const [portal, konnect, token, okta, oktaToken] = process.argv.slice(2);
const cookies = {};

const wire = axios.create({ baseURL: portal, validateStatus: (status) => status < 400 });
wire.interceptors.request.use((request) => {
  request.url = request.url
    .replace('/api/v2/applications/auth-strategies', '/api/v3/application-auth-strategies')
    .replace('/refresh-token', '/regenerate-secret')
    .replace('/api/v2/', '/api/v3/');
  request.headers.Cookie = Object.entries(cookies).map((pair) => pair.join('=')).join('; ');
  return request;
});
wire.interceptors.response.use((answer) => {
  for (const line of answer.headers['set-cookie'] ?? []) {
    const [name, value] = line.split(';')[0].split('=');
    // an empty one only takes the old one away
    for (const word of value ? ['HttpOnly', 'SameSite', 'Path=/'] : ['Path=/']) {
      assert.ok(line.includes(word), `the cookie ${name} has no ${word}`);
    }
    cookies[name] = value;
  }
  return answer;
});

const configuration = new portalJs.Configuration({ basePath: portal });
const of = (Api) => new Api(configuration, portal, wire);
const developer = of(portalJs.DeveloperApi);
const applications = of(portalJs.ApplicationsApi);
const credentials = of(portalJs.CredentialsApi);
const registrations = of(portalJs.RegistrationsApi);

async function refused(what, call, status) {
  const error = await call.then(() => assert.fail(`${what}: no error`), (told) => told);
  assert.strictEqual(error.response?.status, status, `${what}: ${error.message}`);
  assert.strictEqual(error.response.headers['content-type'], 'application/problem+json', what);
  assert.strictEqual(error.response.data.status, status, what);
}

async function admin(method, at, body, status) {
  const answer = await fetch(`${konnect}${at}`, {
    method, body: body && JSON.stringify(body), headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });
  const text = await answer.text();
  assert.strictEqual(answer.status, status, `${method} ${at}: ${text}`);
  return JSON.parse(text);
}

// An API that is published with registration in Okta; the ids of its strategy and of itself.
async function published() {
  const issuer = `${okta}/oauth2/default`;
  const provider = await admin('POST', '/v2/dcr-providers', {
    provider_type: 'okta', name: 'okta', issuer, dcr_config: { dcr_token: oktaToken },
  }, 201);
  const strategy = await admin('POST', '/v2/application-auth-strategies', {
    strategy_type: 'openid_connect', name: 'oidc', display_name: 'OIDC', dcr_provider_id: provider.id,
    configs: { 'openid-connect': { issuer, credential_claim: ['client_id'], scopes: ['openid'], auth_methods: ['client_credentials'] } },
  }, 201);
  const [{ id: portalId }] = (await admin('GET', '/v3/portals', undefined, 200)).data;
  const [{ id: api }] = (await admin('GET', '/v3/apis', undefined, 200)).data;
  const publication = { auth_strategy_ids: [strategy.id], auto_approve_registrations: true, visibility: 'public' };
  await admin('PUT', `/v3/apis/${api}/publications/${portalId}`, publication, 200);
  return { strategy: strategy.id, api };
}

async function session() {
  const wrong = { username: 'dev@example.com', password: 'wrong' };
  await refused('a wrong password', developer.authenticate({ authenticateRequest: wrong }), 401);
  await refused('nobody', developer.getDeveloperMe(), 401);
  const answer = await developer.authenticate({ authenticateRequest: { ...wrong, password: 'sandbox' } });
  assert.strictEqual(answer.status, 204);
  assert.deepStrictEqual(Object.keys(cookies).sort(), ['portalaccesstoken', 'portalrefreshtoken']);
  assert.strictEqual((await developer.getDeveloperMe()).data.email, 'dev@example.com');
  const before = cookies.portalaccesstoken;
  assert.strictEqual((await developer.refresh()).status, 204);
  assert.notStrictEqual(cookies.portalaccesstoken, before);
  const context = (await of(portalJs.PortalApi).getPortalContext()).data;
  assert.strictEqual(context.name, 'developer-portal');
}

async function application({ strategy, api }) {
  const offered = (await applications.listApplicationAuthStrategies({})).data.data;
  assert.ok(offered.some((one) => one.id === strategy), 'the strategy is not offered');
  const sent = { name: 'mobile', description: 'd', auth_strategy_id: strategy };
  const made = (await applications.createApplication({ createApplicationPayload: sent })).data;
  assert.ok(made.client_id && made.client_secret, 'no credentials in the one answer that has them');
  const applicationId = made.id;
  const read = (await applications.getApplication({ applicationId })).data;
  assert.deepStrictEqual([read.name, read.description, read.auth_strategy.id], ['mobile', 'd', strategy]);
  assert.strictEqual(read.client_secret, undefined);
  const listed = (await applications.listApplications({ pageNumber: 1, pageSize: 10 })).data;
  assert.deepStrictEqual([listed.meta.page.total, listed.data[0].id], [1, applicationId]);
  const changed = { name: 'mobile 2' };
  assert.strictEqual((await applications.updateApplication({ applicationId, updateApplicationPayload: changed })).data.name, 'mobile 2');

  const registered = (await registrations.createApplicationRegistration({ applicationId, createRegistrationPayload: { api_id: api } })).data;
  assert.deepStrictEqual([registered.status, registered.api_id], ['approved', api]);
  await refused('registered twice', registrations.createApplicationRegistration({ applicationId, createRegistrationPayload: { api_id: api } }), 409);
  assert.strictEqual((await registrations.listApplicationRegistrations({ applicationId })).data.data.length, 1);
  const registrationId = registered.id;
  assert.strictEqual((await registrations.getApplicationRegistration({ applicationId, registrationId })).data.id, registrationId);
  await secrets(applicationId, made);
  await registrations.deleteApplicationRegistration({ applicationId, registrationId });
  await applications.deleteApplication({ applicationId });
  await refused('an application that was deleted', applications.getApplication({ applicationId }), 404);
}

// A secret is replaced in place, then by a second one beside it; each opens Okta's token endpoint, or does no more.
async function secrets(applicationId, made) {
  const opens = async (secret) => {
    const answer = await fetch(`${okta}/oauth2/default/v1/introspect`, {
      method: 'POST', body: new URLSearchParams({ token: 'x' }),
      headers: { authorization: `Basic ${Buffer.from(`${made.client_id}:${secret}`).toString('base64')}` },
    });
    return answer.status === 200;
  };
  assert.ok(await opens(made.client_secret), 'the first secret');
  const renewed = (await credentials.refreshApplicationToken({ applicationId })).data;
  assert.strictEqual(renewed.client_id, made.client_id);
  assert.ok(!await opens(made.client_secret) && await opens(renewed.client_secret), 'the secret that took its place');
  const second = (await credentials.createCredential({ applicationId, createCredentialPayload: {} })).data;
  assert.ok(await opens(second.client_secret) && await opens(renewed.client_secret), 'both secrets');
  await refused('replaced in place with two there', credentials.refreshApplicationToken({ applicationId }), 409);
  const listed = (await credentials.listCredentials({ applicationId })).data.data;
  assert.ok(listed.length === 2 && !JSON.stringify(listed).includes(second.client_secret), 'a list of two without their values');
  const old = listed.find((one) => one.id !== second.id);
  await credentials.deleteCredential({ applicationId, credentialId: old.id });
  assert.ok(!await opens(renewed.client_secret) && await opens(second.client_secret), 'the old secret was taken');
}

async function main() {
  const place = await published();
  await session();
  console.log('  session: done');
  await application(place);
  console.log('  application, registration, credentials: done');
  await developer.logout();
  await refused('after the log-out', developer.getDeveloperMe(), 401);
  console.log('  end: done');
}

main().catch((error) => {
  console.error(error.response ? `${error.message}: ${JSON.stringify(error.response.data)}` : error);
  process.exit(1);
});
