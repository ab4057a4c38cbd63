package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sort"

	okta "github.com/okta/okta-sdk-golang/v5/okta"
)

// models is a client of version 5, generated from Okta's contract.
func (box *sandbox) models(more ...okta.ConfigSetter) *okta.APIClient {
	settings := append([]okta.ConfigSetter{
		okta.WithOrgUrl(org), okta.WithToken(box.token), okta.WithCache(false), okta.WithHttpClientPtr(box.http),
		okta.WithRateLimitMaxRetries(4), okta.WithRateLimitMaxBackOff(30),
	}, more...)
	return okta.NewAPIClient(must(okta.NewConfiguration(settings...)))
}

// full holds what a model read to what was on the wire: nothing was lost, and it does not know but `extra`.
func full(box *sandbox, what string, model any, extra ...string) {
	whole(box, what, model)
	found := map[string]bool{}
	strangers("", reflect.ValueOf(model), found)
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	sort.Strings(names)
	sort.Strings(extra)
	hold(fmt.Sprint(names) == fmt.Sprint(extra), "%s: members that the contract has not: %v, expected %v", what, names, extra)
}

// whole holds a model to what it was read from: no value was lost on the way.
func whole(box *sandbox, what string, model any) {
	gone := unread(box.last().body, model)
	hold(len(gone) == 0, "%s: not in its model: %v", what, gone)
}

// strangers are the members that no model of the SDK knows, by their paths.
func strangers(path string, value reflect.Value, found map[string]bool) {
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !value.IsNil() {
			strangers(path, value.Elem(), found)
		}
	case reflect.Slice:
		for at := 0; at < value.Len(); at++ {
			strangers(path, value.Index(at), found)
		}
	case reflect.Struct:
		for at := 0; at < value.NumField(); at++ {
			field := value.Type().Field(at)
			if field.Name == "AdditionalProperties" {
				for _, name := range value.Field(at).MapKeys() {
					found[path+"/"+name.String()] = true
				}
			} else if field.IsExported() {
				inner := path
				if !field.Anonymous {
					inner += "/" + nameOf(field)
				}
				strangers(inner, value.Field(at), found)
			}
		}
	}
}

func nameOf(field reflect.StructField) string {
	name := field.Tag.Get("json")
	for at, letter := range name {
		if letter == ',' {
			return name[:at]
		}
	}
	return name
}

// from5 drops the answer of a call of version 5.
func from5[T any](value T, _ *okta.APIResponse, err error) (T, error) { return value, err }

func done5(_ *okta.APIResponse, err error) error { return err }

// refused5 holds a call of version 5 to an error of Okta's form.
func refused5(what string, err error, code string) {
	var told *okta.GenericOpenAPIError
	hold(errors.As(err, &told), "%s: no error of Okta's: %v", what, err)
	var body okta.Error
	check(json.Unmarshal(told.Body(), &body))
	hold(body.GetErrorCode() == code, "%s: %s, should be %s", what, told.Body(), code)
	hold(len(body.AdditionalProperties) == 0, "%s: members that an error has not: %v", what, body.AdditionalProperties)
}

func playModels(box *sandbox) {
	client := box.models()
	servers := client.AuthorizationServerAPI
	server := must(from5(servers.CreateAuthorizationServer(ctx).AuthorizationServer(okta.AuthorizationServer{
		Name: ptr("models"), Description: ptr("d"), Audiences: []string{"api://models"},
	}).Execute()))
	// `default` is recorded, and so is the link
	full(box, "server", server, "/_links/keys", "/default")
	id := server.GetId()
	listed := must(from5(servers.ListAuthorizationServers(ctx).Q("models").Limit(200).Execute()))
	hold(len(listed) == 1 && listed[0].GetId() == id, "servers by name: %v", len(listed))
	playModelsOfServer(box, client, id)
	playModelsOfClient(box, client)
	check(done5(servers.DeactivateAuthorizationServer(ctx, id).Execute()))
	check(done5(servers.DeleteAuthorizationServer(ctx, id).Execute()))
	_, err := from5(servers.GetAuthorizationServer(ctx, id).Execute())
	refused5("a server that was deleted", err, "E0000007")
	tokens := must(from5(client.ApiTokenAPI.ListApiTokens(ctx).Execute()))
	hold(len(tokens) > 0, "no API token")
	// the contract calls the member `_link`
	full(box, "tokens", tokens, "/_links")
}

