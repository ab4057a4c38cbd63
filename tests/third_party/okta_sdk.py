"""Okta's own Python SDK against the sandbox: each kind is made, read, listed, changed and deleted.

The SDK's models are made from Okta's contract and refuse answers that do not fit it.
usage: SSL_CERT_FILE=CA okta_sdk.py URL TOKEN"""

import asyncio
import json
import sys

import aiohttp
from jwcrypto import jwk
from okta import models as m
from okta.client import Client
from okta.pagination import PaginationHelper

URL, TOKEN = sys.argv[1:]
MANAGE = ["okta.authorizationServers.manage", "okta.apps.manage", "okta.logs.read"]


async def ok(call):
    """The result of a call; an error ends the run."""
    result, answer, error = (*await call, None)[:3]
    if error:
        raise SystemExit(f"the SDK refused: {error}")
    return result


async def refused(call, status, code):
    """Holds a call to an error of Okta's form."""
    *_, error = await call
    assert error, f"no error, wanted {code}"
    assert (error.status, error.error_code) == (status, code), error


def same(read, sent, *names):
    for name in names:
        assert getattr(read, name) == getattr(sent, name), f"{name}: {getattr(read, name)!r}, sent {getattr(sent, name)!r}"


async def servers(okta):
    sent = m.AuthorizationServer(name="orders", description="of orders", audiences=["api://orders"])
    made = await ok(okta.create_authorization_server(sent))
    same(made, sent, "name", "description", "audiences")
    made.description = "changed"
    await ok(okta.replace_authorization_server(made.id, made))
    read = await ok(okta.get_authorization_server(made.id))
    same(read, made, "id", "name", "description", "audiences", "issuer")
    assert [s.name for s in await ok(okta.list_authorization_servers(q="orders"))] == ["orders"]
    return read


async def scopes(okta, server):
    sent = m.OAuth2Scope(name="orders.read", displayName="Read", description="d", consent="IMPLICIT", metadataPublish="ALL_CLIENTS")
    made = await ok(okta.create_o_auth2_scope(server, sent))
    same(made, sent, "name", "display_name", "description", "consent", "metadata_publish")
    made.description = "changed"
    await ok(okta.replace_o_auth2_scope(server, made.id, made))
    assert (await ok(okta.get_o_auth2_scope(server, made.id))).description == "changed"
    await refused(okta.create_o_auth2_scope(server, sent), 400, "E0000001")
    names = [s.name for s in await ok(okta.list_o_auth2_scopes(server))]
    assert "orders.read" in names and "openid" in names, names


async def claims(okta, server):
    sent = m.OAuth2Claim(name="client", claimType="RESOURCE", valueType="EXPRESSION", value="app.clientId", status="ACTIVE",
                         conditions=m.OAuth2ClaimConditions(scopes=["orders.read"]))
    made = await ok(okta.create_o_auth2_claim(server, sent))
    same(made, sent, "name", "claim_type", "value_type", "value", "conditions")
    made.value = "app.label"
    await ok(okta.replace_o_auth2_claim(server, made.id, made))
    assert (await ok(okta.get_o_auth2_claim(server, made.id))).value == "app.label"
    assert len(await ok(okta.list_o_auth2_claims(server))) == 20


async def policies(okta, server):
    sent = m.AuthorizationServerPolicy(
        name="machines", description="d", type="OAUTH_AUTHORIZATION_POLICY", priority=1, status="ACTIVE",
        conditions=m.AuthorizationServerPolicyConditions(clients=m.ClientPolicyCondition(include=["ALL_CLIENTS"])))
    made = await ok(okta.create_authorization_server_policy(server, sent))
    same(made, sent, "name", "description", "priority", "status")
    made.description = "changed"
    await ok(okta.replace_authorization_server_policy(server, made.id, made))
    assert (await ok(okta.get_authorization_server_policy(server, made.id))).description == "changed"
    assert [p.name for p in await ok(okta.list_authorization_server_policies(server))] == ["machines"]
    rule = m.AuthorizationServerPolicyRuleRequest.from_dict({
        "name": "credentials", "type": "RESOURCE_ACCESS", "priority": 1,
        "conditions": {"grantTypes": {"include": ["client_credentials"]}, "scopes": {"include": ["*"]},
                       "people": {"users": {"include": []}, "groups": {"include": []}}},
        "actions": {"token": {"accessTokenLifetimeMinutes": 5, "refreshTokenLifetimeMinutes": 0, "refreshTokenWindowMinutes": 10080}},
    })
    first = await ok(okta.create_authorization_server_policy_rule(server, made.id, rule))
    rule.actions.token.access_token_lifetime_minutes = 10
    await ok(okta.replace_authorization_server_policy_rule(server, made.id, first.id, rule))
    read = await ok(okta.get_authorization_server_policy_rule(server, made.id, first.id))
    assert read.actions.token.access_token_lifetime_minutes == 10
    for switch in (okta.deactivate_authorization_server_policy_rule, okta.activate_authorization_server_policy_rule):
        await ok(switch(server, made.id, first.id))
    assert len(await ok(okta.list_authorization_server_policy_rules(server, made.id))) == 1
    await ok(okta.delete_authorization_server_policy_rule(server, made.id, first.id))
    await ok(okta.delete_authorization_server_policy(server, made.id))


