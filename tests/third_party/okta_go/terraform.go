package main

import (
	"context"
	"errors"

	"github.com/okta/okta-sdk-golang/v2/okta"
	"github.com/okta/okta-sdk-golang/v2/okta/query"
)

var ctx = context.Background()

// client is set up as Terraform's provider does it: no cache, and it waits out rate limits.
func (box *sandbox) client(more ...okta.ConfigSetter) *okta.Client {
	settings := append([]okta.ConfigSetter{
		okta.WithOrgUrl(org), okta.WithToken(box.token), okta.WithCache(false), okta.WithHttpClientPtr(box.http),
		okta.WithRateLimitMaxRetries(4), okta.WithRateLimitMaxBackOff(30), okta.WithUserAgentExtra("dcrsync-third-party"),
	}, more...)
	_, client, err := okta.NewClient(ctx, settings...)
	check(err)
	return client
}

// refused holds a call of version 2 to an error of Okta's form.
func refused(what string, err error, status int, code string) {
	var told *okta.Error
	hold(errors.As(err, &told), "%s: no error of Okta's: %v", what, err)
	hold(told.ErrorCode == code && told.ErrorId != "" && told.ErrorLink == code, "%s: %+v, should be %d %s", what, told, status, code)
}

// value drops the answer of a call of version 2, whose status is in its error.
func value[T any](value T, _ *okta.Response, err error) (T, error) { return value, err }

// at does the same for calls that give a pointer.
func at[T any](value *T, _ *okta.Response, err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	return *value, nil
}

func done(_ *okta.Response, err error) error { return err }

// raw sends what the SDK has no call for, as the provider does.
func raw(client *okta.Client, method, path string, body, answer any) (*okta.Response, error) {
	executor := client.CloneRequestExecutor()
	request, err := executor.NewRequest(method, path, body)
	if err != nil {
		return nil, err
	}
	return executor.Do(ctx, request, answer)
}

func playTerraform(box *sandbox) {
	client := box.client()
	servers := client.AuthorizationServer
	me := must(value(client.User.GetUser(ctx, "me")))
	hold(me.Id != "" && (*me.Profile)["login"] != "", "who the token belongs to: %+v", me)
	found := must(value(servers.ListAuthorizationServers(ctx, query.NewQueryParams(query.WithLimit(200), query.WithQ("default")))))
	hold(len(found) == 1 && found[0].Name == "default" && *found[0].Default, "the built-in server: %v", found)
	scopes := must(value(servers.ListOAuth2Scopes(ctx, found[0].Id, nil)))
	hold(len(scopes) >= 7, "%d scopes", len(scopes))

	story[okta.AuthorizationServer]{
		name: "server",
		sent: okta.AuthorizationServer{
			Name: "orders", Description: "Orders", Audiences: []string{"api://orders"}, IssuerMode: "ORG_URL",
			Credentials: &okta.AuthorizationServerCredentials{
				Signing: &okta.AuthorizationServerCredentialsSigningConfig{RotationMode: "AUTO"},
			},
		},
		change: func(s *okta.AuthorizationServer) {
			s.Description, s.Audiences = "changed", []string{"api://changed"}
			s.Credentials.Signing.RotationMode = "MANUAL"
		},
		create: func(s okta.AuthorizationServer) (okta.AuthorizationServer, error) {
			return at(servers.CreateAuthorizationServer(ctx, s))
		},
		read: func(id string) (okta.AuthorizationServer, error) { return at(servers.GetAuthorizationServer(ctx, id)) },
		update: func(id string, s okta.AuthorizationServer) (okta.AuthorizationServer, error) {
			return at(servers.UpdateAuthorizationServer(ctx, id, s))
		},
		remove:  func(id string) error { return done(servers.DeleteAuthorizationServer(ctx, id)) },
		unknown: []string{},
		meanwhile: func(id string) {
			playScope(box, client, id)
			playClaim(box, client, id)
			playPolicy(box, client, id)
			playSystem(client, id)
			check(done(servers.DeactivateAuthorizationServer(ctx, id)))
			hold(must(value(servers.GetAuthorizationServer(ctx, id))).Status == "INACTIVE", "a server that was switched off")
			check(done(servers.ActivateAuthorizationServer(ctx, id)))
			refusedStatus(box, "an active server", done(servers.DeleteAuthorizationServer(ctx, id)))
			check(done(servers.DeactivateAuthorizationServer(ctx, id)))
		},
	}.play(box)
}

