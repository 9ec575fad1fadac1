package functions_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/go-json-experiment/json"

	"learningforlife/infra/runtimeapi"
)

// lambdaAPI is the API by which one function calls another: the one function of the name.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func lambdaAPI(name string, target *runtimeapi.API) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", func(w http.ResponseWriter, r *http.Request) {
		event, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		if r.PathValue("name") != name {
			w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
			http.Error(w, `{"Message":"Function not found"}`, http.StatusNotFound)
			return
		}
		reply, err := target.Invoke(r.Context(), event, time.Minute)
		if err == nil {
			_, _ = w.Write(reply)
			return
		}
		report := runtimeapi.Failure{Message: err.Error(), Type: "Sandbox.Timedout"}
		_ = errors.As(err, &report)
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		if err := json.MarshalWrite(w, report); err != nil {
			panic(err)
		}
	})
	return httptest.NewServer(mux)
}
