package main

import (
	"encoding/json"
	"net/http"

	"github.com/okta/okta-sdk-golang/v2/okta"
	"github.com/okta/okta-sdk-golang/v2/okta/query"
)

func grant(name okta.OAuthGrantType) *okta.OAuthGrantType { return &name }

func response(name okta.OAuthResponseType) *okta.OAuthResponseType { return &name }

// service is a machine's client as Terraform's provider sends it, with all its defaults.
func service(label string) okta.OpenIdConnectApplication {
	return okta.OpenIdConnectApplication{
		Name: "oidc_client", Label: label, SignOnMode: "OPENID_CONNECT",
		Accessibility: &okta.ApplicationAccessibility{SelfService: ptr(false)},
		Visibility: &okta.ApplicationVisibility{
			AutoLaunch: ptr(false), AutoSubmitToolbar: ptr(false),
			Hide: &okta.ApplicationVisibilityHide{IOS: ptr(true), Web: ptr(true)},
		},
		Credentials: &okta.OAuthApplicationCredentials{
			OauthClient: &okta.ApplicationCredentialsOAuthClient{
				AutoKeyRotation: ptr(true), PkceRequired: ptr(false), TokenEndpointAuthMethod: "client_secret_basic",
			},
			UserNameTemplate: &okta.ApplicationCredentialsUsernameTemplate{Template: "${source.login}", Type: "BUILT_IN"},
		},
		Settings: &okta.OpenIdConnectApplicationSettings{
			ImplicitAssignment: ptr(false),
			Notes:              &okta.ApplicationSettingsNotes{},
			OauthClient: &okta.OpenIdConnectApplicationSettingsClient{
				ApplicationType: "service", ConsentMethod: "TRUSTED", IssuerMode: "ORG_URL", WildcardRedirect: "DISABLED",
				GrantTypes:        []*okta.OAuthGrantType{grant("client_credentials")},
				ResponseTypes:     []*okta.OAuthResponseType{response("token")},
				IdpInitiatedLogin: &okta.OpenIdConnectApplicationIdpInitiatedLogin{Mode: "DISABLED", DefaultScope: []string{}},
			},
		},
	}
}

func createApp(client *okta.Client, app okta.OpenIdConnectApplication) (okta.OpenIdConnectApplication, error) {
	made, _, err := client.Application.CreateApplication(ctx, copyOf(app), query.NewQueryParams(query.WithActivate(true)))
	return appOf(made, err)
}

// copyOf is the same once more: the SDK reads an answer into the very object that it sent.
func copyOf(app okta.OpenIdConnectApplication) *okta.OpenIdConnectApplication {
	var same okta.OpenIdConnectApplication
	check(json.Unmarshal(must(json.Marshal(app)), &same))
	return &same
}

func appOf(app okta.App, err error) (okta.OpenIdConnectApplication, error) {
	if err != nil {
		return okta.OpenIdConnectApplication{}, err
	}
	return *app.(*okta.OpenIdConnectApplication), nil
}

func readApp(client *okta.Client, id string) (okta.OpenIdConnectApplication, error) {
	app, _, err := client.Application.GetApplication(ctx, id, okta.NewOpenIdConnectApplication(), nil)
	return appOf(app, err)
}

func playClients(box *sandbox) {
	client := box.client()
	apps := client.Application
	kind := story[okta.OpenIdConnectApplication]{
		name:   "client",
		sent:   service("backend"),
		change: func(app *okta.OpenIdConnectApplication) { app.Label = "backend 2" },
		create: func(app okta.OpenIdConnectApplication) (okta.OpenIdConnectApplication, error) {
			made, err := createApp(client, app)
			if err == nil {
				own := made.Credentials.OauthClient
				hold(own.ClientId == made.Id && own.ClientSecret != "", "a client's credentials, once: %+v", own)
			}
			return made, err
		},
		read: func(id string) (okta.OpenIdConnectApplication, error) {
			app, err := readApp(client, id)
			hold(err != nil || app.Credentials.OauthClient.ClientSecret == "", "a secret that is read")
			return app, err
		},
		update: func(id string, app okta.OpenIdConnectApplication) (okta.OpenIdConnectApplication, error) {
			changed, _, err := apps.UpdateApplication(ctx, id, copyOf(app))
			return appOf(changed, err)
		},
		// the provider switches off before it deletes, also what is off or gone
		remove: func(id string) error {
			if err := done(apps.DeactivateApplication(ctx, id)); err != nil {
				return err
			}
			return done(apps.DeleteApplication(ctx, id))
		},
		unknown: []string{
			"/orn", "/settings/emOptInStatus", "/settings/manualProvisioning", "/settings/oauthClient/dpop_bound_access_tokens",
			"/settings/oauthClient/participate_slo",
		},
		meanwhile: func(id string) {
			refused("an active client is deleted", done(apps.DeleteApplication(ctx, id)), 403, "E0000056")
			playAround(box, client, id)
			playSecrets(client, id)
		},
	}
	kind.play(box)
	kind.name = "web client"
	kind.sent = web()
	kind.change = func(app *okta.OpenIdConnectApplication) {
		app.Settings.OauthClient.RedirectUris = []string{"https://b.example.com/back", "https://a.example.com/back"}
	}
	kind.meanwhile = nil
	kind.play(box)
}

