package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// exchange is a request and its answer as they were on the wire.
type exchange struct {
	request *http.Request
	answer  *http.Response
	body    []byte
}

// sandbox is where all calls lead, whatever name they ask for.
type sandbox struct {
	token string
	http  *http.Client

	guard     sync.Mutex
	exchanges []exchange
}

func newSandbox(address, token string) *sandbox {
	place := must(url.Parse(address))
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	plain := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, place.Host)
		},
	}
	box := &sandbox{token: token}
	box.http = &http.Client{Transport: recorder{box, plain}, Timeout: time.Minute}
	return box
}

// recorder notes each exchange and holds the answer to what Okta's answers all have.
type recorder struct {
	box   *sandbox
	plain http.RoundTripper
}

func (r recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := r.plain.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	body := must(io.ReadAll(answer.Body))
	answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if strings.HasPrefix(request.URL.Path, "/api/") {
		checkHeaders(request, answer)
	}
	r.box.guard.Lock()
	defer r.box.guard.Unlock()
	r.box.exchanges = append(r.box.exchanges, exchange{request, answer, body})
	return answer, nil
}

// checkHeaders holds an answer of the management API to the headers that clients wait and report by.
func checkHeaders(request *http.Request, answer *http.Response) {
	where := request.Method + " " + request.URL.Path
	hold(answer.Header.Get("X-Okta-Request-Id") != "", "%s: no request id", where)
	figures := map[string]int64{}
	for _, name := range []string{"Limit", "Remaining", "Reset"} {
		figure, err := strconv.ParseInt(answer.Header.Get("X-Rate-Limit-"+name), 10, 64)
		hold(err == nil, "%s: X-Rate-Limit-%s: %v", where, name, err)
		figures[name] = figure
	}
	hold(figures["Remaining"] < figures["Limit"], "%s: nothing was counted: %v", where, figures)
	date := must(http.ParseTime(answer.Header.Get("Date"))).Unix()
	hold(figures["Reset"] >= date && figures["Reset"] <= date+60, "%s: a window of %d s", where, figures["Reset"]-date)
}

// last is the exchange before.
func (box *sandbox) last() exchange {
	box.guard.Lock()
	defer box.guard.Unlock()
	return box.exchanges[len(box.exchanges)-1]
}

// since are the exchanges from a number on; `mark` is the number of the next one.
func (box *sandbox) since(mark int) []exchange {
	box.guard.Lock()
	defer box.guard.Unlock()
	return box.exchanges[mark:]
}

func (box *sandbox) mark() int {
	box.guard.Lock()
	defer box.guard.Unlock()
	return len(box.exchanges)
}

// control asks the sandbox itself.
func (box *sandbox) control(method, path string, body, answer any) {
	var sent io.Reader
	if body != nil {
		sent = bytes.NewReader(must(json.Marshal(body)))
	}
	request := must(http.NewRequest(method, org+"/_sandbox/"+path, sent))
	told := must(box.http.Do(request))
	defer told.Body.Close()
	hold(told.StatusCode < 300, "%s %s: %d", method, path, told.StatusCode)
	if answer != nil {
		check(json.NewDecoder(told.Body).Decode(answer))
	}
}
