package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"

	"github.com/okta/okta-sdk-golang/v2/okta"
	okta5 "github.com/okta/okta-sdk-golang/v5/okta"
)

const keyName = "key-1"

var granted = []string{"okta.authorizationServers.read", "okta.apps.manage"}

// playKeys has both SDKs log in by the key of a service application, version 5 also with proofs (DPoP).
func playKeys(box *sandbox) {
	private := must(rsa.GenerateKey(rand.Reader, 2048))
	block := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)})
	admin := box.client()
	plainClient := byKey(admin, &private.PublicKey, false)
	boundClient := byKey(admin, &private.PublicKey, true)

	itself := box.client(
		okta.WithAuthorizationMode("PrivateKey"), okta.WithClientId(plainClient), okta.WithScopes(granted),
		okta.WithPrivateKey(string(block)), okta.WithPrivateKeyId(keyName), okta.WithToken(""),
	)
	hold(len(must(value(itself.AuthorizationServer.ListAuthorizationServers(ctx, nil)))) > 0, "servers, by key")
	err := second(itself.AuthorizationServer.CreateAuthorizationServer(ctx, okta.AuthorizationServer{Name: "n", Audiences: []string{"a"}}))
	hold(err != nil && strings.Contains(err.Error(), "required scopes"), "a scope that was not granted: %v", err)
	hold(box.last().answer.StatusCode == 403, "its status is %d", box.last().answer.StatusCode)

	for client, scheme := range map[string]string{plainClient: "Bearer ", boundClient: "DPoP "} {
		models := box.models(
			okta5.WithAuthorizationMode("PrivateKey"), okta5.WithClientId(client), okta5.WithScopes(granted),
			okta5.WithPrivateKey(string(block)), okta5.WithPrivateKeyId(keyName), okta5.WithToken(""),
		)
		// the token is taken again for the second call, its proof is not
		for range [2]int{} {
			hold(len(must(from5(models.AuthorizationServerAPI.ListAuthorizationServers(ctx).Execute()))) > 0, "servers, by key")
			sent := box.last().request.Header
			hold(strings.HasPrefix(sent.Get("Authorization"), scheme), "the scheme is not %s", scheme)
			hold((sent.Get("Dpop") != "") == (scheme == "DPoP "), "a proof, or none")
		}
		_, err := from5(models.ApiTokenAPI.ListApiTokens(ctx).Execute())
		refused5("a scope that was not granted", err, "E0000006")
	}
	for _, client := range []string{plainClient, boundClient} {
		check(done(admin.Application.DeactivateApplication(ctx, client)))
		check(done(admin.Application.DeleteApplication(ctx, client)))
	}
}

// byKey makes a service application with a key and grants; the SDK's models have no switch for proofs.
func byKey(admin *okta.Client, public *rsa.PublicKey, dpop bool) string {
	app := plain(service("by key")).(map[string]any)
	app["credentials"].(map[string]any)["oauthClient"].(map[string]any)["token_endpoint_auth_method"] = "private_key_jwt"
	settings := app["settings"].(map[string]any)["oauthClient"].(map[string]any)
	settings["dpop_bound_access_tokens"] = dpop
	encode := base64.RawURLEncoding.EncodeToString
	settings["jwks"] = map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "kid": keyName, "use": "sig", "alg": "RS256",
		"n": encode(public.N.Bytes()), "e": encode(big.NewInt(int64(public.E)).Bytes()),
	}}}
	var made okta.OpenIdConnectApplication
	must(raw(admin, "POST", "/api/v1/apps", app, &made))
	for _, scope := range granted {
		must(value(admin.Application.GrantConsentToScope(ctx, made.Id, okta.OAuth2ScopeConsentGrant{Issuer: org, ScopeId: scope})))
	}
	return made.Id
}
