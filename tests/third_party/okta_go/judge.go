package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"
	"time"
)

// plain is a value as JSON has it, with times in one notation.
func plain(value any) any {
	var read any
	switch known := value.(type) {
	case []byte:
		check(json.Unmarshal(known, &read))
	default:
		check(json.Unmarshal(must(json.Marshal(value)), &read))
	}
	return oneNotation(read)
}

func oneNotation(value any) any {
	switch known := value.(type) {
	case map[string]any:
		for name, member := range known {
			known[name] = oneNotation(member)
		}
	case []any:
		for at, member := range known {
			known[at] = oneNotation(member)
		}
	case string:
		if at, err := time.Parse(time.RFC3339, known); err == nil {
			return at.UTC().Format(time.RFC3339)
		}
	}
	return value
}

// holdsAll ends the run unless all that was sent is in what was read: Terraform would plan the difference for ever.
func holdsAll(what string, read, sent any) {
	if missing := missing("", plain(read), plain(sent)); len(missing) > 0 {
		panic(fmt.Sprintf("%s: not read as it was sent: %s", what, strings.Join(missing, "; ")))
	}
}

func missing(path string, read, sent any) []string {
	known, isObject := sent.(map[string]any)
	if !isObject {
		// an empty list and none are one to the SDKs, which leave both out
		if reflect.DeepEqual(read, sent) || isEmpty(read) && isEmpty(sent) {
			return nil
		}
		return []string{fmt.Sprintf("%s: %v, sent %v", path, read, sent)}
	}
	other, _ := read.(map[string]any)
	var all []string
	for name, member := range known {
		all = append(all, missing(path+"/"+name, other[name], member)...)
	}
	return all
}

func isEmpty(value any) bool {
	switch known := value.(type) {
	case nil:
		return true
	case string:
		return known == ""
	case []any:
		return len(known) == 0
	case map[string]any:
		return len(known) == 0
	}
	return false
}

// same ends the run unless two reads are one.
func same(what string, first, second any) {
	one, other := plain(first), plain(second)
	hold(reflect.DeepEqual(one, other), "%s: %v, then %v", what, one, other)
}

// unread are the members that an answer has and the SDK's model does not.
func unread(body []byte, model any) []string {
	found := lost("", plain(body), plain(model))
	sort.Strings(found)
	return found
}

func lost(path string, wire, model any) []string {
	all := []string{}
	known, isObject := wire.(map[string]any)
	if !isObject {
		if !reflect.DeepEqual(wire, model) {
			all = append(all, fmt.Sprintf("%s (%v, read as %v)", path, wire, model))
		}
		return all
	}
	other, isObject := model.(map[string]any)
	if !isObject {
		return append(all, path)
	}
	for name, member := range known {
		if _, there := other[name]; there {
			all = append(all, lost(path+"/"+name, member, other[name])...)
		} else if !isEmpty(member) {
			all = append(all, path+"/"+name)
		}
	}
	return all
}

// identity is the id of an object that was read.
func identity(read any) string {
	object, _ := plain(read).(map[string]any)
	id, _ := object["id"].(string)
	hold(id != "", "no id in %v", object)
	return id
}

func ptr[T any](value T) *T { return &value }
