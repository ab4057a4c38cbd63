package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

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

func playPages(box *sandbox) {
	client := box.client()
	servers := client.AuthorizationServer
	server := must(value(servers.CreateAuthorizationServer(ctx, okta.AuthorizationServer{Name: "pages", Audiences: []string{"api://pages"}})))
	for number := 0; number < 5; number++ {
		must(value(servers.CreateOAuth2Scope(ctx, server.Id, okta.OAuth2Scope{Name: fmt.Sprintf("page.%d", number)})))
	}
	// the SDK goes on by the `Link` of the answer before
	names := map[string]bool{}
	page, answer, err := servers.ListOAuth2Scopes(ctx, server.Id, query.NewQueryParams(query.WithLimit(5)))
	for turns := 1; ; turns++ {
		check(err)
		hold(len(page) <= 5 && turns < 9, "page %d of %d", turns, len(page))
		for _, scope := range page {
			hold(!names[scope.Name], "%s is there twice", scope.Name)
			names[scope.Name] = true
		}
		if !answer.HasNextPage() {
			break
		}
		page = nil
		answer, err = answer.Next(ctx, &page)
	}
	hold(len(names) == 12, "%d scopes in pages", len(names))

	found := map[string]bool{}
	var apps []string
	for number := 0; number < 3; number++ {
		app := service(fmt.Sprintf("page %d", number))
		apps = append(apps, must(createApp(client, app)).Id)
	}
	list, answer, err := client.Application.ListApplications(ctx, query.NewQueryParams(query.WithLimit(2), query.WithQ("page "), query.WithFilter(`status eq "ACTIVE"`)))
	check(err)
	for _, app := range list {
		found[identity(app)] = true
	}
	for answer.HasNextPage() {
		var more []*okta.Application
		answer, err = answer.Next(ctx, &more)
		check(err)
		for _, app := range more {
			found[app.Id] = true
		}
	}
	for _, id := range apps {
		hold(found[id], "application %s is in no page", id)
		check(done(client.Application.DeactivateApplication(ctx, id)))
		check(done(client.Application.DeleteApplication(ctx, id)))
	}
	check(done(servers.DeactivateAuthorizationServer(ctx, server.Id)))
	check(done(servers.DeleteAuthorizationServer(ctx, server.Id)))
}

func playRefusals(box *sandbox) {
	client := box.client()
	servers := client.AuthorizationServer
	_, err := value(servers.CreateOAuth2Scope(ctx, "default", okta.OAuth2Scope{Name: "okta.mine"}))
	refused("a reserved name", err, 400, "E0000001")
	_, err = value(servers.CreateOAuth2Scope(ctx, "default", okta.OAuth2Scope{Name: "openid"}))
	refused("a name that is taken", err, 400, "E0000001")
	var told *okta.Error
	hold(errors.As(err, &told) && len(told.ErrorCauses) == 1, "a refusal without its cause: %v", err)
	_, err = value(servers.CreateOAuth2Claim(ctx, "default", okta.OAuth2Claim{Name: "sub", ClaimType: "RESOURCE", ValueType: "EXPRESSION", Value: "app.clientId"}))
	refused("a second `sub`", err, 400, "E0000001")
	refused("an empty id", done(servers.DeleteOAuth2Scope(ctx, "default", "")), 405, "E0000022")
	_, err = value(servers.GetAuthorizationServer(ctx, "aus00000000000000001"))
	refused("a server that is not there", err, 404, "E0000007")
	_, err = value(box.client(okta.WithToken("00wrong")).User.GetUser(ctx, "me"))
	refused("a wrong token", err, 401, "E0000011")
}

// playUnimplemented asks for what the sandbox has not: Okta's form of an unknown path, and a word in the journal.
func playUnimplemented(box *sandbox) {
	client := box.client()
	app := must(createApp(client, service("unimplemented")))
	path := "/api/v1/apps/" + app.Id
	calls := []struct {
		path string
		err  error
	}{
		{path + "/features", second(client.Application.ListFeaturesForApplication(ctx, app.Id))},
		{path + "/connections/default", second(client.Application.GetDefaultProvisioningConnectionForApplication(ctx, app.Id))},
		{path + "/credentials/csrs", second(client.Application.ListCsrsForApplication(ctx, app.Id))},
		{"/api/v1/groups", second(client.Group.ListGroups(ctx, nil))},
		{"/api/v1/inlineHooks", second(client.InlineHook.ListInlineHooks(ctx, nil))},
	}
	var journal []struct {
		Path          string `json:"path"`
		Unimplemented bool   `json:"unimplemented"`
	}
	box.control(http.MethodGet, "requests", nil, &journal)
	noted := map[string]bool{}
	for _, entry := range journal {
		noted[entry.Path] = entry.Unimplemented
	}
	for _, call := range calls {
		refused(call.path, call.err, 404, "E0000008")
		hold(noted[call.path], "%s is not in the journal as unimplemented", call.path)
	}
	check(done(client.Application.DeactivateApplication(ctx, app.Id)))
	check(done(client.Application.DeleteApplication(ctx, app.Id)))
}

func second[T any](_ T, _ *okta.Response, err error) error { return err }

// playBackOff lets the SDK wait out two refusals: it reads the rate headers and the date of the answer.
func playBackOff(box *sandbox) {
	client := box.client()
	fault := map[string]any{
		"vendor": "okta", "method": "GET", "path": "/default/claims$", "times": 2,
		"effect": map[string]any{"status": map[string]any{"code": 429}},
	}
	box.control(http.MethodPost, "faults", []any{fault}, nil)
	from := box.mark()
	hold(len(must(value(client.AuthorizationServer.ListOAuth2Claims(ctx, "default")))) >= 19, "the claims after the wait")
	tried := box.since(from)
	hold(len(tried) == 3, "%d requests", len(tried))
	for number, one := range tried[:2] {
		hold(one.answer.StatusCode == 429 && one.answer.Header.Get("X-Rate-Limit-Remaining") == "0", "try %d: %v", number, one.answer.Header)
	}
	// the SDK adds a line for each try
	sent := tried[2].request.Header
	hold(fmt.Sprint(sent["X-Okta-Retry-Count"]) == "[1 2]", "what the SDK told of its tries: %v", sent["X-Okta-Retry-Count"])
	hold(sent.Get("X-Okta-Retry-For") == tried[0].answer.Header.Get("X-Okta-Request-Id"), "which request the SDK tried again")
}

func playLog(box *sandbox) {
	client := box.client()
	kinds := map[string]bool{}
	page, answer, err := client.LogEvent.GetLogs(ctx, query.NewQueryParams(query.WithSince("2020-01-01T00:00:00Z"), query.WithLimit(100)))
	for turns := 0; ; turns++ {
		check(err)
		for _, event := range page {
			kinds[event.EventType] = true
			hold(event.Uuid != "" && event.Actor.Id != "" && event.Outcome.Result != "" && event.Published != nil, "an event: %+v", event)
		}
		// without `until` it is a feed, whose last page has a next one too
		hold(answer.HasNextPage() && turns < 100, "page %d has none behind it", turns)
		if len(page) == 0 {
			break
		}
		page = nil
		answer, err = answer.Next(ctx, &page)
	}
	for _, kind := range []string{
		"oauth2.as.created", "oauth2.as.deactivated", "oauth2.as.deleted", "oauth2.scope.created", "oauth2.scope.updated",
		"oauth2.scope.deleted", "oauth2.claim.created", "application.lifecycle.create", "application.lifecycle.delete",
	} {
		hold(kinds[kind], "no event %s among %v", kind, kinds)
	}
}
