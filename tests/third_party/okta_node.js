// Okta's own SDK for Node against the sandbox: each kind made, read, listed, changed and deleted, a wait after a
// 429, and a service application that logs in by its key, with and without DPoP.
//
// usage: NODE_PATH=MODULES NODE_EXTRA_CA_CERTS=CA node okta_node.js URL TOKEN
'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const okta = require('@okta/okta-sdk-nodejs');

const [url, token] = process.argv.slice(2);
const scopes = ['okta.authorizationServers.read', 'okta.apps.manage'];

// The SDK keeps what it read; without its cache each read is one.
const client = new okta.Client({ orgUrl: url, token, cacheMiddleware: null });

async function refused(what, call, status, code) {
  const error = await call.then(() => assert.fail(`${what}: no error`), (told) => told);
  assert.strictEqual(error.status, status, `${what}: ${error.message}`);
  assert.strictEqual(error.errorCode, code, `${what}: ${error.message}`);
}

async function all(list) {
  const found = [];
  await (await list).each((one) => { found.push(one); });
  return found;
}

// What was sent is in what was read.
function holds(what, read, sent) {
  for (const [name, value] of Object.entries(sent)) {
    assert.deepStrictEqual(read[name], value, `${what}: ${name}`);
  }
}

async function servers() {
  const api = client.authorizationServerApi;
  const sent = { name: 'node', description: 'd', audiences: ['api://node'] };
  const made = await api.createAuthorizationServer({ authorizationServer: sent });
  const authServerId = made.id;
  holds('server', await api.getAuthorizationServer({ authServerId }), sent);
  const changed = { ...sent, description: 'changed' };
  await api.replaceAuthorizationServer({ authServerId, authorizationServer: changed });
  holds('server', await api.getAuthorizationServer({ authServerId }), changed);

  const scope = { name: 'orders.read', description: 'd', displayName: 'n', consent: 'IMPLICIT', metadataPublish: 'ALL_CLIENTS' };
  const { id: scopeId } = await api.createOAuth2Scope({ authServerId, oAuth2Scope: scope });
  holds('scope', await api.getOAuth2Scope({ authServerId, scopeId }), scope);
  await api.replaceOAuth2Scope({ authServerId, scopeId, oAuth2Scope: { ...scope, description: 'e' } });
  await refused('a scope that is there', api.createOAuth2Scope({ authServerId, oAuth2Scope: scope }), 400, 'E0000001');
  // page by page, by the `Link` of the answer before
  const names = (await all(api.listOAuth2Scopes({ authServerId, limit: 3 }))).map((one) => one.name);
  assert.strictEqual(new Set(names).size, 8, `scopes in pages: ${names}`);

  const claim = { name: 'client', claimType: 'RESOURCE', valueType: 'EXPRESSION', value: 'app.clientId', status: 'ACTIVE' };
  const { id: claimId } = await api.createOAuth2Claim({ authServerId, oAuth2Claim: claim });
  holds('claim', await api.getOAuth2Claim({ authServerId, claimId }), claim);
  await api.replaceOAuth2Claim({ authServerId, claimId, oAuth2Claim: { ...claim, value: 'app.label' } });
  assert.strictEqual((await all(api.listOAuth2Claims({ authServerId }))).length, 20);

  const policy = {
    name: 'p', description: 'd', type: 'OAUTH_AUTHORIZATION_POLICY', priority: 1, status: 'ACTIVE',
    conditions: { clients: { include: ['ALL_CLIENTS'] } },
  };
  const { id: policyId } = await api.createAuthorizationServerPolicy({ authServerId, policy });
  const policyRule = {
    name: 'r', type: 'RESOURCE_ACCESS', priority: 1,
    conditions: {
      grantTypes: { include: ['client_credentials'] }, scopes: { include: ['*'] },
      people: { users: { include: [] }, groups: { include: [] } },
    },
    actions: { token: { accessTokenLifetimeMinutes: 5, refreshTokenLifetimeMinutes: 0, refreshTokenWindowMinutes: 10080 } },
  };
  const { id: ruleId } = await api.createAuthorizationServerPolicyRule({ authServerId, policyId, policyRule });
  const at = { authServerId, policyId, ruleId };
  assert.strictEqual((await api.getAuthorizationServerPolicyRule(at)).actions.token.accessTokenLifetimeMinutes, 5);
  await api.deactivateAuthorizationServerPolicyRule(at);
  await api.activateAuthorizationServerPolicyRule(at);
  await api.deleteAuthorizationServerPolicyRule(at);
  await api.deleteAuthorizationServerPolicy({ authServerId, policyId });
  await api.deleteOAuth2Claim({ authServerId, claimId });
  await api.deleteOAuth2Scope({ authServerId, scopeId });
  await refused('a scope that was deleted', api.getOAuth2Scope({ authServerId, scopeId }), 404, 'E0000007');
  await api.deactivateAuthorizationServer({ authServerId });
  await api.deleteAuthorizationServer({ authServerId });
  await refused('a server that was deleted', api.getAuthorizationServer({ authServerId }), 404, 'E0000007');
}