// refusedStatus holds a call to a refusal of whatever code.
func refusedStatus(box *sandbox, what string, err error) {
	hold(err != nil, "%s: no error", what)
	status := box.last().answer.StatusCode
	hold(status >= 400 && status < 500, "%s: %d", what, status)
}

func playScope(box *sandbox, client *okta.Client, server string) {
	scopes := client.AuthorizationServer
	story[okta.OAuth2Scope]{
		name: "scope",
		sent: okta.OAuth2Scope{
			Name: "orders:read", Description: "Read orders", DisplayName: "Orders", Consent: "REQUIRED",
			MetadataPublish: "ALL_CLIENTS", Default: ptr(false),
		},
		change: func(s *okta.OAuth2Scope) { s.Description, s.Consent, s.MetadataPublish = "d", "IMPLICIT", "NO_CLIENTS" },
		create: func(s okta.OAuth2Scope) (okta.OAuth2Scope, error) {
			return at(scopes.CreateOAuth2Scope(ctx, server, s))
		},
		read: func(id string) (okta.OAuth2Scope, error) { return at(scopes.GetOAuth2Scope(ctx, server, id)) },
		update: func(id string, s okta.OAuth2Scope) (okta.OAuth2Scope, error) {
			return at(scopes.UpdateOAuth2Scope(ctx, server, id, s))
		},
		remove:  func(id string) error { return done(scopes.DeleteOAuth2Scope(ctx, server, id)) },
		unknown: []string{"/_links", "/optional"},
	}.play(box)
}

func playClaim(box *sandbox, client *okta.Client, server string) {
	claims := client.AuthorizationServer
	kind := story[okta.OAuth2Claim]{
		name: "claim",
		sent: okta.OAuth2Claim{
			Name: "client", Status: "ACTIVE", ClaimType: "RESOURCE", ValueType: "EXPRESSION", Value: "app.clientId",
			Conditions: &okta.OAuth2ClaimConditions{Scopes: []string{"profile"}}, AlwaysIncludeInToken: ptr(true),
		},
		change: func(c *okta.OAuth2Claim) {
			c.Name, c.Value, c.Status, c.Conditions = "renamed", "app.label", "INACTIVE", &okta.OAuth2ClaimConditions{}
		},
		create: func(c okta.OAuth2Claim) (okta.OAuth2Claim, error) {
			return at(claims.CreateOAuth2Claim(ctx, server, c))
		},
		read: func(id string) (okta.OAuth2Claim, error) { return at(claims.GetOAuth2Claim(ctx, server, id)) },
		update: func(id string, c okta.OAuth2Claim) (okta.OAuth2Claim, error) {
			return at(claims.UpdateOAuth2Claim(ctx, server, id, c))
		},
		remove:  func(id string) error { return done(claims.DeleteOAuth2Claim(ctx, server, id)) },
		unknown: []string{},
	}
	kind.play(box)
	kind.name = "claim of groups"
	kind.sent = okta.OAuth2Claim{
		Name: "groups", Status: "ACTIVE", ClaimType: "IDENTITY", ValueType: "GROUPS", Value: "Every", GroupFilterType: "STARTS_WITH",
		Conditions: &okta.OAuth2ClaimConditions{}, AlwaysIncludeInToken: ptr(false),
	}
	kind.change = func(c *okta.OAuth2Claim) { c.GroupFilterType, c.Value = "REGEX", "^Every.*" }
	kind.play(box)
}

// playSystem does what the provider's resource for system claims does: only `sub` has a value to change.
func playSystem(client *okta.Client, server string) {
	claims := client.AuthorizationServer
	for _, claim := range must(value(claims.ListOAuth2Claims(ctx, server))) {
		if claim.Name != "sub" && claim.Name != "address" {
			continue
		}
		if claim.Name == "sub" {
			claim.Value = "app.clientId"
		} else {
			claim.AlwaysIncludeInToken = ptr(true)
		}
		sent := okta.OAuth2Claim{
			Name: claim.Name, Status: claim.Status, ClaimType: claim.ClaimType, ValueType: claim.ValueType, Value: claim.Value,
			Conditions: claim.Conditions, AlwaysIncludeInToken: claim.AlwaysIncludeInToken,
		}
		must(value(claims.UpdateOAuth2Claim(ctx, server, claim.Id, sent)))
		holdsAll("system claim "+claim.Name, must(value(claims.GetOAuth2Claim(ctx, server, claim.Id))), sent)
	}
}