// web is a client for people, whose addresses have an order.
func web() okta.OpenIdConnectApplication {
	app := service("web")
	settings := app.Settings.OauthClient
	settings.ApplicationType = "web"
	settings.GrantTypes = []*okta.OAuthGrantType{grant("authorization_code"), grant("refresh_token")}
	settings.ResponseTypes = []*okta.OAuthResponseType{response("code")}
	settings.RedirectUris = []string{"https://z.example.com/back", "https://a.example.com/back"}
	settings.PostLogoutRedirectUris = []string{"https://z.example.com"}
	settings.ClientUri, settings.LogoUri = "https://a.example.com", "https://a.example.com/logo.png"
	settings.TosUri, settings.PolicyUri = "https://a.example.com/tos", "https://a.example.com/policy"
	settings.RefreshToken = &okta.OpenIdConnectApplicationSettingsRefreshToken{RotationType: "ROTATE", LeewayPtr: ptr[int64](30)}
	return app
}

// playAround makes the calls that the provider makes around a client: its sign-on policy, its groups claim, who may use it.
func playAround(box *sandbox, client *okta.Client, id string) {
	var pipeline struct {
		Pipeline string `json:"pipeline"`
	}
	must(raw(client, http.MethodGet, "/.well-known/okta-organization", nil, &pipeline))
	hold(pipeline.Pipeline == "idx", "the pipeline is %q", pipeline.Pipeline)
	policies := must(value(client.Policy.ListPolicies(ctx, query.NewQueryParams(query.WithType("ACCESS_POLICY")))))
	hold(len(policies) == 1, "%d policies of access", len(policies))
	policy := identity(policies[0])
	check(done(client.Application.UpdateApplicationPolicy(ctx, id, policy)))
	app := must(readApp(client, id))
	links := plain(app.Links).(map[string]any)
	access, _ := links["accessPolicy"].(map[string]any)
	hold(access["href"] == org+"/api/v1/policies/"+policy, "the client's policy is at %v", access["href"])

	var stored map[string]any
	path := "/api/v1/internal/apps/" + id + "/settings/oauth/idToken"
	must(raw(client, http.MethodPost, path, map[string]string{"issuerMode": "ORG_URL"}, nil))
	must(raw(client, http.MethodGet, path, nil, &stored))
	hold(stored["issuerMode"] == "ORG_URL", "the stored object: %v", stored)

	users := must(value(client.Application.ListApplicationUsers(ctx, id, query.NewQueryParams(query.WithLimit(200)))))
	groups := must(value(client.Application.ListApplicationGroupAssignments(ctx, id, query.NewQueryParams(query.WithLimit(200)))))
	hold(len(users) == 0 && len(groups) == 0, "who may use a fresh client: %v, %v", users, groups)

	var registered struct {
		Id     string `json:"client_id"`
		Name   string `json:"client_name"`
		Secret string `json:"client_secret"`
	}
	must(raw(client, http.MethodGet, "/oauth2/v1/clients/"+id, nil, &registered))
	hold(registered.Id == id && registered.Name == "backend" && registered.Secret == "", "as registered: %+v", registered)

	mine := client.Application
	made := must(value(mine.GrantConsentToScope(ctx, id, okta.OAuth2ScopeConsentGrant{Issuer: org, ScopeId: "okta.apps.read"})))
	same("a grant", must(value(mine.GetScopeConsentGrant(ctx, id, made.Id, nil))), made)
	hold(len(must(value(mine.ListScopeConsentGrants(ctx, id, nil)))) == 1, "the grants of a client")
	check(done(mine.RevokeScopeConsentGrant(ctx, id, made.Id)))
	refused("a grant that was revoked", second(mine.GetScopeConsentGrant(ctx, id, made.Id, nil)), 404, "E0000007")
}

// playSecrets rotates a secret: two at most, the old one off and away.
func playSecrets(client *okta.Client, id string) {
	apps := client.Application
	first := must(value(apps.ListClientSecretsForApplication(ctx, id)))
	hold(len(first) == 1 && first[0].ClientSecret != "" && first[0].SecretHash != "", "the secrets of a fresh client: %v", len(first))
	made := must(value(apps.CreateNewClientSecretForApplication(ctx, id, okta.ClientSecretMetadata{})))
	hold(made.Status == "ACTIVE" && made.ClientSecret != "" && made.ClientSecret != first[0].ClientSecret, "the second secret")
	refused("a third secret", second(apps.CreateNewClientSecretForApplication(ctx, id, okta.ClientSecretMetadata{})), 400, "E0000001")
	refusal := done(apps.DeleteClientSecretForApplication(ctx, id, first[0].Id))
	hold(refusal != nil, "an active secret was deleted")
	off := must(value(apps.DeactivateClientSecretForApplication(ctx, id, first[0].Id)))
	hold(off.Status == "INACTIVE", "a secret that was switched off is %s", off.Status)
	must(value(apps.ActivateClientSecretForApplication(ctx, id, first[0].Id)))
	must(value(apps.DeactivateClientSecretForApplication(ctx, id, first[0].Id)))
	check(done(apps.DeleteClientSecretForApplication(ctx, id, first[0].Id)))
	left := must(value(apps.ListClientSecretsForApplication(ctx, id)))
	hold(len(left) == 1 && left[0].Id == made.Id, "the secrets after the rotation")
	refused("a secret that was deleted", second(apps.GetClientSecretForApplication(ctx, id, first[0].Id)), 404, "E0000007")
}
