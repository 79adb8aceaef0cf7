package idl

import "testing"

func TestNames(t *testing.T) {
	tests := []struct{ name, exported, local string }{
		{"self-proposed-name", "SelfProposedName", "selfProposedName"},
		{"id", "ID", "id"},
		{"avatar-url", "AvatarURL", "avatarURL"},
		{"avatarUrl", "AvatarURL", "avatarURL"},
		{"url-list", "URLList", "urlList"},
		{"HTTPServer", "HTTPServer", "httpServer"},
		{"get-chat-sealed?", "GetChatSealed", "getChatSealed"},
		{"set!", "Set", "set"},
		{"list_users", "ListUsers", "listUsers"},
		{"OK", "OK", "ok"},
		{"CONNECTION-CLOSED", "ConnectionClosed", "connectionClosed"},
		{"user-ids", "UserIDs", "userIDs"},
		{"utf8-text", "UTF8Text", "utf8Text"},
		{"v2", "V2", "v2"},
		{"x", "X", "x"},
		{"type", "Type", "type"},
		{"café", "Café", "café"},
		{"a.b/c d", "ABCD", "aBCD"},
		{"日本", "", "日本"},
		{"2fa", "", ""},
		{"+", "", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		if got := ExportedName(tt.name); got != tt.exported {
			t.Errorf("ExportedName(%q) = %q, want %q", tt.name, got, tt.exported)
		}
		if got := LocalName(tt.name); got != tt.local {
			t.Errorf("LocalName(%q) = %q, want %q", tt.name, got, tt.local)
		}
	}
}