func playPolicy(box *sandbox, client *okta.Client, server string) {
	policies := client.AuthorizationServer
	story[okta.AuthorizationServerPolicy]{
		name: "policy",
		sent: okta.AuthorizationServerPolicy{
			Name: "machines", Description: "Machines", Type: "OAUTH_AUTHORIZATION_POLICY", Status: "ACTIVE", PriorityPtr: ptr[int64](1),
			Conditions: &okta.PolicyRuleConditions{Clients: &okta.ClientPolicyCondition{Include: []string{"ALL_CLIENTS"}}},
		},
		change: func(p *okta.AuthorizationServerPolicy) { p.Name, p.Description = "renamed", "changed" },
		create: func(p okta.AuthorizationServerPolicy) (okta.AuthorizationServerPolicy, error) {
			return at(policies.CreateAuthorizationServerPolicy(ctx, server, p))
		},
		read: func(id string) (okta.AuthorizationServerPolicy, error) {
			return at(policies.GetAuthorizationServerPolicy(ctx, server, id))
		},
		update: func(id string, p okta.AuthorizationServerPolicy) (okta.AuthorizationServerPolicy, error) {
			return at(policies.UpdateAuthorizationServerPolicy(ctx, server, id, p))
		},
		remove:  func(id string) error { return done(policies.DeleteAuthorizationServerPolicy(ctx, server, id)) },
		unknown: []string{},
		meanwhile: func(id string) {
			playRule(box, client, server, id)
			check(done(policies.DeactivateAuthorizationServerPolicy(ctx, server, id)))
			hold(must(value(policies.GetAuthorizationServerPolicy(ctx, server, id))).Status == "INACTIVE", "a policy that was switched off")
			check(done(policies.ActivateAuthorizationServerPolicy(ctx, server, id)))
		},
	}.play(box)
}

func playRule(box *sandbox, client *okta.Client, server, policy string) {
	rules := client.AuthorizationServer
	story[okta.AuthorizationServerPolicyRule]{
		name: "rule",
		sent: okta.AuthorizationServerPolicyRule{
			Name: "credentials", Type: "RESOURCE_ACCESS", Status: "ACTIVE", PriorityPtr: ptr[int64](1),
			Conditions: &okta.AuthorizationServerPolicyRuleConditions{
				GrantTypes: &okta.GrantTypePolicyRuleCondition{Include: []string{"client_credentials"}},
				Scopes:     &okta.OAuth2ScopesMediationPolicyRuleCondition{Include: []string{"*"}},
				People:     &okta.PolicyPeopleCondition{Groups: &okta.GroupCondition{}, Users: &okta.UserCondition{}},
			},
			Actions: &okta.AuthorizationServerPolicyRuleActions{Token: &okta.TokenAuthorizationServerPolicyRuleAction{
				AccessTokenLifetimeMinutesPtr: ptr[int64](60), RefreshTokenLifetimeMinutesPtr: ptr[int64](0),
				RefreshTokenWindowMinutesPtr: ptr[int64](10080),
			}},
		},
		change: func(r *okta.AuthorizationServerPolicyRule) {
			r.Name = "renamed"
			r.Actions.Token.AccessTokenLifetimeMinutesPtr = ptr[int64](30)
			r.Conditions.Scopes.Include = []string{"profile"}
		},
		create: func(r okta.AuthorizationServerPolicyRule) (okta.AuthorizationServerPolicyRule, error) {
			return at(rules.CreateAuthorizationServerPolicyRule(ctx, server, policy, r))
		},
		read: func(id string) (okta.AuthorizationServerPolicyRule, error) {
			return at(rules.GetAuthorizationServerPolicyRule(ctx, server, policy, id))
		},
		update: func(id string, r okta.AuthorizationServerPolicyRule) (okta.AuthorizationServerPolicyRule, error) {
			return at(rules.UpdateAuthorizationServerPolicyRule(ctx, server, policy, id, r))
		},
		remove:  func(id string) error { return done(rules.DeleteAuthorizationServerPolicyRule(ctx, server, policy, id)) },
		unknown: []string{"/_links"},
		meanwhile: func(id string) {
			check(done(rules.DeactivateAuthorizationServerPolicyRule(ctx, server, policy, id)))
			hold(must(value(rules.GetAuthorizationServerPolicyRule(ctx, server, policy, id))).Status == "INACTIVE", "a rule that was switched off")
			check(done(rules.ActivateAuthorizationServerPolicyRule(ctx, server, policy, id)))
		},
	}.play(box)
}
