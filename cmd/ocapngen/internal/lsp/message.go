package lsp

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// message is a message of JSON-RPC 2.0 as it comes from the client: a request, a notification without ID, or a response.
type message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  *string         `json:"method"`
	Params  json.RawMessage `json:"params"`
	Result  json.RawMessage `json:"result"`
	Error   json.RawMessage `json:"error"`
}

// response answers a request.
type response struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  any             `json:"result,omitempty"`
	Error   *responseError  `json:"error,omitempty"`
}

// call is a request or a notification of the server.
type call struct {
	Version string `json:"jsonrpc"`
	ID      string `json:"id,omitempty"`
	Method  string `json:"method"`
	Params  any    `json:"params"`
}

// The codes of errors that the server answers with.
const (
	codeParse          = -32700
	codeInvalidRequest = -32600
	codeNoMethod       = -32601
	codeInvalidParams  = -32602
	codeInternal       = -32603
	codeNotInitialized = -32002
	codeRequestFailed  = -32803
	codeCancelled      = -32800
)

// responseError is the error of a response.
type responseError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// Error returns the message.
func (e *responseError) Error() string { return e.Message }

// failure returns an error for the client.
func failure(code int, format string, args ...any) *responseError {
	return &responseError{code, fmt.Sprintf(format, args...)}
}

// parseMessage reads the body of a message.
func parseMessage(body []byte) (*message, *responseError) {
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '[' {
		return nil, failure(codeInvalidRequest, "batches are not supported")
	}
	m := &message{}
	if err := json.Unmarshal(body, m); err != nil {
		if json.Valid(body) {
			return nil, failure(codeInvalidRequest, "the message is not one of JSON-RPC 2.0")
		}
		return nil, failure(codeParse, "the message is not JSON: %v", err)
	}
	if string(m.ID) == "null" {
		m.ID = nil
	}
	if m.Version != "2.0" || !validID(m.ID) || m.Method == nil && m.Result == nil && m.Error == nil {
		return nil, failure(codeInvalidRequest, "the message is not one of JSON-RPC 2.0")
	}
	return m, nil
}

// validID reports whether an ID is absent, a number or a string.
func validID(id json.RawMessage) bool {
	return len(id) == 0 || id[0] == '"' || id[0] == '-' || '0' <= id[0] && id[0] <= '9'
}

// decode reads the parameters of a method.
func decode[T any](params json.RawMessage) (T, error) {
	var out T
	if len(params) == 0 {
		return out, nil
	}
	if err := json.Unmarshal(params, &out); err != nil {
		return out, failure(codeInvalidParams, "the parameters are not as they should be: %v", err)
	}
	return out, nil
}

// marshal returns value as JSON, with < and > as they are.
func marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
