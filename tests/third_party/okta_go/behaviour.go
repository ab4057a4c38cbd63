package main

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/okta/okta-sdk-golang/v2/okta"
	"github.com/okta/okta-sdk-golang/v2/okta/query"
)

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