func playModelsOfServer(box *sandbox, client *okta.APIClient, server string) {
	scopes := client.AuthorizationServerScopesAPI
	scope := must(from5(scopes.CreateOAuth2Scope(ctx, server).OAuth2Scope(okta.OAuth2Scope{
		Name: ptr("orders.read"), DisplayName: ptr("n"), Description: ptr("d"), Consent: ptr("FLEXIBLE"),
	}).Execute()))
	full(box, "scope", scope, "/_links", "/apiResourceId")
	hold(scope.GetMetadataPublish() == "NO_CLIENTS" && scope.GetConsent() == "FLEXIBLE", "a scope's defaults: %+v", scope)
	full(box, "scopes", must(from5(scopes.ListOAuth2Scopes(ctx, server).Execute())), "/_links", "/apiResourceId")
	_, err := from5(scopes.CreateOAuth2Scope(ctx, server).OAuth2Scope(okta.OAuth2Scope{Name: ptr("orders.read")}).Execute())
	refused5("a scope that is there", err, "E0000001")

	claims := client.AuthorizationServerClaimsAPI
	claim := must(from5(claims.CreateOAuth2Claim(ctx, server).OAuth2Claim(okta.OAuth2Claim{
		Name: ptr("client"), ClaimType: ptr("RESOURCE"), ValueType: ptr("EXPRESSION"), Value: ptr("app.clientId"),
	}).Execute()))
	full(box, "claim", claim, "/apiResourceId")
	full(box, "claims", must(from5(claims.ListOAuth2Claims(ctx, server).Execute())), "/apiResourceId")

	// the model of policies has none of the members of all policies; they go through as unknown
	policies := client.AuthorizationServerPoliciesAPI
	of := map[string]any{"name": "p", "description": "d", "type": "OAUTH_AUTHORIZATION_POLICY", "priority": 1, "status": "ACTIVE"}
	policy := must(from5(policies.CreateAuthorizationServerPolicy(ctx, server).Policy(okta.AuthorizationServerPolicy{
		Conditions:           &okta.AuthorizationServerPolicyConditions{Clients: &okta.ClientPolicyCondition{Include: []string{"ALL_CLIENTS"}}},
		AdditionalProperties: of,
	}).Execute()))
	whole(box, "policy", policy)
	place := policy.AdditionalProperties["id"].(string)
	rules := client.AuthorizationServerRulesAPI
	rule := okta.AuthorizationServerPolicyRule{}
	check(json.Unmarshal([]byte(`{"name": "r", "type": "RESOURCE_ACCESS", "priority": 1,
		"conditions": {"grantTypes": {"include": ["client_credentials"]}, "scopes": {"include": ["orders.read"]},
			"people": {"users": {"include": []}, "groups": {"include": []}}},
		"actions": {"token": {"accessTokenLifetimeMinutes": 5, "refreshTokenLifetimeMinutes": 0, "refreshTokenWindowMinutes": 10080}}}`), &rule))
	made := must(from5(rules.CreateAuthorizationServerPolicyRule(ctx, server, place).PolicyRule(rule).Execute()))
	whole(box, "rule", made)
	check(done5(rules.DeactivateAuthorizationServerPolicyRule(ctx, server, place, made.GetId()).Execute()))
	check(done5(rules.DeleteAuthorizationServerPolicyRule(ctx, server, place, made.GetId()).Execute()))
	check(done5(policies.DeleteAuthorizationServerPolicy(ctx, server, place).Execute()))
	full(box, "keys", must(from5(client.AuthorizationServerKeysAPI.ListAuthorizationServerKeys(ctx, server).Execute())))
}

func playModelsOfClient(box *sandbox, client *okta.APIClient) {
	app := okta.OpenIdConnectApplication{}
	check(json.Unmarshal(must(json.Marshal(service("models"))), &app))
	apps := client.ApplicationAPI
	made := must(from5(apps.CreateApplication(ctx).Application(okta.ListApplications200ResponseInner{OpenIdConnectApplication: &app}).Execute()))
	whole(box, "client", made)
	id := made.OpenIdConnectApplication.GetId()
	listed := must(from5(apps.ListApplications(ctx).Q("models").Execute()))
	hold(len(listed) == 1 && listed[0].OpenIdConnectApplication.GetId() == id, "clients by name: %d", len(listed))
	check(done5(apps.DeactivateApplication(ctx, id).Execute()))
	check(done5(apps.DeleteApplication(ctx, id).Execute()))
	_, err := from5(apps.GetApplication(ctx, id).Execute())
	refused5("a client that was deleted", err, "E0000007")
}
