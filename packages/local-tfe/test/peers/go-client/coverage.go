package main

import (
	"reflect"
	"sort"
)

// coverage knows which fields of the library's options were ever set: "every option" is counted, not claimed.
type coverage map[string]bool

// with notes the options that a call is about to use.
func with[O any](c coverage, options *O) *O {
	c.note(reflect.TypeFor[O]().Name(), reflect.ValueOf(options).Elem())
	return options
}

func (c coverage) note(owner string, options reflect.Value) {
	for i := range options.NumField() {
		field := options.Type().Field(i)
		if field.Anonymous {
			c.note(owner, options.Field(i))
			continue
		}
		name := owner + "." + field.Name
		c[name] = c[name] || !options.Field(i).IsZero()
	}
}

func (c coverage) unused() []string {
	unused := []string{}
	for name, used := range c {
		if !used {
			unused = append(unused, name)
		}
	}
	sort.Strings(unused)
	return unused
}