def service(label):
    return m.OpenIdConnectApplication.from_dict({
        "name": "oidc_client", "label": label, "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_basic"}},
        "settings": {"oauthClient": {
            "application_type": "service", "grant_types": ["client_credentials"], "response_types": ["token"],
        }},
    })


async def apps(okta):
    made = await ok(okta.create_application(service("backend")))
    client = made.credentials.oauth_client
    assert client.client_secret and client.client_id == made.id
    made.label = "backend 2"
    await ok(okta.replace_application(made.id, made))
    read = await ok(okta.get_application(made.id))
    assert (read.label, read.credentials.oauth_client.client_secret) == ("backend 2", None)
    assert [a.label for a in await ok(okta.list_applications(q="backend"))] == ["backend 2"]
    second = await ok(okta.create_o_auth2_client_secret(made.id))
    assert len(await ok(okta.list_o_auth2_client_secrets(made.id))) == 2
    await ok(okta.deactivate_o_auth2_client_secret(made.id, second.id))
    await ok(okta.delete_o_auth2_client_secret(made.id, second.id))
    await refused(okta.delete_application(made.id), 403, "E0000056")
    await ok(okta.deactivate_application(made.id))
    await ok(okta.delete_application(made.id))
    await refused(okta.get_application(made.id), 404, "E0000007")


async def pages(okta, server):
    """The SDK goes on by the `Link` of the answer before."""
    for number in range(5):
        scope = m.OAuth2Scope(name=f"page.{number}", consent="IMPLICIT", metadataPublish="NO_CLIENTS")
        await ok(okta.create_o_auth2_scope(server, scope))
    found, after, turns = [], None, 0
    while turns == 0 or after:
        more, answer, error = await okta.list_o_auth2_scopes(server, limit=4, after=after)
        assert not error and len(more) <= 4, error
        found += [s.name for s in more]
        # each `Link` has a line of its own, as Okta sends it; a dictionary would keep one of them
        lines = answer.headers.getall("Link", []) if hasattr(answer.headers, "getall") else [answer.headers.get("Link")]
        cursors = [PaginationHelper.extract_next_cursor({"Link": line}) for line in lines if line]
        after = next(filter(None, cursors), None)
        turns += 1
    assert turns == 4 and len(found) == len(set(found)) == 13, (turns, found)


async def keys(okta, server):
    before = await ok(okta.list_authorization_server_keys(server))
    after = await ok(okta.rotate_authorization_server_keys(server, m.JwkUse(use="sig")))
    state = {k.kid: k.status for k in after}
    assert state[before[1].kid] == "ACTIVE" and state[before[0].kid] == "EXPIRED", state
    assert (await ok(okta.get_authorization_server_key(server, before[1].kid))).status == "ACTIVE"


async def by_key(okta, dpop):
    """A service application with a key of its own, as the SDK logs in for itself."""
    pair = jwk.JWK.generate(kty="RSA", size=2048, kid=f"key-{dpop}", use="sig", alg="RS256")
    app = service(f"by key {dpop}").to_dict()
    app["credentials"]["oauthClient"]["token_endpoint_auth_method"] = "private_key_jwt"
    app["settings"]["oauthClient"]["dpop_bound_access_tokens"] = dpop
    # the SDK's models of keys take none without an id, not even to make one
    app["settings"]["oauthClient"]["jwks"] = {"keys": [json.loads(pair.export_public())]}
    async with aiohttp.ClientSession(headers={"Authorization": f"SSWS {TOKEN}"}) as http:
        async with http.post(f"{URL}/api/v1/apps", json=app) as answer:
            made = await answer.json()
            assert answer.status == 200, made
    client = made["id"]
    for scope in MANAGE:
        grant = m.OAuth2ScopeConsentGrant(issuer=URL, scopeId=scope)
        await ok(okta.grant_consent_to_scope(client, grant))
    assert len(await ok(okta.list_scope_consent_grants(client))) == len(MANAGE)
    itself = Client({
        "orgUrl": URL, "authorizationMode": "PrivateKey", "clientId": client, "scopes": MANAGE, "kid": f"key-{dpop}",
        "privateKey": json.loads(pair.export_private()), "dpopEnabled": dpop,
    })
    assert await ok(itself.list_authorization_servers())
    *_, error = await itself.list_api_tokens()
    assert error and error.status == 403, error


async def main():
    okta = Client({"orgUrl": URL, "token": TOKEN})
    server = await servers(okta)
    for story in (scopes, claims, policies, pages, keys):
        await story(okta, server.id)
        print(f"  {story.__name__}: done")
    await apps(okta)
    print("  apps: done")
    for dpop in (False, True):
        await by_key(okta, dpop)
        print(f"  by key, DPoP {dpop}: done")
    assert await ok(okta.list_api_tokens())
    events = {e.event_type for e in await ok(okta.list_log_events(limit=1000))}
    assert {"oauth2.as.created", "application.lifecycle.delete"} <= events, events
    await ok(okta.deactivate_authorization_server(server.id))
    await ok(okta.delete_authorization_server(server.id))
    await refused(okta.get_authorization_server(server.id), 404, "E0000007")
    print("  log, tokens, end: done")


asyncio.run(main())
