package respond

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Methods is the handlers of one path, by method. HEAD is answered by the handler of GET.
type Methods map[string]Handler

// Serve is a Handler that hands the request to the one of its method.
func (m Methods) Serve(w http.ResponseWriter, r *http.Request) error {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	h, ok := m[method]
	if !ok {
		return notAllowed{m.allow()}
	}
	return h(w, r)
}

// allow lists the methods as the Allow header does.
func (m Methods) allow() string {
	names := slices.Collect(maps.Keys(m))
	if m[http.MethodGet] != nil {
		names = append(names, http.MethodHead)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// notAllowed is ErrMethod with the methods that are.
type notAllowed struct{ allow string }

func (n notAllowed) Error() string        { return ErrMethod.Error() + ": use " + n.allow }
func (n notAllowed) Is(target error) bool { return target == ErrMethod }
