"""What Konnect's Terraform provider and its command line do with each kind, played by neither of them and by none of our code.

Neither client can be had here, so this sends what they are known to send: every attribute that the vendor's contract lets
one write, filled in from that contract, made, read by id, read again, changed, changed to the same, found by name,
imported, deleted. What is not read back as it was sent is a difference that a second plan would show for ever.
usage: SSL_CERT_FILE=CA konnect_calls.py URL TOKEN CONTRACT…   (the python needs PyYAML)"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request

import yaml

URL, TOKEN, *FILES = sys.argv[1:]


class Contract:
    """The vendor's contract, or the parts of it."""

    def __init__(self, files):
        self.documents = [yaml.safe_load(open(name)) for name in files]

    def body(self, method, path):
        """The schema of a request's body, with what it refers to filled in."""
        for document in self.documents:
            operation = document["paths"].get(path, {}).get(method.lower())
            if operation:
                sent = self.whole(document, operation["requestBody"])
                return self.whole(document, sent["content"]["application/json"]["schema"])
        raise SystemExit(f"the contracts have no {method} {path}")

    def whole(self, document, node):
        if isinstance(node, list):
            return [self.whole(document, one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            found = document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            # what stands beside a reference counts too, and wins
            beside = {k: v for k, v in node.items() if k != "$ref"}
            return {**self.whole(document, found), **self.whole(document, beside)}
        node = {k: self.whole(document, v) for k, v in node.items()}
        for part in node.pop("allOf", []):
            inner = {**part.get("properties", {}), **node.get("properties", {})}
            node = {**part, **node, **({"properties": inner} if inner else {})}
        return node


def fill(schema, turn, name="", given=None):
    """A value with all that may be written; `turn` makes two different ones. `given` has values by name."""
    given = given or {}
    if name in given:
        return given[name]
    if schema.get("properties"):
        return {
            key: fill(inner, turn, key, given)
            for key, inner in schema["properties"].items()
            if not inner.get("readOnly") and (key not in given or given[key] is not OUT)
        }
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return fill(schema[choice][0], turn, name, given)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][turn % len(schema["enum"])]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "boolean":
        return turn == 0
    if kind in ("integer", "number"):
        return schema.get("minimum", 1) + turn
    if kind == "array":
        return [fill(schema.get("items", {}), turn, name, given)]
    if kind == "object":
        return {}
    if schema.get("format") in ("uri", "url"):
        return f"https://{'a' if turn == 0 else 'b'}.example.com"
    if schema.get("format") == "email":
        return f"{name}-{turn}@example.com"
    return f"{name}-{turn}"


OUT = object()


def call(method, path, body=None, wanted=None, token=TOKEN):
    """One request; its answer is in the vendor's form, whatever it says."""
    request = urllib.request.Request(f"{URL}{path}", method=method)
    request.add_header("Authorization", f"Bearer {token}")
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    text = answer.read()
    where = f"{method} {path}"
    if wanted is not None:
        assert answer.status == wanted, f"{where}: {answer.status}, not {wanted}: {text.decode()}\nsent {json.dumps(body)}"
    if answer.status >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json", f"{where}: {answer.headers['Content-Type']}"
        problem = json.loads(text)
        assert problem["status"] == answer.status and {"title", "instance", "detail"} <= problem.keys(), f"{where}: {problem}"
    return json.loads(text) if text else None


def holds(what, read, sent):
    """All that was sent is in what was read."""
    if isinstance(sent, dict):
        for key, value in sent.items():
            assert key in read, f"{what}: `{key}` is not read back: {read}"
            holds(f"{what}.{key}", read[key], value)
    else:
        assert read == sent, f"{what}: {read!r}, sent {sent!r}"


def seen(sent, hidden):
    """What was sent, without what no answer has."""
    if isinstance(sent, dict):
        return {key: seen(value, hidden) for key, value in sent.items() if key not in hidden}
    return sent


class Kind:
    """One kind: where it is, what it is sent as, and what of that no answer tells."""

    def __init__(self, name, path, schema_path=None, hidden=(), given=None, change="PATCH", query="", listed=True, changed=None):
        self.name, self.path, self.hidden, self.change, self.query = name, path, set(hidden), change, query
        self.schema_path, self.given, self.listed, self.changed = schema_path or path, given or {}, listed, changed

    def bodies(self, contract, turn):
        create = pick(contract.body("POST", self.schema_path), self.given)
        made = fill(create, turn, given=self.given)
        of_one = [p for d in contract.documents for p in d["paths"] if p.startswith(self.schema_path + "/{") and p.count("/") == self.schema_path.count("/") + 1]
        changes = contract.body(self.change, of_one[0])
        if self.changed is not None:
            return made, self.changed
        changed = fill(pick(changes, self.given), 1 - turn, given={**self.given, **{k: OUT for k in ("strategy_type", "provider_type")}})
        return made, changed

    def live(self, contract, meanwhile=None):
        """The whole life of one object."""
        made, changed = self.bodies(contract, 0)
        first = call("POST", self.path, made, 201)
        place = f"{self.path}/{first['id']}"
        holds(f"{self.name}, made", first, seen(made, self.hidden))
        read = call("GET", place, wanted=200)
        assert read == first, f"{self.name}: made as {first}, read as {read}"
        assert call("GET", place, wanted=200) == read, f"{self.name}: two reads differ"
        if self.listed and "name" in made:
            found = call("GET", f"{self.path}?{urllib.parse.urlencode({'filter[name][eq]': made['name'], 'page[size]': 100})}", wanted=200)
            assert [one["id"] for one in found["data"]] == [first["id"]], f"{self.name}: not found by its name: {found}"
            past = call("GET", f"{self.path}?{urllib.parse.urlencode({'page[number]': 99, 'page[size]': 100})}", wanted=200)
            assert past["data"] == [], f"{self.name}: a page past the end: {past}"
        if meanwhile:
            meanwhile(first)
        for turn in ("changed", "changed to the same"):
            answer = call(self.change, place + self.query, changed, 200)
            holds(f"{self.name}, {turn}", answer, seen(changed, self.hidden))
            # an import knows nothing but the id
            imported = call("GET", place, wanted=200)
            assert imported == answer, f"{self.name}, {turn}: {answer}, read as {imported}"
        for untouched in ("id", "created_at"):
            assert imported[untouched] == first[untouched], f"{self.name}: {untouched} changed"
        refuses_strangers(self.name, "POST", self.path, made)
        call("DELETE", place, wanted=204)
        call("GET", place, wanted=404)
        call("DELETE", place, wanted=404)
        print(f"  {self.name}: done")


def refuses_strangers(name, method, path, body):
    """A member that the contract has not is refused by its name."""
    problem = call(method, path, {**body, "stranger": 1}, 400)
    fields = [one["field"] for one in problem["invalid_parameters"]]
    assert fields == ["stranger"], f"{name}: {fields}"


def pick(schema, given):
    """The alternative of a schema that has the type wanted."""
    for choice in ("oneOf", "anyOf"):
        for one in schema.get(choice, []):
            for key in ("provider_type", "strategy_type"):
                told = one.get("properties", {}).get(key, {})
                if key in given and given[key] in (told.get("const"), *told.get("enum", [])):
                    rest = {k: v for k, v in schema.items() if k != choice}
                    inner = {**rest.get("properties", {}), **one["properties"]}
                    return {**rest, **one, "properties": inner}
    return schema


def providers(contract):
    """Each type of provider; the secrets are the one thing that is never read back."""
    client = {"initial_client_id": "client", "initial_client_secret": "a-secret"}
    configs = {
        "okta": {"dcr_token": "a-token"},
        "auth0": {**client, "initial_client_audience": "https://a.example.com", "use_developer_managed_scopes": True},
        "azureAd": client,
        "curity": client,
        "http": {
            "dcr_base_url": "https://dcr.example.com", "api_key": "0123456789abcdef", "disable_event_hooks": True,
            "disable_refresh_secret": False, "allow_multiple_credentials": True,
        },
    }
    for kind, config in configs.items():
        given = {"provider_type": kind, "dcr_config": config, "labels": {"team": "platform"}, "issuer": "https://issuer.example.com"}
        Kind(
            f"provider of type {kind}", "/v2/dcr-providers", given=given,
            hidden={"dcr_token", "initial_client_secret", "api_key"},
            changed={"name": "other", "display_name": "Other", "issuer": "https://other.example.com", "labels": {"team": "data"}, "dcr_config": config},
        ).live(contract)


def strategies(contract):
    path = "/v2/application-auth-strategies"
    provider = call("POST", "/v2/dcr-providers", {
        "provider_type": "http", "name": "bridge", "issuer": "https://issuer.example.com",
        "dcr_config": {"dcr_base_url": "https://dcr.example.com", "api_key": "0123456789abcdef"},
    }, 201)
    oidc = {
        "issuer": "https://issuer.example.com", "credential_claim": ["client_id"], "scopes": ["b", "a"],
        "auth_methods": ["client_credentials", "bearer"], "ssl_verify": False, "cache_tokens": False,
    }
    for dcr in (None, provider["id"]):
        def linked(made):
            read = call("GET", f"{path}/{made['id']}", wanted=200)["dcr_provider"]
            assert (read and read["id"]) == dcr, f"the strategy's provider: {read}"
            if dcr:
                call("DELETE", f"/v2/dcr-providers/{dcr}", wanted=409)
        given = {
            "strategy_type": "openid_connect", "configs": {"openid-connect": oidc}, "dcr_provider_id": dcr,
            "labels": {"team": "platform"}, "principals": {"enabled": False},
        }
        Kind(
            "strategy of OpenID Connect" + (" with a provider" if dcr else ""), path, given=given, hidden={"dcr_provider_id"},
            changed={
                "name": "other", "display_name": "Other", "labels": {"team": "data"}, "dcr_provider_id": dcr,
                "configs": {"openid-connect": {**oidc, "scopes": ["c"], "cache_tokens": True}},
            },
        ).live(contract, linked)
    keys = {"key_names": ["x-key", "apikey"], "ttl": {"value": 3, "unit": "days"}}
    given = {"strategy_type": "key_auth", "configs": {"key-auth": keys}, "labels": {}, "principals": {"enabled": False}}
    replaced = {
        "strategy_type": "key_auth", "name": "keys", "display_name": "Keys", "labels": {"team": "data"},
        "configs": {"key-auth": {"key_names": ["other"]}},
    }
    # Terraform's provider changes strategies in place by PUT
    Kind("strategy of keys", path, given=given, change="PUT", changed=replaced).live(contract)
    call("DELETE", f"/v2/dcr-providers/{provider['id']}", wanted=204)


def portals(contract):
    strategy = key_strategy("default")
    given = {
        "default_application_auth_strategy_id": strategy, "labels": {"managed-by": "terraform"}, "rbac_enabled": True,
        "authentication_enabled": True,
    }

    def inside(portal):
        for path, name in (("pages", "slug"), ("snippets", "name"), ("teams", "name")):
            children(contract, f"/v3/portals/{portal['id']}/{path}", f"/v3/portals/{{portalId}}/{path}", path)
        apps(contract, portal["id"], strategy)
    Kind("portal", "/v3/portals", given=given).live(contract, inside)
    call("DELETE", f"/v2/application-auth-strategies/{strategy}", wanted=204)


def key_strategy(name):
    body = {"strategy_type": "key_auth", "name": name, "display_name": name, "configs": {"key-auth": {"key_names": ["apikey"]}}}
    return call("POST", "/v2/application-auth-strategies", body, 201)["id"]


def children(contract, path, schema_path, name):
    given = {"parent_page_id": None, "labels": {}, "id": OUT}
    made = fill(contract.body("POST", schema_path), 0, given=given)
    one = call("POST", path, made, 201)
    place = f"{path}/{one['id']}"
    read = call("GET", place, wanted=200)
    holds(f"{name}, made", read, made)
    assert call("GET", place, wanted=200) == read, f"{name}: two reads differ"
    assert one["id"] in [child["id"] for child in call("GET", path, wanted=200)["data"]], f"{name}: not in the list"
    changed = {"title": "other"} if "title" in made else {"description": "other"}
    call("PATCH", place, changed, 200)
    holds(f"{name}, changed", call("GET", place, wanted=200), {**made, **changed})
    call("DELETE", place, wanted=204)
    call("GET", place, wanted=404)
    print(f"  {name} of a portal: done")


def apps(contract, portal, strategy):
    """An API is published, an application made for a developer and registered for it."""
    base = f"/v3/portals/{portal}"
    Kind(
        "API", "/v3/apis", given={"labels": {"team": "sms"}, "attributes": {"env": ["test"]}, "slug": "sms-api", "spec_content": OUT},
        query="?force=false",
    ).live(contract)
    api = call("POST", "/v3/apis", {"name": "orders of third parties"}, 201)["id"]
    place = f"/v3/apis/{api}/publications/{portal}"
    call("GET", place, wanted=404)
    for visibility in ("public", "public", "private"):
        sent = {"auth_strategy_ids": [strategy], "auto_approve_registrations": True, "visibility": visibility}
        answer = call("PUT", place, sent, 200)
        holds("publication", answer, sent)
        assert call("GET", place, wanted=200) == answer, "publication: read differently"
    refuses_strangers("publication", "PUT", place, sent)
    found = call("GET", f"/v3/api-publications?filter%5Bapi_id%5D%5Beq%5D={api}", wanted=200)["data"]
    assert [one["portal_id"] for one in found] == [portal], f"publications of an API: {found}"
    call("DELETE", f"/v2/application-auth-strategies/{strategy}", wanted=409)

    developer = {"email": "third@example.com", "full_name": "Third Party", "status": "approved"}
    made = call("POST", f"{base}/developers", developer, 201)
    holds("developer", call("GET", f"{base}/developers/{made['id']}", wanted=200), developer)
    call("POST", f"{base}/developers", developer, 409)
    owner = {"type": "developer", "id": made["id"]}
    sent = {"name": "backend", "description": "d", "owner": owner, "auth_strategy_id": strategy, "labels": {"team": "sms"}}
    app = call("POST", f"{base}/applications", sent, 201)
    read = call("GET", f"{base}/applications/{app['id']}", wanted=200)
    holds("application", read, {key: value for key, value in sent.items() if key not in ("auth_strategy_id", "owner")})
    assert read["auth_strategy"]["id"] == strategy and read == call("GET", f"{base}/applications/{app['id']}", wanted=200)
    of_app = f"{base}/applications/{app['id']}/registrations"
    registration = call("POST", of_app, {"api_id": api}, 201)
    call("POST", of_app, {"api_id": api}, 409)
    one = f"{of_app}/{registration['id']}"
    read = call("GET", one, wanted=200)
    assert (read["status"], read["api"]["id"]) == ("approved", api), f"a registration that approves itself: {read}"
    for status in ("revoked", "approved"):
        holds("registration", call("PATCH", one, {"status": status}, 200), {"status": status})
        assert call("GET", one, wanted=200)["status"] == status
    for gone in (one, f"{base}/applications/{app['id']}", f"{base}/developers/{made['id']}", place, f"/v3/apis/{api}"):
        call("DELETE", gone, wanted=204)
        call("GET", gone, wanted=404)
    print("  publication, developer, application, registration: done")


def unknown():
    """What is not imitated is 404 in the vendor's form, and the journal says so."""
    paths = ["/v3/dashboards", "/v2/control-planes/5d1f1e3e-5c1e-4d5e-8e9e-3d7d8f6f2a11/core-entities/services"]
    for path in paths:
        call("GET", path, wanted=404)
    journal = {entry["path"]: entry for entry in call("GET", "/_sandbox/requests", wanted=200)}
    for path in paths:
        assert journal[path].get("unimplemented"), f"{path} is not in the journal as unimplemented"
    call("GET", "/v3/portals", wanted=401, token="kpat_wrong")
    print("  what is not there: done")


def main():
    contract = Contract(FILES)
    me = call("GET", "/v3/users/me", wanted=200)
    assert me["email"] and call("GET", "/v3/organizations/me", wanted=200)["id"]
    for part in (providers, strategies, portals):
        part(contract)
    unknown()


main()
