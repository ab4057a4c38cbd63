// Okta's own Go SDKs against the sandbox: version 2, which Okta's Terraform provider is built on, does what that
// provider does with each kind of object; version 5, whose models tell what they do not know, reads them strictly.
//
// usage: SSL_CERT_FILE=CA okta_go ADDRESS TOKEN; ADDRESS is where the sandbox listens, by https.
package main

import (
	"fmt"
	"os"
)

// Both SDKs believe that they talk to the vendor: the sandbox has to have this name (`--tls-name`).
const org = "https://dcrsync.okta.com"

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: SSL_CERT_FILE=CA okta_go ADDRESS TOKEN")
		os.Exit(2)
	}
	box := newSandbox(os.Args[1], os.Args[2])
	for _, part := range []struct {
		name string
		play func(*sandbox)
	}{
		{"terraform's objects", playTerraform},
		{"terraform's clients", playClients},
		{"lists in pages", playPages},
		{"refusals", playRefusals},
		{"what is not there", playUnimplemented},
		{"back-off", playBackOff},
		{"the System Log", playLog},
		{"models of version 5", playModels},
		{"by key", playKeys},
	} {
		part.play(box)
		fmt.Printf("  %s: done\n", part.name)
	}
}

// must ends the run where a call that has to work did not.
func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// hold ends the run where something is not as it has to be.
func hold(fine bool, format string, arguments ...any) {
	if !fine {
		panic(fmt.Sprintf(format, arguments...))
	}
}