function service(label, settings = {}, method = 'client_secret_basic') {
  return {
    name: 'oidc_client', label, signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: method } },
    settings: {
      oauthClient: { application_type: 'service', grant_types: ['client_credentials'], response_types: ['token'], ...settings },
    },
  };
}

async function apps() {
  const api = client.applicationApi;
  const application = service('node');
  const made = await api.createApplication({ application });
  const appId = made.id;
  assert.ok(made.credentials.oauthClient.client_secret);
  const read = await api.getApplication({ appId });
  assert.strictEqual(read.credentials.oauthClient.client_secret, undefined);
  assert.strictEqual(read.settings.oauthClient.application_type, 'service');
  await api.replaceApplication({ appId, application: { ...application, label: 'node 2' } });
  assert.deepStrictEqual((await all(api.listApplications({ q: 'node' }))).map((one) => one.label), ['node 2']);
  await refused('an active client', api.deleteApplication({ appId }), 403, 'E0000056');
  await api.deactivateApplication({ appId });
  await api.deleteApplication({ appId });
  await refused('a client that was deleted', api.getApplication({ appId }), 404, 'E0000007');
}

async function control(path, body) {
  const answer = await fetch(`${url}/_sandbox/${path}`, { method: body ? 'POST' : 'GET', body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

async function backOff() {
  await control('faults', [{ vendor: 'okta', path: '/default/claims$', effect: { status: { code: 429 } } }]);
  const patient = new okta.Client({ orgUrl: url, token, requestExecutor: new okta.DefaultRequestExecutor({ maxRetries: 2 }) });
  assert.ok((await all(patient.authorizationServerApi.listOAuth2Claims({ authServerId: 'default' }))).length >= 19);
  const tries = (await control('requests')).filter((entry) => entry.path.endsWith('/default/claims'));
  assert.deepStrictEqual(tries.map((entry) => entry.status), [429, 200]);
}

async function byKey(dpop) {
  const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...publicKey.export({ format: 'jwk' }), kid: `node-${dpop}`, use: 'sig', alg: 'RS256' };
  const settings = { jwks: { keys: [key] }, dpop_bound_access_tokens: dpop };
  const made = await client.applicationApi.createApplication({ application: service(`by key ${dpop}`, settings, 'private_key_jwt') });
  for (const scopeId of scopes) {
    await client.applicationApi.grantConsentToScope({ appId: made.id, oAuth2ScopeConsentGrant: { issuer: url, scopeId } });
  }
  const itself = new okta.Client({
    orgUrl: url, authorizationMode: 'PrivateKey', clientId: made.id, scopes, keyId: key.kid,
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }),
  });
  assert.ok((await all(itself.authorizationServerApi.listAuthorizationServers())).length > 0);
  await refused('a scope that was not granted', all(itself.apiTokenApi.listApiTokens()), 403, 'E0000006');
}

async function main() {
  for (const [name, part] of [
    ['servers', servers], ['apps', apps], ['back-off', backOff], ['by key', () => byKey(false)], ['by key, with DPoP', () => byKey(true)],
  ]) {
    await part();
    console.log(`  ${name}: done`);
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
